/** Where the images of a step come from: held in the session as a whole, or read ahead from the blocks. */
import { freemem } from 'node:os';
import { imageBytesOf, mostHeldBytes } from '../../shared/dataset.ts';
import type { OpenDataset } from '../dataset/library.ts';
import { Ring } from './ring.ts';
import type { StepImages, TrainingSession } from './session.ts';

export class Supply {
  readonly #data: OpenDataset;
  readonly #rings = new Map<string, Ring>();
  /** Whether the session holds the whole dataset. */
  readonly held: boolean;

  /**
   * @param allowanceBytes what the session may hold, at most a quarter of the free memory; a larger dataset is read from
   * the blocks while it trains.
   */
  constructor(data: OpenDataset, allowanceBytes: number = Math.min(mostHeldBytes, freemem() / 4)) {
    this.#data = data;
    this.held = imageBytesOf(data.dataset) <= allowanceBytes;
  }

  /** Hands every split to a session whose program holds them. */
  fill(session: TrainingSession): void {
    if (!this.held) return;
    for (const { name } of session.program.hold) {
      const images = this.#data.images(name);
      const words = this.#read(
        name,
        Int32Array.from({ length: images }, (_, index) => index),
      );
      session.hold(name, words, Int32Array.from(this.#data.labels(name)));
    }
  }

  /**
   * Waits until the images of the next step are in memory, and reads those of the steps after it meanwhile.
   * @param upcoming the images of the step `ahead` steps from now; null behind the end. Fails with `data.damaged`.
   */
  async prepare(split: string, upcoming: (ahead: number) => Int32Array | null): Promise<void> {
    if (this.held) return;
    const ring = this.#rings.get(split) ?? new Ring(this.#data, split);
    this.#rings.set(split, ring);
    await ring.prepare(upcoming);
  }

  /** Some images of a split, by their indices: those that were prepared, or read now. Fails with `data.damaged`. */
  images(split: string, indices: Int32Array): StepImages {
    if (this.held) return { indices };
    const prepared = this.#rings.get(split)?.batch(indices);
    if (prepared) return prepared;
    const labels = this.#data.labels(split);
    return { words: this.#read(split, indices), labels: indices.map((index) => labels[index] as number) };
  }

  /** uint8 NHWC in memory of its own, as int32 words filled up with zeros. */
  #read(split: string, indices: Int32Array): Int32Array {
    const { height, width, channels } = this.#data.dataset.image;
    const bytes = indices.length * height * width * channels;
    const words = new Int32Array(Math.ceil(bytes / 4));
    this.#data.readImages(split, indices, new Uint8Array(words.buffer, 0, bytes));
    return words;
  }
}
