/**
 * TensorBoard's event files: records of TFRecord (length, its sum, bytes, their sum), each an Event message of which only
 * scalars are read: `simple_value` and scalar tensors. Field numbers are those of tensorflow/core/util/event.proto,
 * framework/summary.proto and framework/tensor.proto. Other kinds of summaries are passed over and counted.
 */
import { BinaryReader } from '@bufbuild/protobuf/wire';
import { maskedCrc32c } from '../shared/crc32c.ts';
import type { ReadRun } from '../shared/run/file.ts';
import { malformed } from './refuse.ts';
import { tell, verbatim } from '../shared/told.ts';

const headBytes = 12;
const sumBytes = 4;
const mostTags = 300;
/** As many as fit into one message to core. */
const mostPoints = 3_500_000;

interface Scalars {
  readonly steps: number[];
  readonly values: number[];
  readonly walls: number[];
}

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Whether the first record is whole and its sum is right: nothing else looks like that. */
export function isEventFile(bytes: Uint8Array): boolean {
  if (bytes.length < headBytes) return false;
  const length = view(bytes).getBigUint64(0, true);
  return length < 1n << 32n && view(bytes).getUint32(8, true) === maskedCrc32c(bytes.subarray(0, 8));
}

/** The messages of a file. A last record that is cut off is left out: a writer may be at it. */
function* recordsOf(bytes: Uint8Array, name: string): Generator<Uint8Array> {
  for (let at = 0; at + headBytes + sumBytes <= bytes.length;) {
    const head = view(bytes.subarray(at, at + headBytes));
    if (head.getUint32(8, true) !== maskedCrc32c(bytes.subarray(at, at + 8)))
      throw malformed(name, tell('the length of a record with its sum'), tell('another sum at byte {at}', { at }));
    const length = Number(head.getBigUint64(0, true));
    const from = at + headBytes;
    if (from + length + sumBytes > bytes.length) return;
    const message = bytes.subarray(from, from + length);
    if (view(bytes).getUint32(from + length, true) !== maskedCrc32c(message))
      throw malformed(name, tell('a record with its sum'), tell('another sum at byte {at}', { at: from }));
    yield message;
    at = from + length + sumBytes;
  }
}

/** The one number of a TensorProto; null where it holds several or no number. */
function scalarOf(reader: BinaryReader, end: number): number | null {
  let type = 0;
  let content: Uint8Array | null = null;
  let value: number | null = null;
  while (reader.pos < end) {
    const [field, wire] = reader.tag();
    if (field === 1) type = reader.int32();
    else if (field === 4) content = reader.bytes();
    // float_val, double_val, int_val, int64_val: packed, or one by one.
    else if (field === 5) value = wire === 2 ? first(reader, (inner) => inner.float()) : reader.float();
    else if (field === 6) value = wire === 2 ? first(reader, (inner) => inner.double()) : reader.double();
    else if (field === 7) value = wire === 2 ? first(reader, (inner) => inner.int32()) : reader.int32();
    else if (field === 10)
      value = Number(wire === 2 ? first(reader, (inner) => Number(inner.int64())) : reader.int64());
    else reader.skip(wire, field);
  }
  if (!content || content.length === 0) return value;
  if (type === 1 && content.length === 4) return view(content).getFloat32(0, true);
  if (type === 2 && content.length === 8) return view(content).getFloat64(0, true);
  if (type === 3 && content.length === 4) return view(content).getInt32(0, true);
  if (type === 9 && content.length === 8) return Number(view(content).getBigInt64(0, true));
  return null;
}

function first(reader: BinaryReader, read: (reader: BinaryReader) => number): number | null {
  const bytes = reader.bytes();
  return bytes.length === 0 ? null : read(new BinaryReader(bytes));
}

/** Tag and number of a Summary.Value; the number is null for images, histograms and the like. */
function valueOf(reader: BinaryReader, end: number): { tag: string; value: number | null } {
  let tag = '';
  let value: number | null = null;
  while (reader.pos < end) {
    const [field, wire] = reader.tag();
    if (field === 1) tag = reader.string();
    else if (field === 2 && wire === 5) value = reader.float();
    else if (field === 8) {
      const length = reader.uint32();
      value = scalarOf(reader, reader.pos + length);
    } else reader.skip(wire, field);
  }
  return { tag, value };
}

/** Reads all scalars of an event file. @throws {Expected} `import.malformed` */
export function readEventFile(bytes: Uint8Array, name: string): ReadRun {
  const tags = new Map<string, Scalars>();
  let points = 0;
  let others = 0;
  const takeEvent = (message: Uint8Array) => {
    const reader = new BinaryReader(message);
    let wall = 0;
    let step = 0;
    const found: { tag: string; value: number | null }[] = [];
    while (reader.pos < reader.len) {
      const [field, wire] = reader.tag();
      if (field === 1) wall = reader.double();
      else if (field === 2) step = Number(reader.int64());
      else if (field === 5) {
        const end = reader.uint32() + reader.pos;
        while (reader.pos < end) {
          const [inner, innerWire] = reader.tag();
          if (inner !== 1) reader.skip(innerWire, inner);
          else {
            const length = reader.uint32();
            found.push(valueOf(reader, reader.pos + length));
          }
        }
      } else reader.skip(wire, field);
    }
    for (const { tag, value } of found) {
      if (value === null || tag === '' || !Number.isSafeInteger(step) || step < 0) {
        others++;
        continue;
      }
      let scalars = tags.get(tag);
      if (!scalars) {
        if (tags.size === mostTags)
          throw malformed(name, tell('at most {most} tags', { most: mostTags }), tell('more'));
        tags.set(tag, (scalars = { steps: [], values: [], walls: [] }));
      }
      scalars.steps.push(step);
      scalars.values.push(value);
      scalars.walls.push(wall);
      if (++points > mostPoints)
        throw malformed(
          name,
          tell('at most {most} points', { most: mostPoints.toLocaleString('en-US') }),
          tell('more'),
        );
    }
  };
  try {
    for (const message of recordsOf(bytes, name)) takeEvent(message);
  } catch (thrown) {
    // The reader of messages throws ranges and the like: the file's fault, not ours.
    if (thrown instanceof Error && thrown.name === 'Expected') throw thrown;
    throw malformed(
      name,
      tell('Event messages of TensorBoard'),
      thrown instanceof Error ? verbatim(thrown.message) : tell('rubbish'),
    );
  }
  if (tags.size === 0)
    throw malformed(
      name,
      tell('scalars'),
      others > 0 ? tell('{others} other summaries', { others }) : tell('no summary at all'),
    );
  const walls = [...tags.values()].flatMap(({ walls: own }) => [own[0]!, own.at(-1)!]);
  const startedAtMs = walls.reduce((least, wall) => Math.min(least, wall), Infinity) * 1000;
  const endedAtMs = walls.reduce((most, wall) => Math.max(most, wall), -Infinity) * 1000;
  const series = [...tags].map(([tag, scalars]) => ({
    name: tag.slice(0, 200),
    ...risingOf(scalars.steps, scalars.values),
  }));
  const longest = [...tags.values()].reduce((most, each) => (each.steps.length > most.steps.length ? each : most));
  if (!tags.has('clock/wallSeconds'))
    series.push({
      name: 'clock/wallSeconds',
      ...risingOf(
        longest.steps,
        longest.walls.map((wall) => wall - startedAtMs / 1000),
      ),
    });
  return { name, from: "TensorBoard's events", startedAtMs, endedAtMs, run: null, series };
}

/** Points by rising steps; of several at one step the last one that was written. */
export function risingOf(
  steps: readonly number[],
  values: readonly number[],
): { steps: Float64Array<ArrayBuffer>; values: Float64Array<ArrayBuffer> } {
  const isRising = steps.every((step, index) => index === 0 || step > steps[index - 1]!);
  if (isRising) return { steps: Float64Array.from(steps), values: Float64Array.from(values) };
  const last = new Map(steps.map((step, index) => [step, values[index]!]));
  const sorted = [...last].sort(([a], [b]) => a - b);
  return {
    steps: Float64Array.from(sorted, ([step]) => step),
    values: Float64Array.from(sorted, ([, value]) => value),
  };
}
