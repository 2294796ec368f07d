/** A core that replays one long run without training it: the page sees the real contract over real sockets. */
import { presets } from '../../../src-main/shared/network/presets.ts';
import type { Change, Run, SeriesName, Settings } from '../../../src-main/shared/contract.ts';
import { defaultRecipe } from '../../../src-main/shared/recipe.ts';
import { expected } from '../../../src-main/shared/failure.ts';
import { verbatim } from '../../../src-main/shared/told.ts';
import type { Port } from '../../../src-main/shared/port.ts';

const stepsPerEpoch = 390;
/** As core publishes: batches of at most 200 ms. */
const publishEveryMs = 100;

/** Loss and accuracy of a step: falling, with noise that depends on the step alone. */
const noise = (step: number) => Math.sin(step * 12.9898) * 0.5 + Math.sin(step * 78.233) * 0.5;
const lossAt = (step: number) => 0.1 + 2.2 * Math.exp(-step / 20_000) + 0.15 * noise(step);
const accuracyAt = (step: number) => Math.min(1, 0.98 - 0.88 * Math.exp(-step / 15_000) + 0.03 * noise(step));

const valueAt: Record<string, (step: number) => number> = {
  'step/loss': lossAt,
  'step/accuracy': accuracyAt,
  'step/learningRate': (step) => (step < 50_000 ? 0.1 : 0.01),
  'step/imagesPerSecond': (step) => 2000 + 200 * noise(step),
};
const epochValueAt: Record<string, (step: number) => number> = {
  'train/loss': lossAt,
  'test/loss': (step) => lossAt(step) + 0.1,
  'train/accuracy': accuracyAt,
  'test/accuracy': (step) => accuracyAt(step) - 0.03,
};

export class Replay {
  readonly run: string = 'replay01';
  readonly #steps: number;
  #step = 0;
  #settings: Settings = {
    theme: 'system',
    language: 'system',
    device: 'auto',
    notify: false,
    views: [],
    queueHeld: false,
  };
  #port: Port | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(steps: number) {
    this.#steps = steps;
  }

  connect(port: Port): void {
    this.#port = port;
    port.onMessage((message) => {
      const { kind, id, name, input } = message as { kind: string; id: number; name: string; input: never };
      try {
        port.send({ kind: 'reply', id, ok: true, value: kind === 'call' ? this.#answer(name, input) : null });
      } catch (thrown) {
        const failure = (thrown as ReturnType<typeof expected>).failure;
        port.send({ kind: 'reply', id, ok: false, failure });
      }
    });
  }

  receive(): Promise<string> {
    return Promise.reject(new Error('A replay takes no files.'));
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
  }

  get step(): number {
    return this.#step;
  }

  /** Publishes steps at this pace until the run is over. */
  play(stepsPerSecond: number): void {
    this.#timer = setInterval(() => {
      const from = this.#step;
      this.#step = Math.min(this.#steps, from + Math.round((stepsPerSecond * publishEveryMs) / 1000));
      if (this.#step === from) clearInterval(this.#timer);
      else
        this.#port?.send({
          kind: 'changes',
          changes: [...this.#points(from, this.#step), { kind: 'run', run: this.#run() }],
        });
    }, publishEveryMs);
  }

  /** Goes to a step at once: what is fetched afterwards has all points up to there. */
  skipTo(step: number): void {
    this.#step = step;
  }

  #points(from: number, to: number): Change[] {
    const of = (series: SeriesName, at: number[], value: (step: number) => number): Change => ({
      kind: 'points',
      run: this.run,
      series,
      steps: Float64Array.from(at),
      values: Float64Array.from(at, value),
    });
    const every = Array.from({ length: to - from }, (_, index) => from + index + 1);
    const epochs = every.filter((step) => step % stepsPerEpoch === 0);
    return [
      ...Object.entries(valueAt).map(([series, value]) => of(series as SeriesName, every, value)),
      ...Object.entries(epochValueAt).map(([series, value]) => of(series as SeriesName, epochs, value)),
    ];
  }

  #run(): Run {
    const over = this.#step === this.#steps;
    const score = { loss: lossAt(this.#step), accuracy: accuracyAt(this.#step) };
    return {
      id: this.run,
      name: 'resnet20 on Replay',
      status: over ? 'finished' : 'training',
      phase: over ? null : 'training',
      stopping: false,
      network: 'resnet20',
      family: 'resnet',
      parameters: 272_474,
      data: 'replay',
      dataName: 'Replay',
      seed: 1,
      group: null,
      place: 1,
      sweep: null,
      trial: null,
      pauseAt: null,
      deviceAsked: 'auto',
      device: null,
      createdAtMs: 0,
      startedAtMs: 0,
      endedAtMs: over ? 1 : null,
      step: this.#step,
      steps: this.#steps,
      epoch: this.#step / stepsPerEpoch,
      epochs: this.#steps / stepsPerEpoch,
      imagesPerSecond: 2000,
      secondsLeft: (this.#steps - this.#step) / 16,
      train: score,
      test: score,
      best: { epoch: 1, test: score },
      failure: null,
      colour: 0,
      removedAtMs: null,
      tags: [],
      note: '',
      starred: false,
      archivedAtMs: null,
      parent: null,
    };
  }

  #answer(name: string, input: { series?: SeriesName[] }): unknown {
    switch (name) {
      case 'run.list':
        return [this.#run()];
      case 'run.curves':
        return this.#points(0, this.#step)
          .filter((change) => change.kind === 'points')
          .filter(({ series }) => input.series?.includes(series))
          .map(({ run, series, steps, values }) => ({ run, series, steps, values, stored: steps.length }));
      case 'run.show':
        return {
          run: this.#run(),
          spec: presets.find((preset) => preset.name === 'resnet20')!.spec,
          recipe: defaultRecipe,
          dataset: null,
          provenance: {},
          weights: null,
          events: [],
          checkpoints: [],
          forks: [],
          series: [...Object.keys(valueAt), ...Object.keys(epochValueAt)],
        };
      case 'data.list':
      case 'data.imports':
      case 'network.list':
      case 'sweep.list':
      case 'run.keptBatches':
        return [];
      case 'device.calibration':
        return null;
      case 'queue.show':
        return { runs: [{ run: this.run, secondsLeft: 90 }], secondsLeft: 90 };
      case 'data.space':
        return { usedBytes: 0, removedBytes: 0, freeBytes: 1e9 };
      case 'settings.get':
        return this.#settings;
      case 'settings.set':
        return (this.#settings = { ...this.#settings, ...(input as Partial<Settings>) });
      default:
        throw expected('call.invalid', { call: name, problem: verbatim('a replay does not answer it') });
    }
  }
}
