/** Formats whose images all have one shape and lie one behind the other: which of them a chunk takes. */
import type { Treatment } from '../shared/import.ts';
import type { Shape } from '../shared/network/spec.ts';
import type { Chunk } from './format.ts';
import { imagesPerChunk } from './format.ts';
import { treatAll } from './treat.ts';

/** Images on their way, from the split's image `first` on: uint8, HWC. */
export interface Batch {
  readonly first: number;
  readonly count: number;
  readonly pixels: Uint8Array;
}

/**
 * Takes the asked images out of batches that come in order and makes chunks of them. Stops asking once it has all.
 * `indices` rise.
 */
export async function* chosen(
  batches: AsyncIterable<Batch>,
  indices: Int32Array,
  labels: Int32Array,
  shape: Shape,
  treatment: Treatment,
): AsyncGenerator<Chunk> {
  const bytes = shape.height * shape.width * shape.channels;
  const most = imagesPerChunk(shape);
  let next = 0;
  const last = indices.at(-1) ?? -1;
  for await (const { first, count, pixels } of batches) {
    while (next < indices.length && (indices[next] as number) < first + count) {
      const taken: number[] = [];
      while (next < indices.length && taken.length < most && (indices[next] as number) < first + count)
        taken.push(indices[next++] as number);
      const from = taken[0] as number;
      const isRun = (taken.at(-1) as number) - from === taken.length - 1;
      let raw: Uint8Array;
      if (isRun) raw = pixels.subarray((from - first) * bytes, (from - first + taken.length) * bytes);
      else {
        raw = new Uint8Array(taken.length * bytes);
        taken.forEach((index, place) =>
          raw.set(pixels.subarray((index - first) * bytes, (index - first + 1) * bytes), place * bytes),
        );
      }
      yield {
        pixels: await treatAll(raw, shape, treatment),
        labels: Int32Array.from(taken, (index) => labels[index] as number),
      };
    }
    if (first + count > last) return;
  }
}
