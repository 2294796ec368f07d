/** A trainer that answers questions to trained networks, and to its device, instead of training one. */
import { openDataset } from '../core/dataset/library.ts';
import { calibrate } from '../core/training/calibrate.ts';
import { TrainedNetwork } from '../core/training/inference.ts';
import { replayStep } from '../core/training/replay.ts';
import { timeInTurns } from '../core/training/turns.ts';
import { failureOf } from '../shared/failure.ts';
import { expand } from '../shared/network/expand.ts';
import type { InferenceOrder, InferenceReport, Model } from '../shared/run/inference.ts';
import type { Replay as ReplayFound } from '../shared/run/replay.ts';
import { loadEngine } from './engine.ts';
import type { LoadedEngine } from './engine.ts';
import { compareForms } from './measuring.ts';
import type { MeasuringPlace } from './measuring.ts';
import { openTraining } from './training.ts';

/** Networks that are kept, each with its weights. */
const mostNetworks = 4;
/** Images in one run of the graph: of a probe, and of a few dropped images. */
const probeBatch = 100;

type Answer = Extract<InferenceOrder, { kind: 'answer' }>;
type Probe = Extract<InferenceOrder, { kind: 'probe' }>;
type Replay = Extract<InferenceOrder, { kind: 'replay' }>;
type Turns = Extract<InferenceOrder, { kind: 'turns' }>;

export class Answering {
  readonly #engine: LoadedEngine;
  readonly #scratch: string;
  readonly #say: (report: InferenceReport) => void;
  readonly #networks = new Map<string, TrainedNetwork>();

  /** @throws Expected `engine.missing`, `engine.broken` */
  constructor({ engine, device, scratch, isExact }: Answer, say: (report: InferenceReport) => void) {
    this.#engine = loadEngine(engine, device, isExact);
    this.#scratch = scratch;
    this.#say = say;
  }

  /** Answers one question; what it fails with is its answer. */
  async answer(order: Exclude<InferenceOrder, { kind: 'answer' }>): Promise<void> {
    const { id } = order;
    try {
      if (order.kind === 'predict') {
        const probabilities = this.#network(order.model, 1).predict(order.pixels);
        this.#say({ kind: 'predicted', id, probabilities });
      } else if (order.kind === 'probe') this.#say({ kind: 'probed', id, ...(await this.#probe(order)) });
      else if (order.kind === 'replay') this.#say({ kind: 'replayed', id, replay: await this.#replay(order) });
      else if (order.kind === 'turns') this.#say({ kind: 'timed', id, ...(await this.#turns(order)) });
      else if (order.kind === 'forms')
        this.#say({ kind: 'compared', id, ...(await compareForms(this.#place, order, this.#say)) });
      else {
        const tell = (done: number, total: number) => this.#say({ kind: 'progress', id, done, total });
        this.#say({ kind: 'calibrated', id, ...(await calibrate(this.#engine.binding, this.#scratch, tell)) });
      }
    } catch (thrown) {
      const failure = failureOf(thrown);
      if (failure.code === 'bug') console.error(thrown);
      this.#say({ kind: 'failed', id, failure });
    }
  }

  get #place(): MeasuringPlace {
    return { binding: this.#engine.binding, scratch: this.#scratch };
  }

  #network(model: Model, batch: number): TrainedNetwork {
    const key = `${batch} ${model.checkpoint}`;
    const known = this.#networks.get(key);
    // The one that was asked last goes last.
    this.#networks.delete(key);
    const [oldest] = this.#networks;
    if (!known && oldest && this.#networks.size >= mostNetworks) {
      this.#networks.delete(oldest[0]);
      oldest[1].close();
    }
    const { spec, recipe, mean, deviation, checkpoint } = model;
    const options = { plan: expand(spec), recipe, mean, deviation, batch, checkpoint };
    const network = known ?? new TrainedNetwork(this.#engine.binding, options, this.#scratch);
    this.#networks.set(key, network);
    return network;
  }

  async #probe({ id, model, home, data: name, split, indices, shares, average }: Probe) {
    const network = this.#network(model, probeBatch);
    const data = openDataset(home, name);
    const { height, width, channels } = data.dataset.image;
    const labels = data.labels(split);
    const variants = shares.length / network.blocks;
    const [correct, loss] = [new Float64Array(variants), new Float64Array(variants)];
    for (let from = 0; from < indices.length; from += probeBatch) {
      const part = indices.slice(from, from + probeBatch);
      const pixels = new Uint8Array(part.length * height * width * channels);
      data.readImages(split, part, pixels);
      const sums = new Float64Array(part.length * network.classes);
      for (let variant = 0; variant < variants; variant += 1) {
        const own = shares.subarray(variant * network.blocks, (variant + 1) * network.blocks);
        const found = network.predict(pixels, own);
        const taken = average ? variant + 1 : 1;
        if (!average) sums.fill(0);
        for (let at = 0; at < sums.length; at += 1) sums[at]! += found[at]!;
        part.forEach((image, row) => {
          const scores = sums.subarray(row * network.classes, (row + 1) * network.classes);
          const label = labels[image]!;
          if (scores.every((score, other) => score < scores[label]! || (score === scores[label]! && other >= label)))
            correct[variant]! += 1;
          loss[variant]! -= Math.log(scores[label]! / taken);
        });
        this.#say({
          kind: 'progress',
          id,
          done: from * variants + (variant + 1) * part.length,
          total: indices.length * variants,
        });
        await new Promise(setImmediate);
      }
    }
    data.close();
    const images = indices.length;
    return {
      accuracy: correct.map((count) => count / images),
      loss: loss.map((sum) => (Number.isFinite(sum) ? sum / images : NaN)),
    };
  }

  async #turns({ id, networks, seed }: Turns) {
    const timed = networks.map(({ spec, ...network }) => ({ ...network, plan: expand(spec) }));
    const tell = (done: number, total: number) => this.#say({ kind: 'progress', id, done, total });
    const found = await timeInTurns(this.#engine.binding, timed, seed, this.#scratch, tell);
    return {
      seconds: Float64Array.from(found, ({ seconds }) => seconds),
      skippedShare: Float64Array.from(found, ({ skippedShare }) => skippedShare ?? NaN),
    };
  }

  async #replay({ id, training: assignment, kept }: Replay): Promise<ReplayFound> {
    const data = openDataset(assignment.home, assignment.data);
    const { image, classes } = data.dataset;
    const plan = expand(assignment.spec, { input: image, classes: classes.length });
    // Nothing is written into the run's own folder.
    const training = openTraining(this.#engine, { ...assignment, folder: this.#scratch }, data, plan, true);
    try {
      const steps = replayStep(training, kept);
      for (;;) {
        const next = await steps.next();
        if (next.done) return next.value;
        this.#say({ kind: 'progress', id, ...next.value });
      }
    } finally {
      training.session.close();
      data.close();
    }
  }
}
