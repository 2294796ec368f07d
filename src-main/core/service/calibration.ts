/** What the device that runs get takes for the work of training steps: kept in the store, measured anew on demand. */
import type { Calibration } from '../../shared/calibration.ts';
import { processorName } from '../device/processor.ts';
import type { ChosenDevice } from '../device/engine.ts';
import type { Handlers } from './answer.ts';
import { borrow } from './borrow.ts';
import type { Context } from './context.ts';
import type { Inference } from './inference.ts';
import { tell } from '../../shared/told.ts';

type Place = Pick<Calibration, 'kind' | 'device' | 'engine'>;

export class Calibrations {
  readonly #context: Context;
  /** The measuring that is under way; who asks meanwhile gets its answer. */
  #running: { readonly result: Promise<Calibration>; readonly inference: Inference } | null = null;

  constructor(context: Context) {
    this.#context = context;
  }

  get handlers(): Pick<Handlers, 'device.calibration' | 'device.calibrate'> {
    return {
      'device.calibration': () => this.find(),
      'device.calibrate': async () => this.#running?.result ?? this.#begin(await this.#choose()),
    };
  }

  /** What is known of the device that the settings choose; null where nothing is. */
  async find(): Promise<Calibration | null> {
    const { engine, store } = this.#context;
    const { state } = await engine.status();
    if (state !== 'ready') return null;
    return store().readCalibration(await this.#place(await this.#choose()));
  }

  /** Of a device: what is known of it, else measured now. Fails with `device.busy`. */
  async of(device: ChosenDevice): Promise<Calibration> {
    const known = this.#context.store().readCalibration(await this.#place(device));
    return known ?? this.#running?.result ?? this.#begin(device);
  }

  async close(): Promise<void> {
    await this.#running?.inference.close();
    await this.#running?.result.catch(() => undefined);
  }

  #choose(): Promise<ChosenDevice> {
    const { engine, store } = this.#context;
    return engine.choose(store().readSettings().device);
  }

  async #place({ kind, engine }: ChosenDevice): Promise<Place> {
    const card = kind === 'gpu' ? (await this.#context.engine.status()).card : null;
    return { kind, device: card?.name ?? processorName(), engine: engine.version };
  }

  async #begin(device: ChosenDevice): Promise<Calibration> {
    const place = await this.#place(device);
    if (this.#running) return this.#running.result;
    const { inference, giveBack } = borrow(this.#context, device, tell('a measurement of this machine'));
    const result = this.#measure(inference, place).finally(async () => {
      await giveBack();
      this.#running = null;
    });
    this.#running = { result, inference };
    return result;
  }

  async #measure(inference: Inference, place: Place): Promise<Calibration> {
    const { publish, store } = this.#context;
    const beganMs = performance.now();
    const answer = await inference.ask({ kind: 'calibrate' }, (done, total) =>
      publish([{ kind: 'calibration', calibration: null, done, total }]),
    );
    if (answer.kind !== 'calibrated') throw new Error('The trainer answered another question.');
    const { rates, error } = answer;
    const seconds = (performance.now() - beganMs) / 1000;
    const calibration: Calibration = { ...place, rates, error, seconds, atMs: Date.now() };
    store().writeCalibration(calibration);
    publish([{ kind: 'calibration', calibration, done: 1, total: 1 }]);
    return calibration;
  }
}
