/**
 * MATLAB files of version 5 (The MathWorks, "MAT-File Format", chapter 1) as SVHN's cropped digits come: `X`, H × W × C × N
 * bytes, and `y`, N labels, each packed with zlib. They are read from front to back; X is unpacked only to its header
 * until its pixels are asked for.
 */
import { createInflate } from 'node:zlib';
import type { IntakeLimits } from '../shared/import.ts';
import { records } from './entry.ts';
import type { Entry } from './entry.ts';
import { numberReader } from './numpyArray.ts';
import type { Dtype } from './numpyArray.ts';
import { Pull } from './pull.ts';
import { keepRatio, keepWithin, malformed, shown } from './refuse.ts';
import { unpacked, unpackedChunkBytes } from './unpack.ts';
import { tell, verbatim } from '../shared/told.ts';

const headerBytes = 128;
const [compressed, matrix] = [15, 14];
/** More than any header of a variable has. */
const mostNameBytes = 256;
const mostVariables = 64;
/** Labels and the like; larger ones are pixels. */
const mostVectorValues = 4_000_000;

/** Numbers by MATLAB's codes. */
const types: Readonly<Record<number, Dtype>> = Object.fromEntries(
  (
    [
      [1, 'i', 1],
      [2, 'u', 1],
      [3, 'i', 2],
      [4, 'u', 2],
      [5, 'i', 4],
      [6, 'u', 4],
      [7, 'f', 4],
      [9, 'f', 8],
      [12, 'i', 8],
      [13, 'u', 8],
    ] as const
  ).map(([code, kind, bytes]) => [code, { kind, bytes, isBigEndian: false }]),
);

/** An array in the file, by its place among the variables. */
export interface Variable {
  readonly place: number;
  readonly name: string;
  readonly dimensions: readonly number[];
  /** How its values are written, which may be narrower than what they are. */
  readonly dtype: Dtype;
  /** All values where there are few, else null. */
  readonly values: readonly number[] | null;
}

export const isMat = (head: Uint8Array): boolean =>
  Buffer.from(head.subarray(0, 19)).toString('latin1') === 'MATLAB 5.0 MAT-file' && head.length >= headerBytes;

interface Tag {
  readonly type: number;
  readonly bytes: number;
  /** The value of a small element, which lies inside the tag. */
  readonly small: Uint8Array | null;
}

async function tagOf(pull: Pull, file: string): Promise<Tag> {
  const bytes = await pull.take(8);
  const view = new DataView(bytes.buffer);
  const [first, second] = [view.getUint32(0, true), view.getUint32(4, true)];
  if (first >>> 16 === 0) return { type: first, bytes: second, small: null };
  const length = first >>> 16;
  if (length > 4) throw malformed(file, tell('a small element of at most 4 bytes'), verbatim(length));
  return { type: first & 0xffff, bytes: length, small: bytes.subarray(4, 4 + length) };
}

const padded = (bytes: number) => Math.ceil(bytes / 8) * 8;

/** The next part of a variable, whole and small. */
async function partOf(
  pull: Pull,
  file: string,
  most: number,
): Promise<{ readonly type: number; readonly bytes: Uint8Array }> {
  const tag = await tagOf(pull, file);
  if (tag.small) return { type: tag.type, bytes: tag.small };
  if (tag.bytes > most)
    throw malformed(
      file,
      tell('a part of at most {most} bytes in the header of a variable', { most }),
      verbatim(tag.bytes),
    );
  return { type: tag.type, bytes: (await pull.take(padded(tag.bytes))).subarray(0, tag.bytes) };
}

interface Head {
  readonly name: string;
  readonly dimensions: readonly number[];
  readonly dtype: Dtype;
  readonly values: number;
  readonly small: Uint8Array | null;
}

/** The parts of a variable before its values; null for what is no array of numbers. */
async function headOf(pull: Pull, file: string): Promise<Head | null> {
  const flags = await partOf(pull, file, 8);
  const kind = flags.bytes[0] ?? 0;
  // Classes 6 to 15 are numbers; cells, structures, text and sparse arrays are none.
  if (flags.type !== 6 || kind < 6 || kind > 15) return null;
  const sizes = await partOf(pull, file, 8 * 4);
  if (sizes.type !== 5 || sizes.bytes.length < 8)
    throw malformed(file, tell('the sizes of an array'), tell('something else'));
  const size = numberReader({ kind: 'i', bytes: 4, isBigEndian: false }, sizes.bytes);
  const dimensions = Array.from({ length: Math.floor(sizes.bytes.length / 4) }, (_, index) => size(index));
  const name = await partOf(pull, file, mostNameBytes);
  const values = dimensions.reduce((product, each) => product * each, 1);
  if (!dimensions.every((each) => each >= 0) || !Number.isSafeInteger(values))
    throw malformed(file, tell('the sizes of an array'), verbatim(dimensions.join(' × ')));
  const tag = await tagOf(pull, file);
  const dtype = types[tag.type];
  if (!dtype) throw malformed(file, tell('numbers in an array'), tell('elements of kind {type}', { type: tag.type }));
  if (tag.bytes !== values * dtype.bytes)
    throw malformed(
      file,
      tell('{bytes} bytes for {sizes} values', { bytes: values * dtype.bytes, sizes: dimensions.join(' × ') }),
      verbatim(tag.bytes),
    );
  return { name: shown(Buffer.from(name.bytes).toString('latin1')), dimensions, dtype, values, small: tag.small };
}

/** A variable's bytes, unpacked where they are packed. Closing it lets the rest be. */
function inner(pull: Pull, tag: Tag, file: string, limits: IntakeLimits): Pull {
  if (tag.type !== compressed) return new Pull(pull.some(tag.bytes), file);
  async function* bounded() {
    let [given, taken] = [0, 0];
    const unpacker = createInflate({ chunkSize: unpackedChunkBytes });
    for await (const chunk of unpacked(
      unpacker,
      pull.some(tag.bytes),
      file,
      tell('packed data'),
      (bytes) => (given = bytes),
    )) {
      taken += chunk.length;
      keepWithin(limits, 'entryBytes', taken, file);
      keepRatio(limits, taken, given, file);
      yield chunk;
    }
  }
  return new Pull(bounded(), file);
}

type OnVariable<Value> = (head: Head, place: number, pull: Pull) => Promise<Value> | AsyncGenerator<Value>;

/** Walks the variables; `use` may read the values of one, and what it leaves is passed over. */
async function* walk<Value>(entry: Entry, limits: IntakeLimits, use: OnVariable<Value>): AsyncGenerator<Value> {
  const pull = new Pull(entry.stream(), entry.path);
  try {
    const head = await pull.take(headerBytes);
    if (head[124] !== 0 || head[125] !== 1 || head[126] !== 0x49 || head[127] !== 0x4d)
      throw malformed(entry.path, tell('a little-endian MATLAB file of version 5'), tell('another one'));
    for (let place = 0; !(await pull.isAtEnd()); place++) {
      if (place >= mostVariables)
        throw malformed(entry.path, tell('at most {most} variables', { most: mostVariables }), tell('more'));
      const tag = await tagOf(pull, entry.path);
      if (tag.small || (tag.type !== compressed && tag.type !== matrix))
        throw malformed(entry.path, tell('a variable'), tell('an element of kind {type}', { type: tag.type }));
      const ends = pull.position + (tag.type === compressed ? tag.bytes : padded(tag.bytes));
      const inside = inner(pull, tag, entry.path, limits);
      if (tag.type === compressed) {
        const packed = await tagOf(inside, entry.path);
        if (packed.small || packed.type !== matrix)
          throw malformed(entry.path, tell('a variable'), tell('an element of kind {type}', { type: packed.type }));
      }
      const found = await headOf(inside, entry.path);
      if (found) {
        const used = use(found, place, inside);
        if (used instanceof Promise) yield await used;
        else yield* used;
      }
      await inside.close();
      await pull.skip(Math.max(0, ends - pull.position));
    }
  } finally {
    await pull.close();
  }
}

/** What arrays of numbers a file has. @throws {Expected} `import.malformed`, `import.limit` */
export async function variablesOf(entry: Entry, limits: IntakeLimits): Promise<Variable[]> {
  const found: Variable[] = [];
  const all = walk(entry, limits, async (head, place, pull): Promise<Variable> => {
    const { name, dimensions, dtype, values } = head;
    if (dimensions.length > 2 || values > mostVectorValues) return { place, name, dimensions, dtype, values: null };
    const bytes = head.small ?? (await pull.take(values * dtype.bytes));
    const read = numberReader(dtype, bytes);
    return { place, name, dimensions, dtype, values: Array.from({ length: values }, (_, index) => read(index)) };
  });
  for await (const variable of all) found.push(variable);
  return found;
}

/** The values of one variable as they lie, in pieces of whole records. */
export async function* recordsOf(
  entry: Entry,
  place: number,
  recordBytes: number,
  most: number,
  limits: IntakeLimits,
): AsyncGenerator<Uint8Array> {
  yield* walk(entry, limits, async function* (head, at, pull) {
    if (at !== place) return;
    const bytes = head.values * head.dtype.bytes;
    yield* records(pull.some(bytes), recordBytes, most, entry.path);
    // To the end, where the sum of packed bytes stands.
    for (let left = padded(bytes) - bytes; !(await pull.isAtEnd()); left--) {
      if (left <= 0) throw malformed(entry.path, tell('{count} bytes of values', { count: bytes }), tell('more'));
      await pull.skip(1);
    }
  });
}
