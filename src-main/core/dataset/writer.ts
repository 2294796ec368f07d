/** Puts a dataset into the library while its images arrive. */
import type { Dataset } from '../../shared/dataset.ts';
import type { Shape } from '../../shared/network/spec.ts';
import { blockBytes, checkBlockLength, hold, letGo, openBlocks, sha256, syncBlocks, writeBlock } from './blocks.ts';
import type { BlockEntry } from './blocks.ts';
import { soundManifest, writeManifest } from './manifest.ts';
import { removeUnneeded } from './removal.ts';
import type { Manifest } from './manifest.ts';
import { ChannelStatistics } from './statistics.ts';

/** What is known of a dataset before its first image. */
export interface DatasetHead {
  readonly name: string;
  readonly image: Shape;
  /** Class names; a label is an index into them. */
  readonly classes: readonly string[];
  readonly mirrors: boolean;
  readonly note: string;
  /** The id of a built-in set; others get theirs from their content. */
  readonly builtInId?: string;
}

/** One split on its way into blocks. */
class SplitWriter {
  readonly name: string;
  readonly statistics: ChannelStatistics;
  readonly pixels: BlockEntry[] = [];
  readonly labels: BlockEntry[] = [];
  images = 0;
  readonly #buffer: Uint8Array;
  readonly #write: (bytes: Uint8Array) => BlockEntry;
  #filled = 0;

  constructor(name: string, channels: number, bytesPerBlock: number, write: (bytes: Uint8Array) => BlockEntry) {
    this.#write = write;
    this.name = name;
    this.statistics = new ChannelStatistics(channels);
    this.#buffer = new Uint8Array(bytesPerBlock);
  }

  append(chunk: Uint8Array): void {
    this.statistics.add(chunk);
    for (let done = 0; done < chunk.length;) {
      const part = chunk.subarray(done, done + this.#buffer.length - this.#filled);
      this.#buffer.set(part, this.#filled);
      this.#filled += part.length;
      done += part.length;
      if (this.#filled === this.#buffer.length) this.#flush();
    }
  }

  finish(labels: Int32Array, imageBytes: number): void {
    if (this.#filled > 0) this.#flush();
    const bytes = this.pixels.reduce((sum, block) => sum + block.bytes, 0);
    if (bytes !== labels.length * imageBytes)
      throw new Error(
        `Split ${this.name} has ${bytes} bytes of pixels for ${labels.length} labels of ${imageBytes} bytes each.`,
      );
    this.images = labels.length;
    const raw = new Uint8Array(labels.buffer, labels.byteOffset, labels.byteLength);
    for (let from = 0; from < raw.length; from += blockBytes)
      this.labels.push(this.#write(raw.subarray(from, from + blockBytes)));
  }

  #flush(): void {
    this.pixels.push(this.#write(this.#buffer.subarray(0, this.#filled)));
    this.#filled = 0;
  }
}

/** Collects splits one after the other; nothing is in the library before `finish`. */
export class DatasetWriter {
  readonly #home: string;
  readonly #head: DatasetHead;
  readonly #imageBytes: number;
  readonly #imagesPerBlock: number;
  readonly #splits: SplitWriter[] = [];
  readonly #newBlocks = new Set<string>();
  readonly #onNewBlock: (hash: string) => void;
  readonly #held: string[] = [];

  /**
   * Fails with `folder.denied` or `disk.full`.
   * @param onNewBlock hears the hash of each block before it is written, where the library had it not
   */
  constructor(home: string, head: DatasetHead, onNewBlock: (hash: string) => void = () => undefined) {
    this.#onNewBlock = onNewBlock;
    this.#home = home;
    this.#head = head;
    this.#imageBytes = head.image.height * head.image.width * head.image.channels;
    if (this.#imageBytes < 1 || this.#imageBytes > blockBytes)
      throw new Error(`An image of ${this.#imageBytes} bytes does not fit the library.`);
    this.#imagesPerBlock = Math.floor(blockBytes / this.#imageBytes);
    openBlocks(home);
  }

  /** Starts a split; `append` and `endSplit` are about the split begun last. */
  beginSplit(name: string): void {
    if (this.#splits.some((split) => split.name === name)) throw new Error(`There are two splits called ${name}.`);
    const bytesPerBlock = this.#imagesPerBlock * this.#imageBytes;
    this.#splits.push(new SplitWriter(name, this.#head.image.channels, bytesPerBlock, (bytes) => this.#write(bytes)));
  }

  /** Stores a block, which nobody removes from then on until this dataset is there or given up. */
  #write(bytes: Uint8Array): BlockEntry {
    const entry = writeBlock(this.#home, bytes, (hash) => {
      this.#newBlocks.add(hash);
      this.#onNewBlock(hash);
    });
    hold(this.#home, entry.sha256);
    this.#held.push(entry.sha256);
    return entry;
  }

  /** uint8 pixels, NHWC, 0 to 255; a chunk may end anywhere, even inside an image. */
  append(pixels: Uint8Array): void {
    this.#current().append(pixels);
  }

  /** Ends the split with one label, 0 to classes − 1, for each of its images. */
  endSplit(labels: Int32Array): void {
    for (const label of labels)
      if (label < 0 || label >= this.#head.classes.length)
        throw new Error(`Label ${label} is none of ${this.#head.classes.length} classes.`);
    this.#current().finish(labels, this.#imageBytes);
  }

  /** Makes the dataset exist. Where its content is in the library already, that one is returned. */
  finish(): Dataset {
    const dataset = this.#describe();
    for (const split of this.#splits)
      for (const block of [...split.pixels, ...split.labels]) checkBlockLength(this.#home, block, dataset.name);
    syncBlocks(this.#home);
    try {
      return this.#appear(dataset);
    } finally {
      this.#letGo();
    }
  }

  #appear(dataset: Dataset): Dataset {
    const present = soundManifest(this.#home, dataset.id);
    if (present?.dataset.hash === dataset.hash) return present.dataset;
    const splits = this.#splits.map(({ name, pixels, labels }) => ({ name, pixels, labels }));
    writeManifest(this.#home, { format: 1, dataset, imagesPerBlock: this.#imagesPerBlock, splits } satisfies Manifest);
    return dataset;
  }

  /** Takes back what was written, instead of `finish`; blocks that other datasets need stay. */
  abandon(): void {
    this.#letGo();
    removeUnneeded(this.#home, this.#newBlocks);
  }

  #letGo(): void {
    for (const hash of this.#held) letGo(this.#home, hash);
    this.#held.length = 0;
  }

  #current(): SplitWriter {
    const split = this.#splits.at(-1);
    if (!split) throw new Error('No split was begun.');
    return split;
  }

  #describe(): Dataset {
    const { name, image, classes, mirrors, note, builtInId } = this.#head;
    const content = {
      image: [image.height, image.width, image.channels],
      classes,
      splits: this.#splits.map((split) => [split.name, split.images, split.pixels, split.labels]),
    };
    const hash = sha256(JSON.stringify(content));
    const training = this.#splits.find((split) => split.name === 'train') ?? this.#current();
    const blocks = this.#splits.flatMap((split) => [...split.pixels, ...split.labels]);
    return {
      id: builtInId ?? hash.slice(0, 16),
      name,
      hash,
      image: { ...image },
      classes: [...classes],
      splits: this.#splits.map((split) => ({ name: split.name, images: split.images })),
      ...training.statistics.result(),
      mirrors,
      bytes: blocks.reduce((sum, block) => sum + block.bytes, 0),
      builtIn: builtInId !== undefined,
      addedAtMs: builtInId === undefined ? Date.now() : null,
      note,
    };
  }
}
