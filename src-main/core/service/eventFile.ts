/** A run as TensorBoard's event file: what intake/eventFile.ts reads. Values are 32-bit numbers, as TensorBoard keeps them. */
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { maskedCrc32c } from '../../shared/crc32c.ts';

export interface TaggedPoints {
  readonly tag: string;
  readonly steps: Float64Array;
  /** NaN where the value was not finite. */
  readonly values: Float64Array;
}

function record(message: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + message.length + 4);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(message.length), true);
  view.setUint32(8, maskedCrc32c(bytes.subarray(0, 8)), true);
  bytes.set(message, 12);
  view.setUint32(12 + message.length, maskedCrc32c(message), true);
  return bytes;
}

const eventOf = (wallSeconds: number, step: number, tag: string, value: number): Uint8Array =>
  new BinaryWriter()
    .tag(1, 1)
    .double(wallSeconds)
    .tag(2, 0)
    .int64(step)
    .tag(5, 2)
    .fork()
    .tag(1, 2)
    .fork()
    .tag(1, 2)
    .string(tag)
    .tag(2, 5)
    .float(value)
    .join()
    .join()
    .finish();

/**
 * The bytes of an event file with every point of the curves, by rising steps.
 * @param wallOf seconds of the epoch at a step
 */
export function eventFileOf(curves: readonly TaggedPoints[], wallOf: (step: number) => number): Uint8Array {
  const version = new BinaryWriter().tag(1, 1).double(wallOf(0)).tag(3, 2).string('brain.Event:2').finish();
  const parts = [record(version)];
  const points = curves.flatMap(({ tag, steps, values }) =>
    Array.from(steps, (step, index) => ({ tag, step, value: values[index]! })),
  );
  points.sort((a, b) => a.step - b.step);
  for (const { tag, step, value } of points) parts.push(record(eventOf(wallOf(step), step, tag, value)));
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
