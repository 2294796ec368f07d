/** A dataset of the library, opened for reading by ranges and by indices. */
import { closeSync, openSync, readSync } from 'node:fs';
import type { Dataset } from '../../shared/dataset.ts';
import { expected } from '../../shared/failure.ts';
import { blockPath, checkBlockLength, readBlock, verifyBlock } from './blocks.ts';
import type { BlockEntry } from './blocks.ts';
import type { Manifest } from './manifest.ts';

/** Sets up to this size are checked whole when they are opened; of larger ones each block when it is first read. */
const checkedAtOnceBytes = 512 * 1024 * 1024;
/** Files held open; a set of this many blocks has 1 GiB. */
const openFiles = 64;

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
  /** Gives the files back; the dataset can be read again afterwards. */
  close(): void;
}

interface Split {
  readonly images: number;
  readonly labels: Int32Array;
  readonly blocks: readonly BlockEntry[];
}

/** Opens what a manifest describes; checks lengths, labels and, for sets up to 512 MiB, every block's hash. */
export class DatasetReader implements OpenDataset {
  readonly dataset: Dataset;
  readonly #home: string;
  readonly #imageBytes: number;
  readonly #imagesPerBlock: number;
  readonly #splits = new Map<string, Split>();
  /** Open files by block hash, the one used longest ago first. */
  readonly #files = new Map<string, number>();

  constructor(home: string, manifest: Manifest) {
    const { dataset } = manifest;
    this.dataset = dataset;
    this.#home = home;
    this.#imageBytes = dataset.image.height * dataset.image.width * dataset.image.channels;
    this.#imagesPerBlock = manifest.imagesPerBlock;
    const check = dataset.bytes <= checkedAtOnceBytes ? verifyBlock : checkBlockLength;
    manifest.splits.forEach((split, place) => {
      const images = dataset.splits[place]?.images ?? 0;
      const expectedBytes = images * this.#imageBytes;
      if (split.pixels.reduce((sum, block) => sum + block.bytes, 0) !== expectedBytes)
        throw expected('data.damaged', {
          name: dataset.name,
          what: `the blocks of split ${split.name} do not hold ${images} images`,
        });
      for (const block of split.pixels) check(home, block, dataset.name);
      this.#splits.set(split.name, { images, labels: this.#readLabels(split.labels, images), blocks: split.pixels });
    });
  }

  images(split: string): number {
    return this.#split(split).images;
  }

  labels(split: string): Int32Array {
    return this.#split(split).labels;
  }

  readAll(split: string): Uint8Array {
    return this.readRange(split, 0, this.images(split));
  }

  readRange(split: string, from: number, count: number): Uint8Array {
    const { images } = this.#split(split);
    if (from < 0 || count < 0 || from + count > images)
      throw new RangeError(`Images ${from} to ${from + count} are not in ${split} (${images} images).`);
    const pixels = new Uint8Array(count * this.#imageBytes);
    for (let done = 0; done < count;) {
      const place = (from + done) % this.#imagesPerBlock;
      const part = Math.min(count - done, this.#imagesPerBlock - place);
      this.#read(split, from + done, part, pixels, done * this.#imageBytes);
      done += part;
    }
    return pixels;
  }

  readImages(split: string, indices: ArrayLike<number>, into: Uint8Array): void {
    const { images } = this.#split(split);
    if (into.length < indices.length * this.#imageBytes)
      throw new RangeError(`${indices.length} images do not fit into ${into.length} bytes.`);
    for (let place = 0; place < indices.length; place++) {
      const index = indices[place]!;
      if (!(index >= 0 && index < images))
        throw new RangeError(`Image ${index} is not in ${split} (${images} images).`);
      this.#read(split, index, 1, into, place * this.#imageBytes);
    }
  }

  close(): void {
    for (const file of this.#files.values()) closeSync(file);
    this.#files.clear();
  }

  #split(name: string): Split {
    const split = this.#splits.get(name);
    if (!split) throw new Error(`The dataset ${this.dataset.name} has no split called ${name}.`);
    return split;
  }

  #readLabels(blocks: readonly BlockEntry[], images: number): Int32Array {
    const bytes = Buffer.concat(blocks.map((block) => readBlock(this.#home, block, this.dataset.name)));
    const labels = new Int32Array(images);
    if (bytes.length !== labels.byteLength)
      throw expected('data.damaged', {
        name: this.dataset.name,
        what: `${bytes.length / 4} labels for ${images} images`,
      });
    new Uint8Array(labels.buffer).set(bytes);
    return labels;
  }

  /** Reads images that lie in one block. */
  #read(split: string, from: number, count: number, into: Uint8Array, at: number): void {
    const block = this.#split(split).blocks[Math.floor(from / this.#imagesPerBlock)]!;
    const position = (from % this.#imagesPerBlock) * this.#imageBytes;
    const bytes = count * this.#imageBytes;
    const read = readSync(this.#file(block), into, at, bytes, position);
    if (read !== bytes)
      throw expected('data.damaged', {
        name: this.dataset.name,
        what: `block ${block.sha256.slice(0, 8)} ends too early`,
      });
  }

  #file(block: BlockEntry): number {
    const held = this.#files.get(block.sha256);
    if (held !== undefined) return held;
    verifyBlock(this.#home, block, this.dataset.name);
    if (this.#files.size >= openFiles) this.#closeOldest();
    const file = openSync(blockPath(this.#home, block.sha256), 'r');
    this.#files.set(block.sha256, file);
    return file;
  }

  #closeOldest(): void {
    for (const [hash, file] of this.#files) {
      closeSync(file);
      this.#files.delete(hash);
      return;
    }
  }
}
