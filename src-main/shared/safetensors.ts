/**
 * The safetensors format: u64 little-endian header length, JSON header, data (huggingface/safetensors, format
 * description). Headers only; whoever holds the file reads the data by the offsets.
 */
import {
  array,
  maxLength,
  minValue,
  number,
  integer,
  object,
  picklist,
  pipe,
  record,
  safeParse,
  string,
  tuple,
} from './schema.ts';
import type { InferOutput } from './schema.ts';
import { tell } from './told.ts';
import type { Told } from './told.ts';
import { inWords } from './failure.ts';

/** Bytes of a header at most; the format's own limit. */
export const headerLimitBytes = 100 * 1024 * 1024;

/** Bytes of one value. Other dtypes exist; none of them holds a network's weights. */
export const valueBytes = { F32: 4, F16: 2, BF16: 2, F64: 8, I64: 8 } as const;

const whole = pipe(number(), integer(), minValue(0));
const entrySchema = object({
  dtype: picklist(['F32', 'F16', 'BF16', 'F64', 'I64']),
  shape: pipe(array(whole), maxLength(16)),
  data_offsets: tuple([whole, whole]),
});

export type StoredTensor = InferOutput<typeof entrySchema>;

export interface Header {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
  /** Where the data begins in the file. */
  readonly dataOffset: number;
  /** Length in bytes of the data, by the offsets. */
  readonly dataBytes: number;
}

/** Thrown with a plain reason: what was expected and what was found. */
export class FormatError extends Error {
  readonly told: Told;
  constructor(told: Told) {
    super(inWords(told));
    this.told = told;
  }
}

/** Length in bytes of the JSON header, from the first 8 bytes of a file of `fileBytes`. */
export function headerBytes(first8: Uint8Array, fileBytes: number): number {
  if (first8.length < 8)
    throw new FormatError(tell('a header of 8 bytes was expected, the file has {fileBytes}', { fileBytes }));
  const length = Number(new DataView(first8.buffer, first8.byteOffset, 8).getBigUint64(0, true));
  if (length > Math.min(headerLimitBytes, fileBytes - 8))
    throw new FormatError(tell('the header claims {length} bytes, the file has {fileBytes}', { length, fileBytes }));
  return length;
}

/** Checks a header: every tensor inside the file, none over another, none smaller or larger than its shape says. */
export function parseHeader(json: string, headerLength: number, fileBytes: number): Header {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    throw new FormatError(tell('the header is not JSON'));
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new FormatError(tell('the header is not an object'));
  const tensors = new Map<string, StoredTensor>();
  let metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(parsed)) {
    if (name === '__metadata__') {
      const checked = safeParse(record(string(), string()), value);
      if (checked.success) metadata = checked.output;
      continue;
    }
    const entry = safeParse(entrySchema, value);
    if (!entry.success)
      throw new FormatError(tell('{name} is described in an unknown way (known: F32, F16, BF16, F64, I64)', { name }));
    tensors.set(name, entry.output);
  }
  const available = fileBytes - 8 - headerLength;
  let end = 0;
  for (const [
    name,
    {
      dtype,
      shape,
      data_offsets: [from, to],
    },
  ] of [...tensors].sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0])) {
    const bytes = shape.reduce((product, size) => product * size, valueBytes[dtype]);
    if (from < end || to - from !== bytes || to > available)
      throw new FormatError(
        tell('{name} should lie in {bytes} bytes of its own, the header says {from} to {to} of {available}', {
          name,
          bytes,
          from,
          to,
          available,
        }),
      );
    end = to;
  }
  return { tensors, metadata, dataOffset: 8 + headerLength, dataBytes: end };
}

/** One tensor to be written. */
export interface NewTensor {
  readonly name: string;
  readonly dtype: 'F32' | 'I64';
  readonly shape: readonly number[];
}

/** The bytes before the data; the data follow in the order of `tensors`, without gaps. Padded to 8 bytes. */
export function writeHeader(tensors: readonly NewTensor[], metadata: Readonly<Record<string, string>>): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const { name, dtype, shape } of tensors) {
    const end = offset + shape.reduce((product, size) => product * size, valueBytes[dtype]);
    header[name] = { dtype, shape, data_offsets: [offset, end] };
    offset = end;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const padded = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + padded).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.set(text, 8);
  return bytes;
}
