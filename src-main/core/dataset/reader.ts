/** A dataset of the library, opened for reading by ranges and by indices. */
import { closeSync, openSync, read, readSync } from 'node:fs';
import type { Dataset } from '../../shared/dataset.ts';
import { expected } from '../../shared/failure.ts';
import { blockPath, checkBlockLength, readBlock, verifyBlock } from './blocks.ts';
import type { BlockEntry } from './blocks.ts';
import type { Manifest } from './manifest.ts';
import { tell } from '../../shared/told.ts';

/** Sets up to this size are checked whole when they are opened; of larger ones each block when it is first read. */
const checkedAtOnceBytes = 512 * 1024 * 1024;
/** Files held open; a set of this many blocks has 8 GiB. */
const openFiles = 512;

/** Splits are named as in `dataset.splits`; an unknown one is a bug of the caller. */
export interface OpenDataset {
  readonly dataset: Dataset;
  /** Number of images of a split. */
  images(split: string): number;
  /** Class indices, one an image. */
  labels(split: string): Int32Array;
  /** All pixels of a split: uint8, NHWC. Fails with `data.damaged`. */
  readAll(split: string): Uint8Array;
  /** Images `from` to `from + count`: uint8, NHWC. Fails with `data.damaged`. */
  readRange(split: string, from: number, count: number): Uint8Array;
  /** Puts the images of the given indices one behind the other into `into`: uint8, NHWC. Fails with `data.damaged`. */
  readImages(split: string, indices: ArrayLike<number>, into: Uint8Array): void;
  /** The same while other work goes on; `into` belongs to the reading until it resolves. */
  readAhead(split: string, indices: ArrayLike<number>, into: Uint8Array): Promise<void>;
  /** Gives the files back; the dataset can be read again afterwards. */
  close(): void;
}

interface Split {
  readonly images: number;
  readonly labels: Int32Array;
  readonly blocks: readonly BlockEntry[];
  /** Which images of the blocks the split has; null: all. */
  readonly stored: Int32Array | null;
}

/** A piece of a block on its way to `at` of a buffer. */
interface Piece {
  readonly block: BlockEntry;
  readonly position: number;
  readonly bytes: number;
  readonly at: number;
}

interface OpenFile {
  readonly file: number;
  /** Reads that have not come back. */
  reading: number;
}

/** Opens what a manifest describes; checks lengths, labels and, for sets up to 512 MiB, every block's hash. */
export class DatasetReader implements OpenDataset {
  readonly dataset: Dataset;
  readonly #home: string;
  readonly #imageBytes: number;
  readonly #imagesPerBlock: number;
  readonly #splits = new Map<string, Split>();
  /** Open files by block hash, the one used longest ago first. */
  readonly #files = new Map<string, OpenFile>();

  constructor(home: string, manifest: Manifest) {
    const { dataset } = manifest;
    this.dataset = dataset;
    this.#home = home;
    this.#imageBytes = dataset.image.height * dataset.image.width * dataset.image.channels;
    this.#imagesPerBlock = manifest.imagesPerBlock;
    const check = dataset.bytes <= checkedAtOnceBytes ? verifyBlock : checkBlockLength;
    manifest.splits.forEach((split, place) => {
      const images = dataset.splits[place]?.images ?? 0;
      const stored = split.indices
        ? this.#readIntegers(split.indices, images, '{count} indices for {images} images')
        : null;
      const held = split.pixels.reduce((sum, block) => sum + block.bytes, 0) / this.#imageBytes;
      if (stored ? stored.some((index) => !(index >= 0 && index < held)) : held !== images)
        throw expected('data.damaged', {
          name: dataset.name,
          what: tell('the blocks of split {name} do not hold {images} images', { name: split.name, images }),
        });
      for (const block of split.pixels) check(home, block, dataset.name);
      const labels = this.#readIntegers(split.labels, images, '{count} labels for {images} images');
      this.#splits.set(split.name, { images, labels, blocks: split.pixels, stored });
    });
  }

  images(split: string): number {
    return this.#split(split).images;
  }

  labels(split: string): Int32Array {
    return this.#split(split).labels;
  }

  /** Which images of its blocks a split has; null: all. */
  stored(split: string): Int32Array | null {
    return this.#split(split).stored;
  }

  readAll(split: string): Uint8Array {
    return this.readRange(split, 0, this.images(split));
  }

  readRange(split: string, from: number, count: number): Uint8Array {
    const { images } = this.#split(split);
    if (from < 0 || count < 0 || from + count > images)
      throw new RangeError(`Images ${from} to ${from + count} are not in ${split} (${images} images).`);
    const pixels = new Uint8Array(count * this.#imageBytes);
    this.readImages(
      split,
      Int32Array.from({ length: count }, (_, place) => from + place),
      pixels,
    );
    return pixels;
  }

  readImages(split: string, indices: ArrayLike<number>, into: Uint8Array): void {
    for (const { block, position, bytes, at } of this.#pieces(split, indices, into))
      this.#check(block, bytes, readSync(this.#file(block).file, into, at, bytes, position));
  }

  async readAhead(split: string, indices: ArrayLike<number>, into: Uint8Array): Promise<void> {
    const pieces = this.#pieces(split, indices, into);
    if (pieces.length === 0) return;
    await new Promise<void>((resolve, reject) => {
      let left = pieces.length;
      for (const { block, position, bytes, at } of pieces) {
        const open = this.#file(block);
        open.reading += 1;
        read(open.file, into, at, bytes, position, (error, found) => {
          open.reading -= 1;
          left -= 1;
          try {
            if (error) throw error;
            this.#check(block, bytes, found);
            if (left === 0) resolve();
          } catch (thrown) {
            reject(thrown as Error);
          }
        });
      }
    });
  }

  close(): void {
    for (const { file } of this.#files.values()) closeSync(file);
    this.#files.clear();
  }

  #split(name: string): Split {
    const split = this.#splits.get(name);
    if (!split) throw new Error(`The dataset ${this.dataset.name} has no split called ${name}.`);
    return split;
  }

  #readIntegers(
    blocks: readonly BlockEntry[],
    images: number,
    what: '{count} indices for {images} images' | '{count} labels for {images} images',
  ): Int32Array {
    const bytes = Buffer.concat(blocks.map((block) => readBlock(this.#home, block, this.dataset.name)));
    const integers = new Int32Array(images);
    if (bytes.length !== integers.byteLength)
      throw expected('data.damaged', {
        name: this.dataset.name,
        what: tell(what, { count: bytes.length / 4, images }),
      });
    new Uint8Array(integers.buffer).set(bytes);
    return integers;
  }

  /** Where the images lie, neighbours in a block together. */
  #pieces(name: string, indices: ArrayLike<number>, into: Uint8Array): Piece[] {
    const { images, blocks, stored } = this.#split(name);
    const size = this.#imageBytes;
    if (into.length < indices.length * size)
      throw new RangeError(`${indices.length} images do not fit into ${into.length} bytes.`);
    const pieces: Piece[] = [];
    for (let place = 0; place < indices.length;) {
      const first = this.#storedAt(name, indices[place]!, images, stored);
      const untilEnd = this.#imagesPerBlock - (first % this.#imagesPerBlock);
      let count = 1;
      while (
        count < untilEnd &&
        place + count < indices.length &&
        this.#storedAt(name, indices[place + count]!, images, stored) === first + count
      )
        count += 1;
      const block = blocks[Math.floor(first / this.#imagesPerBlock)]!;
      const position = (first % this.#imagesPerBlock) * size;
      pieces.push({ block, position, bytes: count * size, at: place * size });
      place += count;
    }
    return pieces;
  }

  #storedAt(split: string, index: number, images: number, stored: Int32Array | null): number {
    if (!(index >= 0 && index < images)) throw new RangeError(`Image ${index} is not in ${split} (${images} images).`);
    return stored ? stored[index]! : index;
  }

  #check(block: BlockEntry, wanted: number, found: number): void {
    if (found !== wanted)
      throw expected('data.damaged', {
        name: this.dataset.name,
        what: tell('block {sha256} ends too early', { sha256: block.sha256.slice(0, 8) }),
      });
  }

  #file(block: BlockEntry): OpenFile {
    const held = this.#files.get(block.sha256);
    if (held !== undefined) return held;
    verifyBlock(this.#home, block, this.dataset.name);
    if (this.#files.size >= openFiles) this.#closeOldest();
    const open = { file: openSync(blockPath(this.#home, block.sha256), 'r'), reading: 0 };
    this.#files.set(block.sha256, open);
    return open;
  }

  #closeOldest(): void {
    for (const [hash, { file, reading }] of this.#files) {
      if (reading > 0) continue;
      closeSync(file);
      this.#files.delete(hash);
      return;
    }
  }
}
