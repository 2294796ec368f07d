/** Batches that are read ahead while the session computes, in buffers that are used again and again. */
import type { OpenDataset } from '../dataset/library.ts';

/** Bytes that the buffers take together at most, unless two batches need more. */
const ringBytes = 64 * 1024 * 1024;
const mostBatches = 8;

export interface ReadBatch {
  /** Pixels as int32 words, uint8 NHWC underneath. */
  readonly words: Int32Array;
  readonly labels: Int32Array;
}

interface Slot extends ReadBatch {
  /** The images that it has, or is about to have. */
  indices: Int32Array;
  reading: Promise<void>;
  isRead: boolean;
}

const same = (a: Int32Array, b: Int32Array): boolean =>
  a.length === b.length && a.every((value, at) => value === b[at]);

export class Ring {
  readonly #data: OpenDataset;
  readonly #split: string;
  readonly #imageBytes: number;
  #slots: readonly Slot[] = [];
  readonly #free: Slot[] = [];

  constructor(data: OpenDataset, split: string) {
    this.#data = data;
    this.#split = split;
    const { height, width, channels } = data.dataset.image;
    this.#imageBytes = height * width * channels;
  }

  /**
   * Resolves once the first of the upcoming batches is read; the others are on their way then. Buffers of batches that are
   * not among them (the one used last, or all of them where a run went back) are used for the new ones.
   * @param upcoming the images of the batch `ahead` steps from now; null behind the end. Fails with `data.damaged`.
   */
  async prepare(upcoming: (ahead: number) => Int32Array | null): Promise<void> {
    const wanted: Int32Array[] = [];
    for (let ahead = 0; ahead < this.#mostOf(wanted[0]); ahead += 1) {
      const indices = upcoming(ahead);
      if (!indices) break;
      wanted.push(indices);
    }
    for (const slot of this.#slots) {
      if (wanted.some((indices) => same(indices, slot.indices))) continue;
      // Its buffer belongs to the reading until that is over, however it ends.
      await slot.reading.catch(() => undefined);
      this.#free.push(slot);
    }
    const kept = this.#slots.filter((slot) => !this.#free.includes(slot));
    this.#slots = wanted.map((indices) => kept.find((slot) => same(slot.indices, indices)) ?? this.#begin(indices));
    await this.#slots[0]?.reading;
  }

  /** A batch that was prepared; null where it was not. It may be used until the next `prepare`. */
  batch(indices: Int32Array): ReadBatch | null {
    return this.#slots.find((slot) => slot.isRead && same(slot.indices, indices)) ?? null;
  }

  #mostOf(first: Int32Array | undefined): number {
    if (!first) return mostBatches;
    return Math.max(2, Math.min(mostBatches, Math.floor(ringBytes / (first.length * this.#imageBytes))));
  }

  #begin(indices: Int32Array): Slot {
    const at = this.#free.findIndex((slot) => slot.labels.length === indices.length);
    const slot = this.#free.splice(at, at < 0 ? 0 : 1)[0] ?? {
      words: new Int32Array(Math.ceil((indices.length * this.#imageBytes) / 4)),
      labels: new Int32Array(indices.length),
      indices,
      reading: Promise.resolve(),
      isRead: false,
    };
    const labels = this.#data.labels(this.#split);
    indices.forEach((index, place) => (slot.labels[place] = labels[index] as number));
    slot.indices = indices;
    slot.isRead = false;
    const bytes = new Uint8Array(slot.words.buffer, 0, indices.length * this.#imageBytes);
    slot.reading = this.#data.readAhead(this.#split, indices, bytes).then(() => {
      slot.isRead = true;
    });
    // Whoever waits for the batch hears of a failure; one that nobody needs any more fails for nobody.
    slot.reading.catch(() => undefined);
    return slot;
  }
}
