/** How fast a device trains, measured once in the life of this program by a few steps of three small networks. */
import { expected, Expected } from '../../shared/failure.ts';
import { expand } from '../../shared/network/expand.ts';
import { cifarResNet, wideResNet } from '../../shared/network/families.ts';
import type { Shape } from '../../shared/network/spec.ts';
import { paceOf } from '../../shared/study/pace.ts';
import type { Pace } from '../../shared/study/pace.ts';
import { acquireDeviceLock } from '../device/lock.ts';
import type { ChosenDevice } from '../device/engine.ts';
import type { Context } from './context.ts';
import { Inference } from './inference.ts';

/** Apart in depth and in width, so that operations and multiply-adds can be told from each other. */
const probes = [cifarResNet(8), cifarResNet(20), wideResNet(10, 4)];
/** Pixels of a batch: 32 images of 32 × 32. */
const pixelsOfBatch = 32 * 32 * 32;
const timedSteps = 5;
const classes = 10;

/** Where the device is busy and nothing is known: two cores of a usual machine. */
export const usualPace: Pace = { operationSeconds: 3e-4, macSeconds: 3e-11, startSeconds: 8 };

export class MachinePace {
  readonly #context: Context;
  readonly #known = new Map<string, Promise<Pace>>();
  #inference: Inference | null = null;

  constructor(context: Context) {
    this.#context = context;
  }

  /** The pace for images of a shape; takes about ten seconds at the first question. */
  async of(device: ChosenDevice, image: Shape): Promise<Pace> {
    const key = `${device.kind} ${image.height} ${image.width} ${image.channels}`;
    const known = this.#known.get(key) ?? this.#measure(device, image);
    this.#known.set(key, known);
    try {
      return await known;
    } catch (thrown) {
      this.#known.delete(key);
      if (thrown instanceof Expected && thrown.failure.code === 'device.busy') return usualPace;
      throw thrown;
    }
  }

  async #measure(device: ChosenDevice, image: Shape): Promise<Pace> {
    const { options } = this.#context;
    const release = acquireDeviceLock(device.kind, 'measuring of the pace', options.cache);
    const inference = new Inference({
      home: options.home,
      engine: device.engine.folder,
      device: device.kind,
      trainer: options.trainer,
    });
    this.#inference = inference;
    try {
      const batch = Math.min(64, Math.max(1, Math.round(pixelsOfBatch / (image.height * image.width))));
      const networks = probes.map((spec) => ({ spec: { ...spec, input: { ...image }, classes }, batch }));
      const startedMs = performance.now();
      const answer = await inference.ask({ kind: 'time', networks, steps: timedSteps });
      if (answer.kind !== 'timed') throw expected('trainer.died', { how: 'it answered another question' });
      const inSteps = answer.seconds.reduce((sum, seconds) => sum + seconds * timedSteps, 0);
      const startSeconds = Math.max(1, (performance.now() - startedMs) / 1000 - inSteps);
      return paceOf(
        networks.map(({ spec }, at) => ({ plan: expand(spec), batch, seconds: answer.seconds[at] as number })),
        startSeconds,
      );
    } finally {
      await inference.close();
      this.#inference = null;
      release();
    }
  }

  async close(): Promise<void> {
    await this.#inference?.close();
  }
}
