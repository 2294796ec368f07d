/** What a format is to intake: it recognises its files, says what they hold, and reads their images. */
import type { IntakeLimits, OddFile, Treatment } from '../shared/import.ts';
import type { Shape } from '../shared/network/spec.ts';
import type { Source } from './entry.ts';
import type { Told } from '../shared/told.ts';
import type { Words } from '../shared/language.ts';

/** Images as they will be stored, and the class of each. */
export interface Chunk {
  /** uint8, NHWC, of the treatment's shape. */
  readonly pixels: Uint8Array;
  readonly labels: Int32Array;
  /** Images that could not be decoded, in their place. */
  readonly odd?: readonly OddFile[];
}

export interface FoundSplit {
  readonly name: string;
  /** One class index an image; known before any pixel is read. */
  readonly labels: Int32Array;
}

/** A dataset in a format, ready to be read. */
export interface Found {
  readonly format: string;
  readonly formatName: Words;
  /** Proposed name; null: that of the dropped file. */
  readonly name: string | null;
  readonly classes: readonly string[];
  readonly mirrors: boolean;
  readonly splits: readonly FoundSplit[];
  /** What is stored unless another size or other channels are chosen. */
  readonly image: Shape;
  readonly sizes: readonly { readonly height: number; readonly width: number; readonly images: number }[];
  readonly measured: number;
  readonly odd: readonly OddFile[];
  readonly notes: readonly Told[];
  /** Reads the images of a split with these indices, which rise. */
  read(split: string, indices: Int32Array, treatment: Treatment): AsyncIterable<Chunk>;
}

export interface Format {
  /** Null where the files are of another format. Fails where they are of this one, but damaged. */
  recognise(source: Source, limits: IntakeLimits): Promise<Found | null>;
}

/** Images of one chunk at most, and bytes of it. */
export const chunkImages = 512;
export const chunkTargetBytes = 4 * 1024 * 1024;

/** How many images of a shape make a chunk. */
export const imagesPerChunk = ({ height, width, channels }: Shape): number =>
  Math.max(1, Math.min(chunkImages, Math.floor(chunkTargetBytes / (height * width * channels))));

/** `airplane` and the like, or numbers where nothing better is known. */
export const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index));

/** The last part of a path. */
export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Names of splits, in the order in which they are stored. */
export const splitOrder = ['train', 'val', 'test'] as const;
export type SplitName = (typeof splitOrder)[number];

const splitWords: ReadonlyMap<string, SplitName> = new Map([
  ['train', 'train'],
  ['training', 'train'],
  ['test', 'test'],
  ['testing', 'test'],
  ['val', 'val'],
  ['valid', 'val'],
  ['validation', 'val'],
  ['dev', 'val'],
  ['eval', 'val'],
  // FER2013 calls its two further parts so.
  ['publictest', 'val'],
  ['privatetest', 'test'],
]);

/** The split that a word means, whatever its case; null for other words. */
export const splitNamed = (word: string): SplitName | null => splitWords.get(word.toLowerCase()) ?? null;

/** The split of a file by a word in its name or that of its folder, else training. */
export function splitOfPath(path: string): SplitName {
  for (const part of path.split('/').slice(-2).reverse())
    for (const word of part.split(/[^a-z]+/i)) if (splitNamed(word)) return splitNamed(word) as SplitName;
  return 'train';
}

/** Where there is `val` and no `test`, the one is the other; the rest keep their names and get their order. */
export function inSplitOrder<Value>(splits: ReadonlyMap<string, Value>): Map<string, Value> {
  const names = splitOrder.filter((name) => splits.has(name));
  const isTest = names.includes('val') && !names.includes('test') && names.includes('train');
  return new Map(names.map((name) => [isTest && name === 'val' ? 'test' : name, splits.get(name) as Value]));
}
