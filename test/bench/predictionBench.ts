/**
 * `bench --predictions`: this device is calibrated, then networks are trained as a person would train them, and what was
 * predicted is held against what came: step time and memory. The batch that is suggested must train, and twice that
 * batch must be warned of.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createCore } from '../../src-main/core/service/core.ts';
import type { Core } from '../../src-main/core/service/core.ts';
import { program as version } from '../../src-main/core/service/home.ts';
import type { Calibration } from '../../src-main/shared/calibration.ts';
import { expand } from '../../src-main/shared/network/expand.ts';
import { findPreset } from '../../src-main/shared/network/presets.ts';
import { predict, trainingImages } from '../../src-main/shared/network/prediction.ts';
import type { Prediction } from '../../src-main/shared/network/prediction.ts';
import { Client, portPair } from '../../src-main/shared/port.ts';
import type { Recipe } from '../../src-main/shared/recipe.ts';
import type { RunEvent } from '../../src-main/shared/run/event.ts';
import { benchFolder } from './engine.ts';
import { atMost, nothing } from './report.ts';
import type { Bound, Report } from './report.ts';
import { mean, median } from './timing.ts';

/** Batches that a processor of two cores trains in about two seconds at the most. */
const predicted: readonly { readonly name: string; readonly batch: number; readonly steps: number }[] = [
  { name: 'resnet20', batch: 128, steps: 16 },
  { name: 'resnet56', batch: 128, steps: 10 },
  { name: 'resnet110', batch: 128, steps: 8 },
  { name: 'resnet110-sd', batch: 128, steps: 24 },
  { name: 'wrn-16-4', batch: 128, steps: 8 },
  { name: 'wrn-28-10', batch: 16, steps: 7 },
  { name: 'resnext29-8x64d', batch: 16, steps: 7 },
];
/** Networks whose suggested batch is trained. */
const suggested = ['resnet20', 'wrn-16-4'];

const data = 'shapes-500';
const warmUpSteps = 2;
const most = { calibrationSeconds: 20, stepTime: 0.2, memory: 0.15 };

/** A laboratory of its own, with what its runs say. */
class Bench {
  readonly #home = mkdtempSync(join(benchFolder(), 'predictions-'));
  readonly #core: Core;
  readonly client: Client;
  readonly warnings: string[] = [];
  #events: RunEvent[] = [];
  #ended: () => void = () => undefined;

  constructor() {
    this.#core = createCore({
      home: this.#home,
      ...version,
      onNotice: (text) => void this.warnings.push(text),
      onCommitted: (_run, events) => {
        this.#events.push(...events);
        if (events.at(-1)?.type === 'end') this.#ended();
      },
    });
    const [near, far] = portPair();
    this.#core.connect(far);
    this.client = new Client(near);
  }

  start = (network: string, recipe: Partial<Recipe>) =>
    this.client.call('run.start', { network, data, recipe, device: 'auto', seeds: 1 });

  /** Trains from the beginning to the end. @returns milliseconds of each step, and bytes at the most. */
  async train(network: string, recipe: Partial<Recipe>): Promise<{ stepMs: number[]; bytes: number }> {
    this.#events = [];
    const ended = new Promise<void>((resolve) => (this.#ended = resolve));
    await this.start(network, recipe);
    await ended;
    const end = this.#events.find((event) => event.type === 'end');
    if (end?.status !== 'finished')
      throw new Error(`${network}, batch ${recipe.batch}, ended ${end?.status}: ${JSON.stringify(end?.failure)}.`);
    const clock = this.#events.flatMap((event) => (event.type === 'step' ? [event.trainingMs] : []));
    const memory = this.#events.flatMap((event) => (event.type === 'usage' ? [event.card ?? event] : []));
    return {
      stepMs: clock.map((ms, step) => ms - (clock[step - 1] ?? 0)),
      bytes: Math.max(...memory.map(({ memoryMiB }) => memoryMiB)) * 2 ** 20,
    };
  }

  /** What the page would say of a run now. */
  async predict(network: string, batch: number, calibration: Calibration): Promise<{ recipe: Recipe } & Prediction> {
    const { spec, recipe } = findPreset(network);
    const dataset = await this.client.call('data.show', { data });
    const plan = expand(spec, { input: dataset.image, classes: dataset.classes.length });
    const { memoryUsedMiB, memoryTotalMiB } = (await this.client.call('app.status', {})).device;
    const freeBytes = ((memoryTotalMiB ?? NaN) - (memoryUsedMiB ?? NaN)) * 2 ** 20;
    const device = { kind: calibration.kind, freeBytes, calibration };
    return { recipe, ...predict(plan, { ...recipe, batch }, device, trainingImages(dataset)) };
  }

  async close(): Promise<void> {
    await this.#core.close();
    rmSync(this.#home, { recursive: true, force: true });
  }
}

const off = (guess: number, found: number) => Math.abs(guess / found - 1);

export async function benchPredictions(note: (text: string) => void): Promise<Report> {
  const bench = new Bench();
  try {
    note('calibration');
    const calibration = await bench.client.call('device.calibrate', {});
    const bounds: Bound[] = [atMost('calibration, s', calibration.seconds, most.calibrationSeconds)];
    for (const { name, batch, steps } of predicted) {
      note(name);
      const guess = await bench.predict(name, batch, calibration);
      const { stepMs, bytes } = await bench.train(name, { batch, duration: { steps } });
      const counted = stepMs.slice(warmUpSteps);
      // The mean step is predicted; only where steps differ by what they drop is it another than the median.
      const seconds = (name.endsWith('-sd') ? mean(counted) : median(counted)) / 1000;
      const predictedSeconds = guess.stepSeconds ?? NaN;
      bounds.push(
        atMost(
          `${name}, batch ${batch}: ${words(predictedSeconds)} a step predicted, ${words(seconds)} measured: off by`,
          off(predictedSeconds, seconds),
          most.stepTime,
        ),
        atMost(
          `${name}, batch ${batch}: ${mebibytes(guess.peakBytes)} predicted, ${mebibytes(bytes)} measured: off by`,
          off(guess.peakBytes, bytes),
          most.memory,
        ),
      );
    }
    const failures: string[] = [];
    for (const name of suggested) failures.push(...(await trySuggested(bench, name, calibration, note)));
    return { ...nothing, bounds, failures };
  } finally {
    await bench.close();
  }
}

/** What is wrong with the suggested batch: nothing where it trains unwarned, and twice it is warned of. */
async function trySuggested(
  bench: Bench,
  name: string,
  calibration: Calibration,
  note: (text: string) => void,
): Promise<string[]> {
  const { largestBatch: batch } = await bench.predict(name, 1, calibration);
  if (!batch) return [`No batch is suggested for ${name}.`];
  note(`${name}, batch ${batch}`);
  const problems: string[] = [];
  const warned = bench.warnings.length;
  try {
    await bench.train(name, { batch, duration: { steps: 2 } });
  } catch (thrown) {
    problems.push(String(thrown));
  }
  if (bench.warnings.length > warned) problems.push(`${name}: the suggested batch of ${batch} is warned of.`);
  await bench.client.call('settings.set', { queueHeld: true });
  const [run] = await bench.start(name, { batch: 2 * batch, duration: { steps: 2 } });
  if (bench.warnings.length === warned) problems.push(`${name}: nothing is said of a batch of ${2 * batch}.`);
  await bench.client.call('run.stop', { run: run?.id ?? '', now: true });
  await bench.client.call('settings.set', { queueHeld: false });
  return problems;
}

const words = (seconds: number) => `${(1000 * seconds).toFixed(0)} ms`;
const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
