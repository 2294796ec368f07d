/**
 * Thrift's compact protocol as Parquet uses it (apache/thrift, doc/specs/thrift-compact-protocol.md), into plain values.
 * Every length is held against what is left before anything is made of it.
 */
import { malformed } from './refuse.ts';
import { tell } from '../shared/told.ts';

/** A structure by the numbers of its fields. */
export type Struct = Map<number, ThriftValue>;
export type ThriftValue = boolean | number | Uint8Array | ThriftValue[] | Struct;

const mostDepth = 16;

/** The bytes ended before the structure did: more of them may help. */
export class EarlyEnd extends Error {
  override readonly name = 'EarlyEnd';
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #file: string;
  at = 0;

  constructor(bytes: Uint8Array, file: string) {
    this.#bytes = bytes;
    this.#file = file;
  }

  struct(depth: number): Struct {
    if (depth > mostDepth)
      throw malformed(this.#file, tell('structures at most {most} deep', { most: mostDepth }), tell('deeper ones'));
    const found: Struct = new Map();
    for (let field = 0; ;) {
      const byte = this.#byte();
      if (byte === 0) return found;
      field = byte >> 4 === 0 ? this.#signed() : field + (byte >> 4);
      found.set(field, this.#value(byte & 15, depth));
    }
  }

  #value(type: number, depth: number): ThriftValue {
    switch (type) {
      case 1:
      case 2:
        return type === 1;
      case 3:
        return (this.#byte() << 24) >> 24;
      case 4:
      case 5:
      case 6:
        return this.#signed();
      case 7: {
        const bytes = this.#take(8);
        return new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0, true);
      }
      case 8:
        return this.#take(this.#unsigned());
      case 9:
      case 10:
        return this.#list(depth);
      case 12:
        return this.struct(depth + 1);
      default:
        throw malformed(this.#file, tell('a structure of Parquet'), tell('a field of kind {type}', { type }));
    }
  }

  #list(depth: number): ThriftValue[] {
    if (depth > mostDepth)
      throw malformed(this.#file, tell('lists at most {most} deep', { most: mostDepth }), tell('deeper ones'));
    const byte = this.#byte();
    const length = byte >> 4 === 15 ? this.#unsigned() : byte >> 4;
    if (length > this.#bytes.length - this.at) throw new EarlyEnd(`a list of ${length} items`);
    const type = byte & 15;
    return Array.from({ length }, () => (type === 1 || type === 2 ? this.#byte() === 1 : this.#value(type, depth + 1)));
  }

  #byte(): number {
    if (this.at >= this.#bytes.length) throw new EarlyEnd('a byte');
    return this.#bytes[this.at++] as number;
  }

  #take(length: number): Uint8Array {
    if (length > this.#bytes.length - this.at) throw new EarlyEnd(`${length} bytes`);
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
  }

  /** At most ten bytes of seven bits each. */
  #varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw malformed(this.#file, tell('whole numbers of at most ten bytes'), tell('a longer one'));
  }

  #unsigned(): number {
    return Number(this.#varint());
  }

  #signed(): number {
    const value = this.#varint();
    return Number((value >> 1n) ^ -(value & 1n));
  }
}

/**
 * The structure that bytes begin with, and how many of them it takes.
 * @throws {Expected} `import.malformed`; EarlyEnd where the bytes end inside it
 */
export function readStruct(bytes: Uint8Array, file: string): { readonly struct: Struct; readonly length: number } {
  const reader = new Reader(bytes, file);
  return { struct: reader.struct(1), length: reader.at };
}

const isStruct = (value: ThriftValue | undefined): value is Struct => value instanceof Map;

/** Fields by their number, null where they are missing or something else. */
export const numberIn = (struct: Struct | null, field: number): number | null => {
  const value = struct?.get(field);
  return typeof value === 'number' ? value : null;
};
export const structIn = (struct: Struct | null, field: number): Struct | null => {
  const value = struct?.get(field);
  return isStruct(value) ? value : null;
};
export const structsIn = (struct: Struct | null, field: number): Struct[] => {
  const value = struct?.get(field);
  return Array.isArray(value) ? value.filter(isStruct) : [];
};
export const textIn = (struct: Struct | null, field: number): string => {
  const value = struct?.get(field);
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : '';
};
export const textsIn = (struct: Struct | null, field: number): string[] => {
  const value = struct?.get(field);
  return Array.isArray(value)
    ? value.flatMap((item) => (item instanceof Uint8Array ? [new TextDecoder().decode(item)] : []))
    : [];
};
