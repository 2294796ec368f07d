/**
 * What stands in a page of Parquet: packing, numbers in runs and bits, values plain or by their place in a dictionary
 * (apache/parquet-format, Encodings.md and Compression.md). Packing goes through libraries.
 */
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { malformed, refused } from './refuse.ts';
import { tell, verbatim } from '../shared/told.ts';

/** A column without lists. */
export interface Column {
  readonly path: readonly string[];
  readonly type: 'integer' | 'bytes';
  readonly bytesEach: number;
  /** How many of its levels may be null. */
  readonly levels: number;
}

export type Value = number | Uint8Array | null;

const codecs = ['none', 'Snappy', 'gzip', 'LZO', 'Brotli', 'LZ4', 'Zstandard', 'LZ4'];

/** Unpacks a page. What the libraries throw at broken data is the file's fault. */
export async function unpack(codec: number, packed: Uint8Array, bytes: number, file: string): Promise<Uint8Array> {
  if (codec === 0) return packed;
  const bound = { maxOutputLength: Math.max(1, bytes) };
  try {
    if (codec === 2) return gunzipSync(packed, bound);
    if (codec === 4) return brotliDecompressSync(packed, bound);
    if (codec === 6) return zstdDecompressSync(packed, bound);
    const unpacked = new Uint8Array(bytes);
    if (codec === 1) (await import('hyparquet')).snappyUncompress(packed, unpacked);
    else if (codec === 5) return (await import('hyparquet-compressors')).decompressLz4(packed, bytes);
    else if (codec === 7) return (await import('hyparquet-compressors')).decompressLz4Raw(packed, bytes);
    else
      throw refused(
        file,
        tell('its columns are packed with {codec}, which Residua does not read', {
          codec: codecs[codec] ?? `codec ${codec}`,
        }),
      );
    return unpacked;
  } catch (thrown) {
    if (thrown instanceof Error && thrown.name === 'Expected') throw thrown;
    throw malformed(
      file,
      tell('{bytes} bytes packed with {codec}', { bytes, codec: codecs[codec] ?? '?' }),
      tell('an error in them'),
    );
  }
}

/** Numbers as runs and groups of packed bits (Encodings.md, "RLE / Bit-Packing Hybrid"), exactly `count` of them. */
export function hybrid(bytes: Uint8Array, width: number, count: number, file: string): Uint32Array {
  const values = new Uint32Array(count);
  let [at, done] = [0, 0];
  const byte = () => {
    if (at >= bytes.length) throw malformed(file, tell('{count} packed numbers in a page', { count }), verbatim(done));
    return bytes[at++] as number;
  };
  if (width > 32) throw malformed(file, tell('packed numbers of at most 32 bits'), verbatim(width));
  while (done < count) {
    let header = 0;
    for (let shift = 0, more = true; more; shift += 7) {
      const part = byte();
      header += (part & 0x7f) * 2 ** shift;
      more = part >= 0x80;
      if (shift > 28) throw malformed(file, tell('runs of packed numbers'), tell('one without end'));
    }
    const length = Math.floor(header / 2);
    if (header % 2 === 0) {
      let value = 0;
      for (let index = 0; index < Math.ceil(width / 8); index++) value += byte() * 2 ** (8 * index);
      const end = Math.min(count, done + length);
      values.fill(value, done, end);
      if (length === 0) throw malformed(file, tell('runs of packed numbers'), tell('an empty one'));
      done = end;
    } else {
      const from = at;
      const end = Math.min(count, done + length * 8);
      for (let index = 0; done < end; done++, index++) {
        let value = 0;
        for (let bit = 0; bit < width; bit++) {
          const place = index * width + bit;
          const holder = bytes[from + (place >> 3)];
          if (holder === undefined)
            throw malformed(file, tell('{count} packed numbers in a page', { count }), verbatim(done));
          value += ((holder >> (place & 7)) & 1) * 2 ** bit;
        }
        values[done] = value;
      }
      at = from + length * width;
      if (length === 0) throw malformed(file, tell('runs of packed numbers'), tell('an empty one'));
    }
  }
  return values;
}

/** Values one behind the other. */
export function plain(bytes: Uint8Array, { type, bytesEach }: Column, count: number, file: string): Value[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values: Value[] = [];
  const need = (length: number, at: number) => {
    if (at + length > bytes.length)
      throw malformed(file, tell('{count} values in a page', { count }), verbatim(values.length));
  };
  for (let at = 0; values.length < count;) {
    if (type === 'integer') {
      need(bytesEach, at);
      values.push(bytesEach === 4 ? view.getInt32(at, true) : Number(view.getBigInt64(at, true)));
      at += bytesEach;
    } else {
      need(4, at);
      const length = view.getUint32(at, true);
      need(4 + length, at);
      values.push(bytes.subarray(at + 4, at + 4 + length));
      at += 4 + length;
    }
  }
  return values;
}

const encodings: Readonly<Record<number, string>> = {
  4: 'BIT_PACKED',
  5: 'DELTA_BINARY_PACKED',
  6: 'DELTA_LENGTH_BYTE_ARRAY',
  7: 'DELTA_BYTE_ARRAY',
  9: 'BYTE_STREAM_SPLIT',
};

/** The values of a page that has `count` of them. */
export function decode(
  raw: Uint8Array,
  column: Column,
  count: number,
  encoding: number,
  dictionary: readonly Value[] | null,
  file: string,
): Value[] {
  if (encoding === 0) return plain(raw, column, count, file);
  if (encoding !== 2 && encoding !== 8)
    throw refused(
      file,
      tell('its columns are written as {encoding}, which Residua does not read; write it plain or with dictionaries', {
        encoding: encodings[encoding] ?? `encoding ${encoding}`,
      }),
    );
  if (!dictionary) throw malformed(file, tell('a dictionary before its use'), tell('none'));
  if (count === 0) return [];
  const width = raw[0] ?? 255;
  const places = hybrid(raw.subarray(1), width, count, file);
  return Array.from(places, (place) => {
    const value = dictionary[place];
    if (value === undefined)
      throw malformed(
        file,
        tell('places up to {count} in a dictionary', { count: dictionary.length - 1 }),
        verbatim(place),
      );
    return value;
  });
}
