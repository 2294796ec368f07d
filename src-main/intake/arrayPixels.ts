/** Pixels in arrays of numbers: how they lie, what their values mean, and how they become bytes. */
import { readWhole, records } from './entry.ts';
import type { IntakeLimits } from '../shared/import.ts';
import type { Shape } from '../shared/network/spec.ts';
import { imagesPerChunk } from './format.ts';
import { npyBytes } from './npy.ts';
import type { NpyFile } from './npy.ts';
import { numberReader } from './numpyArray.ts';
import { malformed } from './refuse.ts';
import type { Batch } from './table.ts';
import { interleaved } from './treat.ts';
import { tell, verbatim } from '../shared/told.ts';
import type { Told } from '../shared/told.ts';

export interface Layout {
  readonly shape: Shape;
  /** Planes of each channel one behind the other, as PyTorch has them. */
  readonly isPlanar: boolean;
}

const mostSide = 1024;
/** An array by columns stands in memory while it is turned. */
const mostTurnedBytes = 1e9;
/** Values that are looked at in one go for their range. */
const valuesAtOnce = 1 << 18;

const isSide = (size: number) => size >= 1 && size <= mostSide;
const isChannels = (size: number | undefined) => size === 1 || size === 3;

/** How images lie in rows of `sizes`; null where they are no images of one or three channels. */
export function layoutOf(sizes: readonly number[]): Layout | null {
  const [a = 0, b = 0, c = 0] = sizes;
  const made = (height: number, width: number, channels: number, isPlanar = false): Layout | null =>
    isSide(height) && isSide(width) ? { shape: { height, width, channels }, isPlanar: isPlanar && channels > 1 } : null;
  if (sizes.length === 1) {
    const side = Math.sqrt(a);
    if (a > 1 && Number.isInteger(side)) return made(side, side, 1);
    const third = Math.sqrt(a / 3);
    return a > 3 && Number.isInteger(third) ? made(third, third, 3, true) : null;
  }
  if (sizes.length === 2) return made(a, b, 1);
  if (sizes.length !== 3) return null;
  if (isChannels(c)) return made(a, b, c);
  return isChannels(a) ? made(b, c, a, true) : null;
}

/** What numbers stand for black and white. */
export interface Scale {
  readonly black: number;
  readonly white: number;
  /** What a person should know of it, or null. */
  readonly note: Told | null;
}

const bytesScale: Scale = { black: 0, white: 255, note: null };

/** The range of all values of some arrays. @throws {Expected} `import.malformed` for what is not a number */
async function rangeOf(files: readonly NpyFile[]): Promise<[number, number]> {
  let [least, most] = [Infinity, -Infinity];
  for (const file of files)
    for await (const some of records(npyBytes(file), file.dtype.bytes, valuesAtOnce, file.entry.path)) {
      const value = numberReader(file.dtype, some);
      for (let index = 0; index < some.length / file.dtype.bytes; index++) {
        const one = value(index);
        if (!Number.isFinite(one)) throw malformed(file.entry.path, tell('pixels that are numbers'), verbatim(one));
        if (one < least) least = one;
        if (one > most) most = one;
      }
    }
  return [least, most];
}

/** What the values of all images of a set mean: bytes as they are; others by their range. */
export async function scaleOf(files: readonly NpyFile[]): Promise<Scale> {
  const [first] = files;
  if (!first || files.every(({ dtype }) => dtype.kind === 'u' && dtype.bytes === 1)) return bytesScale;
  if (files.every(({ dtype }) => dtype.kind === 'b')) return { black: 0, white: 1, note: null };
  const [least, most] = await rangeOf(files);
  const isWhole = files.every(({ dtype }) => dtype.kind !== 'f');
  const note = (from: string) => tell('Pixels from {from} to 1 are stored as 0 to 255.', { from });
  if (least >= 0 && most <= 255 && (isWhole || most > 1)) return bytesScale;
  if (!isWhole && least >= 0 && most <= 1) return { black: 0, white: 1, note: note('0') };
  if (!isWhole && least >= -1 && most <= 1) return { black: -1, white: 1, note: note('−1') };
  throw malformed(
    first.entry.path,
    tell('pixels from 0 to 255, from 0 to 1 or from −1 to 1'),
    tell('values from {least} to {most}', { least, most }),
  );
}

function toBytes(file: NpyFile, raw: Uint8Array, { black, white }: Scale): Uint8Array {
  if (file.dtype.bytes === 1 && file.dtype.kind === 'u') return raw;
  const value = numberReader(file.dtype, raw);
  const factor = 255 / (white - black);
  return Uint8Array.from({ length: raw.length / file.dtype.bytes }, (_, index) =>
    Math.max(0, Math.min(255, Math.round((value(index) - black) * factor))),
  );
}

/** Rows of an array by columns, put one behind the other. */
async function* turned(file: NpyFile, most: number, limits: IntakeLimits): AsyncGenerator<Uint8Array> {
  const { shape, dtype, headerBytes, entry } = file;
  const whole = await readWhole(entry, mostTurnedBytes, limits);
  const data = whole.subarray(headerBytes);
  const [rows = 0, ...inner] = shape;
  const values = inner.reduce((product, size) => product * size, 1);
  if (data.length !== rows * values * dtype.bytes)
    throw malformed(
      entry.path,
      tell('{count} bytes of values', { count: rows * values * dtype.bytes }),
      verbatim(data.length),
    );
  // Where value `index` of a row lies behind the row's first value, counted in values.
  const places = Float64Array.from({ length: values }, (_, index) => {
    let [rest, place] = [index, 0];
    for (let axis = inner.length - 1; axis >= 0; axis--) {
      const size = inner[axis] as number;
      const stride = inner.slice(0, axis).reduce((product, each) => product * each, rows);
      place += (rest % size) * stride;
      rest = Math.floor(rest / size);
    }
    return place;
  });
  for (let from = 0; from < rows; from += most) {
    const count = Math.min(most, rows - from);
    const some = new Uint8Array(count * values * dtype.bytes);
    for (let row = 0, to = 0; row < count; row++)
      for (const place of places) {
        const at = (from + row + place) * dtype.bytes;
        for (let byte = 0; byte < dtype.bytes; byte++) some[to++] = data[at + byte] as number;
      }
    yield some;
  }
}

/** The images of an array in order. */
export async function* imagesOf(
  file: NpyFile,
  { shape, isPlanar }: Layout,
  scale: Scale,
  limits: IntakeLimits,
): AsyncGenerator<Batch> {
  const values = shape.height * shape.width * shape.channels;
  const most = imagesPerChunk(shape);
  const rows = file.byColumns
    ? turned(file, most, limits)
    : records(npyBytes(file), values * file.dtype.bytes, most, file.entry.path);
  let first = 0;
  for await (const raw of rows) {
    const bytes = toBytes(file, raw, scale);
    const count = bytes.length / values;
    const pixels = isPlanar ? interleaved(bytes, count, shape.channels, shape.height * shape.width) : bytes;
    yield { first, count, pixels };
    first += count;
  }
}
