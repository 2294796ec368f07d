/**
 * Looks and counts in blobs.
 *
 * Looks, little-endian: rows and blocks (uint32 each), the steps (float64), then counted steps (int32), gradient norms,
 * ratios (float32) and computed steps (int32), row by row.
 */
import { emptyLooks } from '../../shared/run/looks.ts';
import type { Looks } from '../../shared/run/looks.ts';

const headBytes = 8;

const partsOf = ({ steps, counted, gradientNorm, ratio, computed }: Looks) =>
  [steps, counted, gradientNorm, ratio, computed] as const;

const bytesOf = (array: ArrayBufferView) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/** The blob of some looks. */
export function packLooks(looks: Looks): Uint8Array {
  const parts = partsOf(looks);
  const blob = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, headBytes));
  const head = new DataView(blob.buffer);
  head.setUint32(0, looks.steps.length, true);
  head.setUint32(4, looks.blocks, true);
  let at = headBytes;
  for (const part of parts) {
    blob.set(bytesOf(part), at);
    at += part.byteLength;
  }
  return blob;
}

/** The looks of a blob, in memory of their own. */
export function unpackLooks(blob: Uint8Array): Looks {
  const head = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  const looks = emptyLooks(head.getUint32(4, true), head.getUint32(0, true));
  let at = headBytes;
  for (const part of partsOf(looks)) {
    bytesOf(part).set(blob.subarray(at, at + part.byteLength));
    at += part.byteLength;
  }
  return looks;
}

/** Counts of which most are 0, e.g. a confusion matrix: for each other one the distance to it and itself, 7 bits a byte. */
export function packCounts(counts: Int32Array): Uint8Array {
  const bytes: number[] = [];
  const write = (value: number) => {
    for (; value > 0x7f; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
    bytes.push(value);
  };
  let last = -1;
  for (let cell = 0; cell < counts.length; cell++) {
    if (counts[cell] === 0) continue;
    write(cell - last);
    write(counts[cell]!);
    last = cell;
  }
  return Uint8Array.from(bytes);
}

/** The counts of a blob. @param cells their number. */
export function unpackCounts(blob: Uint8Array, cells: number): Int32Array<ArrayBuffer> {
  const counts = new Int32Array(cells);
  let at = 0;
  const read = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = blob[at++]!;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  for (let cell = -1; at < blob.length;) counts[(cell += read())] = read();
  return counts;
}
