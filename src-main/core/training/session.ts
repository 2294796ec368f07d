/** A program in a running session: what the loop, the tests and the benchmarks call. */
import { createHash } from 'node:crypto';
import type { PixelChoice } from '../batches/augment.ts';
import type { Mixing } from '../batches/mixup.ts';
import { Draws } from '../batches/random.ts';
import type { Binding, Session } from '../graph/session.ts';
import type { Tensor } from '../graph/tensor.ts';
import type { BlockPlan } from '../../shared/network/plan.ts';
import type { FlowSite } from './flow.ts';
import type { ImageFeeds } from './images.ts';
import type { Program } from './program.ts';
import { openSession } from './openSession.ts';
import type { BlocksSeen } from './watching.ts';

/** The images of one step: indices into a held split, or the bytes themselves with their labels. */
export type StepImages = { readonly indices: Int32Array } | { readonly words: Int32Array; readonly labels: Int32Array };

export interface StepInput {
  readonly images: StepImages;
  /** Needed where the recipe moves pixels. */
  readonly choice: PixelChoice | null;
  readonly learningRate: number;
  /** 0 or 1 for each gated block; needed where there are any. */
  readonly survival: Int32Array | null;
  /** Seed of the values drawn in the graph at this step. */
  readonly seed: readonly [number, number];
  /** Steps done with this one, from 1; needed where the optimiser counts. */
  readonly step?: number;
  /** Needed where images are mixed. */
  readonly mixing?: Mixing | null;
  /** Whether to look into the blocks; only where the recipe watches. */
  readonly look?: boolean;
}

export interface StepResult {
  /** Mean over the batch, in nats; not finite where training diverged. */
  readonly loss: number;
  /** Share of correct answers, 0 to 1. */
  readonly accuracy: number;
  /** Share of images whose class was among the first five, 0 to 1; null with no more classes than that. */
  readonly topFive: number | null;
  /** Euclidean norm of all gradients together, before clipping and decay; null where they are neither clipped nor watched. */
  readonly gradientNorm: number | null;
  /** What a look saw; null without one. */
  readonly blocks: BlocksSeen | null;
}

/** What flowed at one place: values that are infinite or NaN, and the largest magnitude (NaN where there is a NaN). */
export interface SiteFlow extends FlowSite {
  readonly nonFinite: number;
  readonly largest: number;
}

/** For each image of an evaluated batch. */
export interface ImageResults {
  readonly loss: Float32Array;
  readonly predicted: Float32Array;
  readonly confidence: Float32Array;
  /** Number of classes whose score is above the true one's; 0: correct. */
  readonly rank: Float32Array;
}

/** The bits of a float32 as an int32. */
const bitsOf = (value: number): Int32Array => new Int32Array(Float32Array.of(value).buffer);

/** Bytes as int32 words in memory of their own, filled up with zeros. */
export function wordsOf(bytes: Uint8Array): Int32Array {
  const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  padded.set(bytes);
  return new Int32Array(padded.buffer);
}

export class TrainingSession {
  readonly program: Program;
  readonly #session: Session;
  readonly #batch: number;

  /**
   * @param scratch a writable folder on the data disk, used for a moment while the graph is loaded.
   * @throws Expected `disk.full`, `folder.denied`, `store.failing`
   */
  constructor(binding: Binding, program: Program, scratch: string) {
    this.program = program;
    this.#session = openSession(binding, program.graph, scratch);
    this.#batch = program.evaluate[0]?.results.shape[1] ?? 0;
  }

  /** Draws all weights from the run's seed. */
  begin(seed: number): void {
    const { begin } = this.program;
    const draws = new Draws(seed, 'initialisation');
    this.#session.run(new Map([[begin.seed, Int32Array.of(draws.seed(), 0)]]), [begin.done]);
  }

  /**
   * Keeps a split in the session's memory. The arrays are handed over: they must not be written afterwards.
   * @param words images as int32 words (`wordsOf`). @param labels int32 [images].
   */
  hold(split: string, words: Int32Array, labels: Int32Array): void {
    const target = this.program.hold.find(({ name }) => name === split);
    if (!target) throw new Error(`The program does not hold the split ${split}.`);
    this.#session.run(
      new Map([
        [target.words, words],
        [target.labels, labels],
      ]),
      [target.done],
    );
  }

  /** One step, or the last part of one: forward, backward, update. */
  train(input: StepInput): StepResult {
    const { rateBits, step, look, metrics } = this.program.train;
    const values = this.#feedsOf(input);
    values.set(rateBits, bitsOf(input.learningRate));
    if (step) values.set(step, Int32Array.of(needed(input.step ?? null, 'the number of the step')));
    if (look) values.set(look, Int32Array.of(input.look ? 1 : 0));
    const [result] = this.#session.run(values, [metrics]) as [Float32Array];
    return this.#resultOf(result, input);
  }

  /** A part of a step before its last: forward and backward; the gradients are kept for the last part. */
  gather(input: StepInput, isFirst: boolean): Pick<StepResult, 'loss' | 'accuracy' | 'topFive'> {
    const { first, next } = needed(this.program.train.gather, 'batches of several parts');
    const [result] = this.#session.run(this.#feedsOf(input), [isFirst ? first : next]) as [Float32Array];
    return { loss: result[0] as number, accuracy: result[1] as number, topFive: result[2] ?? null };
  }

  /** What would flow through the layers at a step; no weight moves. */
  flow(input: StepInput): SiteFlow[] {
    const { sites, vector } = needed(this.program.train.flow, 'a watch on what flows');
    const [sums] = this.#session.run(this.#feedsOf(input), [vector]) as [Float32Array];
    return sites.map((site, at) => ({ ...site, nonFinite: sums[at]!, largest: sums[sites.length + at]! }));
  }

  /** What forward and backward need. */
  #feedsOf(input: StepInput): Map<Tensor, Int32Array> {
    const { feeds, survival, seed, mix } = this.program.train;
    const values = new Map<Tensor, Int32Array>();
    feedImages(values, feeds, input.images, input.choice);
    if (survival) values.set(survival, needed(input.survival, 'survival'));
    if (seed) values.set(seed, Int32Array.from(input.seed));
    if (mix) {
      const { share, partners } = needed(input.mixing ?? null, 'partners for its images');
      values.set(mix.shareBits, bitsOf(share));
      values.set(mix.partners, partners);
    }
    return values;
  }

  #resultOf(values: Float32Array, { look, survival }: StepInput): StepResult {
    const { parts, gated } = this.program.train;
    const result = {
      loss: values[0] as number,
      accuracy: values[1] as number,
      topFive: parts.topFive === null ? null : (values[parts.topFive] as number),
    };
    if (!parts.sums)
      return { ...result, gradientNorm: parts.norm === null ? null : (values[parts.norm] as number), blocks: null };
    const { reader, gradients, arms } = parts.sums;
    const ofGradients = values.subarray(gradients, arms);
    const dropped = (block: BlockPlan) => survival?.[gated.indexOf(block)] === 0;
    return {
      ...result,
      gradientNorm: reader.gradientNorm(ofGradients),
      blocks: look ? reader.blocksSeen(ofGradients, values.subarray(arms), (block) => !dropped(block)) : null,
    };
  }

  /**
   * Evaluates up to `evaluationBatch` images with the running statistics.
   * @param split a held split other than `train`, or null where the program is fed.
   */
  evaluate(split: string | null, images: StepImages): ImageResults {
    const way = this.program.evaluate.find((candidate) => candidate.split === split);
    if (!way) throw new Error(`The program does not evaluate the split ${split ?? 'that is fed'}.`);
    const count = 'indices' in images ? images.indices.length : images.labels.length;
    const values = new Map<Tensor, Int32Array>();
    feedImages(values, way.feeds, filledUp(images, this.#batch, way.feeds), null);
    const [results] = this.#session.run(values, [way.results]) as [Float32Array];
    const row = (index: number) => results.subarray(index * this.#batch, index * this.#batch + count);
    return { loss: row(0), predicted: row(1), confidence: row(2), rank: row(3) };
  }

  /** All variables, one array for each chunk of the snapshot. */
  save(): Float32Array[] {
    return this.program.snapshot.chunks.map(({ saved }) => this.#session.run(new Map(), [saved])[0] as Float32Array);
  }

  /** Puts back what `save` gave. */
  restore(chunks: readonly Float32Array[]): void {
    this.program.snapshot.chunks.forEach(({ restore, restored }, index) => {
      const values = needed(chunks[index] ?? null, `chunk ${index}`);
      this.#session.run(new Map([[restore, new Int32Array(values.buffer, values.byteOffset, values.length)]]), [
        restored,
      ]);
    });
  }

  /** SHA-256 over all variables, hexadecimal. */
  hash(): string {
    const hash = createHash('sha256');
    for (const chunk of this.save()) hash.update(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    return hash.digest('hex');
  }

  /** Runs anything else of the program, for tests. */
  run(
    feeds: ReadonlyMap<Tensor, Int32Array | Float32Array>,
    fetches: readonly Tensor[],
  ): (Float32Array | Int32Array | Uint8Array)[] {
    return this.#session.run(feeds, fetches);
  }

  close(): void {
    this.#session.close();
  }
}

function needed<Value>(value: Value | null, what: string): Value {
  if (value === null) throw new Error(`This program needs ${what}.`);
  return value;
}

function feedImages(
  values: Map<Tensor, Int32Array>,
  feeds: ImageFeeds,
  images: StepImages,
  choice: PixelChoice | null,
): void {
  if (feeds.indices) values.set(feeds.indices, needed('indices' in images ? images.indices : null, 'indices'));
  if (feeds.words && feeds.labels) {
    const given = needed('words' in images ? images : null, 'images');
    values.set(feeds.words, given.words);
    values.set(feeds.labels, given.labels);
  }
  if (!feeds.choice) return;
  const { rows, columns, cutRows, cutColumns } = needed(choice, 'a choice of pixels');
  values.set(feeds.choice.rows, rows);
  values.set(feeds.choice.columns, columns);
  if (feeds.choice.cutRows) values.set(feeds.choice.cutRows, needed(cutRows, 'cut-out rows'));
  if (feeds.choice.cutColumns) values.set(feeds.choice.cutColumns, needed(cutColumns, 'cut-out columns'));
}

/** The last batch of a split is filled up with its first image; the surplus results are dropped. */
function filledUp(images: StepImages, batch: number, feeds: ImageFeeds): StepImages {
  const filled = (values: Int32Array, length: number) => {
    if (values.length === length) return values;
    const full = new Int32Array(length).fill(values[0] ?? 0);
    full.set(values);
    return full;
  };
  if ('indices' in images) return { indices: filled(images.indices, batch) };
  return { words: filled(images.words, feeds.words?.shape[0] ?? 0), labels: filled(images.labels, batch) };
}
