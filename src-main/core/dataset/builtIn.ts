/** Sets that come with the program and are put into the library when they are first used. */
import type { DatasetHead } from './writer.ts';

/** A split on its way into the library. */
export interface NewSplit {
  readonly name: string;
  /** uint8, NHWC; chunks may end anywhere. */
  readonly pixels: Iterable<Uint8Array>;
  /** One class index an image. */
  readonly labels: Int32Array;
}

export interface BuiltIn {
  /** Whether an id means this set; `shapes` answers to `shapes-20000`, too. */
  matches(id: string): boolean;
  head(id: string): DatasetHead;
  splits(id: string): readonly NewSplit[];
}
