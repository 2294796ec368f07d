/** Arrays of NumPy as they lie in files: a type of number, a shape, and bytes. */
import { malformed, refused } from './refuse.ts';
import { tell, verbatim } from '../shared/told.ts';

/** A type of number, by NumPy's letters: `u` without and `i` with sign, `f` floating, `b` true or false. */
export interface Dtype {
  readonly kind: 'u' | 'i' | 'f' | 'b' | 'U' | 'S';
  /** Bytes of one value. */
  readonly bytes: number;
  readonly isBigEndian: boolean;
}

export interface NumpyArray {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** By columns (Fortran): the first index runs fastest. */
  readonly byColumns: boolean;
  readonly data: Uint8Array;
}

const mostDimensions = 8;

/**
 * Reads `<i8`, `|u1`, `>f4`, `<U12` and the like.
 * @throws {Expected} `import.refused` for arrays of Python objects, `import.malformed` for other unknown types
 */
export function dtypeOf(text: string, file: string): Dtype {
  if (/^[|<>=]*O/.test(text))
    throw refused(file, tell('it holds an array of Python objects, which only a program could unpack'));
  const [, order = '', kind = '', size = ''] = /^([|<>=]*)([biufUS])(\d{1,6})$/.exec(text) ?? [];
  const bytes = Number(size) * (kind === 'U' ? 4 : 1);
  const sizes: Readonly<Record<string, readonly number[]>> = { b: [1], i: [1, 2, 4, 8], u: [1, 2, 4, 8], f: [2, 4, 8] };
  const known = kind === 'U' || kind === 'S' ? bytes >= 1 && bytes <= 4096 : sizes[kind]?.includes(bytes);
  if (!known)
    throw malformed(
      file,
      tell('an array of whole or floating-point numbers'),
      tell('the type "{text}"', { text: text.slice(0, 40) }),
    );
  return { kind: kind as Dtype['kind'], bytes, isBigEndian: order.includes('>') };
}

/** The number of values of a shape. @throws {Expected} `import.malformed` for what is no shape */
export function countOf(shape: readonly unknown[], file: string): number {
  const isShape =
    shape.length <= mostDimensions && shape.every((size) => Number.isSafeInteger(size) && Number(size) >= 0);
  const count = isShape ? (shape as number[]).reduce((product, size) => product * size, 1) : NaN;
  if (!Number.isSafeInteger(count))
    throw malformed(
      file,
      tell('a shape of at most {most} dimensions', { most: mostDimensions }),
      tell('({shape})', { shape: shape.slice(0, 9).join(', ') }),
    );
  return count;
}

/** An array, checked for its length. @throws {Expected} `import.malformed` */
export function arrayOf(
  dtype: Dtype,
  shape: readonly number[],
  byColumns: boolean,
  data: Uint8Array,
  file: string,
): NumpyArray {
  const wanted = countOf(shape, file) * dtype.bytes;
  if (data.length !== wanted)
    throw malformed(
      file,
      tell('{wanted} bytes for an array of {sizes}', { wanted, sizes: shape.join(' × ') }),
      verbatim(data.length),
    );
  return { dtype, shape, byColumns, data };
}

/** A number of 16 bits (IEEE 754 binary16). */
function half(bits: number): number {
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** How to read value `index` of bytes; whole numbers of 8 bytes are rounded as Number does. */
export function numberReader({ kind, bytes, isBigEndian }: Dtype, data: Uint8Array): (index: number) => number {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const little = !isBigEndian;
  if (bytes === 1) return kind === 'i' ? (index) => view.getInt8(index) : (index) => data[index] as number;
  if (kind === 'f') {
    if (bytes === 2) return (index) => half(view.getUint16(2 * index, little));
    return bytes === 4 ? (index) => view.getFloat32(4 * index, little) : (index) => view.getFloat64(8 * index, little);
  }
  if (bytes === 2)
    return kind === 'i' ? (index) => view.getInt16(2 * index, little) : (index) => view.getUint16(2 * index, little);
  if (bytes === 4)
    return kind === 'i' ? (index) => view.getInt32(4 * index, little) : (index) => view.getUint32(4 * index, little);
  return kind === 'i'
    ? (index) => Number(view.getBigInt64(8 * index, little))
    : (index) => Number(view.getBigUint64(8 * index, little));
}

/** Text of value `index` of an array of `U` (UCS-4) or `S` (bytes), without the zeros that fill it up. */
export function stringReader({ kind, bytes, isBigEndian }: Dtype, data: Uint8Array): (index: number) => string {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (kind === 'S')
    return (index) => new TextDecoder().decode(data.subarray(index * bytes, (index + 1) * bytes)).replace(/\0+$/, '');
  return (index) => {
    let text = '';
    for (let at = index * bytes; at < (index + 1) * bytes; at += 4) {
      const point = view.getUint32(at, !isBigEndian);
      text += point > 0x10ffff ? '\ufffd' : String.fromCodePoint(point);
    }
    return text.replace(/\0+$/, '');
  };
}
