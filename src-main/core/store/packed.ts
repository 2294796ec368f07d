/**
 * Points in a blob. Little-endian: a byte of flags, 3 bytes of nothing, the count (uint32); then the first step and the
 * distance (float64 each) of evenly spaced steps, or every step (uint32, where one is larger float64); then the values,
 * float32 where that loses nothing, else float64. Every part begins at a multiple of its element's size.
 */
import type { Points } from '../../shared/run/curve.ts';

const even = 1;
const singles = 2;
const longSteps = 4;
const headBytes = 8;

/** The blob of one or more points. */
export function pack({ steps, values }: Points): Uint8Array {
  const distance = evenDistance(steps);
  const wide = steps[steps.length - 1]! > 0xffffffff;
  const single = values.every((value) => Number.isNaN(value) || Math.fround(value) === value);
  const stepPart =
    distance !== null ? Float64Array.of(steps[0]!, distance) : wide ? new Float64Array(steps) : new Uint32Array(steps);
  const valuePart = single ? new Float32Array(values) : new Float64Array(values);
  const valuesAt = Math.ceil((headBytes + stepPart.byteLength) / 8) * 8;
  const blob = new Uint8Array(valuesAt + valuePart.byteLength);
  blob[0] = (distance !== null ? even : 0) | (single ? singles : 0) | (wide ? longSteps : 0);
  new DataView(blob.buffer).setUint32(4, steps.length, true);
  blob.set(new Uint8Array(stepPart.buffer), headBytes);
  blob.set(new Uint8Array(valuePart.buffer), valuesAt);
  return blob;
}

/** The points of a blob, in memory of their own. */
export function unpack(blob: Uint8Array): Points {
  // SQLite hands out memory at any address; typed arrays need theirs aligned.
  const { buffer, byteOffset } = blob.byteOffset % 8 === 0 ? blob : Uint8Array.from(blob);
  const flags = blob[0]!;
  const count = new DataView(buffer, byteOffset).getUint32(4, true);
  const [steps, stepBytes] = unpackSteps(buffer as ArrayBuffer, byteOffset + headBytes, flags, count);
  const valuesAt = byteOffset + Math.ceil((headBytes + stepBytes) / 8) * 8;
  const values =
    flags & singles
      ? new Float64Array(new Float32Array(buffer as ArrayBuffer, valuesAt, count))
      : new Float64Array(buffer as ArrayBuffer, valuesAt, count).slice();
  return { steps, values };
}

function unpackSteps(
  buffer: ArrayBuffer,
  at: number,
  flags: number,
  count: number,
): [Float64Array<ArrayBuffer>, number] {
  if (flags & even) {
    const [first, distance] = new Float64Array(buffer, at, 2);
    const steps = new Float64Array(count);
    for (let index = 0; index < count; index++) steps[index] = first! + distance! * index;
    return [steps, 16];
  }
  if (flags & longSteps) return [new Float64Array(buffer, at, count).slice(), 8 * count];
  return [new Float64Array(new Uint32Array(buffer, at, count)), 4 * count];
}

/** The distance between steps where all are the same, else null. */
function evenDistance(steps: Float64Array): number | null {
  const distance = steps.length > 1 ? steps[1]! - steps[0]! : 1;
  for (let index = 2; index < steps.length; index++) if (steps[index]! - steps[index - 1]! !== distance) return null;
  return distance;
}
