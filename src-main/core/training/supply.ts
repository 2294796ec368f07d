/** Where the images of a step come from: held in the session as a whole, or read from the blocks for every step. */
import type { OpenDataset } from '../dataset/library.ts';
import { wordsOf } from './session.ts';
import type { StepImages, TrainingSession } from './session.ts';

/** Splits up to this size together are held in the session's memory. */
const heldBytes = 1024 * 1024 * 1024;

export class Supply {
  readonly #data: OpenDataset;
  /** Whether the session holds the whole dataset. */
  readonly held: boolean;

  constructor(data: OpenDataset, allowanceBytes: number = heldBytes) {
    this.#data = data;
    this.held = data.dataset.bytes <= allowanceBytes;
  }

  /** Hands every split to a session whose program holds them. */
  fill(session: TrainingSession): void {
    if (!this.held) return;
    for (const { name } of session.program.hold) {
      session.hold(name, wordsOf(this.#data.readAll(name)), Int32Array.from(this.#data.labels(name)));
    }
  }

  /** Some images of a split, by their indices. */
  images(split: string, indices: Int32Array): StepImages {
    if (this.held) return { indices };
    const { height, width, channels } = this.#data.dataset.image;
    const bytes = indices.length * height * width * channels;
    const words = new Int32Array(Math.ceil(bytes / 4));
    this.#data.readImages(split, indices, new Uint8Array(words.buffer, 0, bytes));
    const labels = this.#data.labels(split);
    return { words, labels: Int32Array.from(indices, (index) => labels[index] as number) };
  }
}
