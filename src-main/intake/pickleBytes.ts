/** The arguments of a pickle's opcodes, read one after the other and held against the end. */
import { malformed } from './refuse.ts';
import { tell } from '../shared/told.ts';
import type { Told } from '../shared/told.ts';

const mostNameBytes = 200;

export class PickleBytes {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #file: string;
  /** The place of the next byte. */
  at = 0;

  constructor(bytes: Uint8Array, file: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#file = file;
  }

  /** @throws {Expected} `import.malformed` where fewer bytes are left; so do all others */
  need(length: number, of: Told): void {
    const left = this.#bytes.length - this.at;
    if (length > left)
      throw malformed(
        this.#file,
        tell('{of} of {length} bytes', { of, length }),
        tell('{left} bytes up to the end', { left }),
      );
  }

  take(length: number): Uint8Array {
    this.need(length, tell('a value'));
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
  }

  /** Little-endian without a sign. */
  number(bytes: 1 | 2 | 4 | 8): number {
    this.need(bytes, tell('a number'));
    const at = this.at;
    this.at += bytes;
    if (bytes === 1) return this.#view.getUint8(at);
    if (bytes === 2) return this.#view.getUint16(at, true);
    if (bytes === 4) return this.#view.getUint32(at, true);
    return Number(this.#view.getBigUint64(at, true));
  }

  /** Big-endian, as BINFLOAT alone is. */
  float(): number {
    const bytes = this.take(8);
    return new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0);
  }

  /** Little-endian with a sign. */
  long(length: number): number {
    const bytes = this.take(length);
    if (length > 8)
      throw malformed(this.#file, tell('numbers of at most 8 bytes'), tell('one of {length}', { length }));
    let value = 0n;
    bytes.forEach((byte, index) => (value |= BigInt(byte) << BigInt(8 * index)));
    return Number(BigInt.asIntN(8 * length, value));
  }

  text(length: number): string {
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.take(length));
  }

  /** A name up to the end of its line. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.at);
    if (end < 0 || end - this.at > mostNameBytes)
      throw malformed(
        this.#file,
        tell('a name of at most {most} bytes', { most: mostNameBytes }),
        tell('a longer one'),
      );
    const text = Buffer.from(this.take(end - this.at)).toString('latin1');
    this.at++;
    return text;
  }
}
