/** Safetensors files on disk: written beside their name, synced and renamed; read whole, tensor by tensor. */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readSync, fstatSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncFolder, writeFailure } from '../dataset/files.ts';
import { FormatError, headerBytes, parseHeader, valueBytes, writeHeader } from '../../shared/safetensors.ts';
import type { Header, NewTensor } from '../../shared/safetensors.ts';
import { tell } from '../../shared/told.ts';

/** A file of weights on its way: under its name there is nothing until it is whole. */
export class SafetensorsWriter {
  readonly #file: string;
  readonly #begun: string;
  readonly #neededBytes: number;
  readonly #hash = createHash('sha256');
  #bytes = 0;
  #descriptor: number | null = null;

  /** @throws Expected `disk.full`, `folder.denied`, or the system's error. */
  constructor(file: string, tensors: readonly NewTensor[], metadata: Readonly<Record<string, string>>) {
    const header = writeHeader(tensors, metadata);
    this.#file = file;
    this.#begun = `${file}.part`;
    const valuesOf = ({ shape, dtype }: NewTensor) => shape.reduce((a, b) => a * b, valueBytes[dtype]);
    this.#neededBytes = header.length + tensors.reduce((sum, tensor) => sum + valuesOf(tensor), 0);
    this.#try(() => {
      mkdirSync(dirname(file), { recursive: true });
      this.#descriptor = openSync(this.#begun, 'w');
    });
    this.append(header);
  }

  /** More of the data of all tensors one behind the other. @throws as the constructor, after removing what was begun. */
  append(part: Uint8Array): void {
    this.#try(() => {
      const descriptor = this.#opened();
      // A write may take only a part.
      for (let written = 0; written < part.length;) written += writeSync(descriptor, part, written);
    });
    this.#hash.update(part);
    this.#bytes += part.length;
  }

  /** Syncs and renames. @returns length and SHA-256. @throws as `append`. */
  finish(): { readonly bytes: number; readonly sha256: string } {
    if (this.#bytes !== this.#neededBytes)
      throw new Error(`${this.#bytes} bytes were written where ${this.#neededBytes} were announced.`);
    this.#try(() => {
      fsyncSync(this.#opened());
      closeSync(this.#opened());
      this.#descriptor = null;
      renameSync(this.#begun, this.#file);
      syncFolder(dirname(this.#file));
    });
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  /** Removes what was begun; does nothing once it is finished. */
  abandon(): void {
    if (this.#descriptor === null) return;
    closeSync(this.#descriptor);
    this.#descriptor = null;
    rmSync(this.#begun, { force: true });
  }

  #opened(): number {
    if (this.#descriptor === null) throw new Error(`${this.#file} is not being written.`);
    return this.#descriptor;
  }

  #try(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.abandon();
      rmSync(this.#begun, { force: true });
      throw writeFailure(error, dirname(this.#file), this.#neededBytes);
    }
  }
}

/**
 * Writes a file of weights; under its name it is whole.
 * @param parts the data of all tensors one behind the other, in as many pieces as convenient.
 * @returns its length and SHA-256.
 * @throws Expected `disk.full`, `folder.denied`, or the system's error, after removing what was begun.
 */
export function writeSafetensors(
  file: string,
  tensors: readonly NewTensor[],
  parts: Iterable<Uint8Array>,
  metadata: Readonly<Record<string, string>>,
): { readonly bytes: number; readonly sha256: string } {
  const writer = new SafetensorsWriter(file, tensors, metadata);
  try {
    for (const part of parts) writer.append(part);
    return writer.finish();
  } catch (error) {
    writer.abandon();
    throw error;
  }
}

/** An open file of weights. */
export class SafetensorsFile {
  readonly header: Header;
  readonly #descriptor: number;

  /** @throws FormatError where the file is not a whole safetensors file; the system's error where it cannot be read. */
  constructor(file: string) {
    this.#descriptor = openSync(file, 'r');
    try {
      const size = fstatSync(this.#descriptor).size;
      const length = headerBytes(this.#read(0, Math.min(8, size)), size);
      this.header = parseHeader(new TextDecoder().decode(this.#read(8, length)), length, size);
    } catch (error) {
      closeSync(this.#descriptor);
      throw error;
    }
  }

  /** The float32 values of a tensor. @throws FormatError where it is not there in float32 and of this many values. */
  values(name: string, count: number): Float32Array {
    const entry = this.header.tensors.get(name);
    const [from, to] = entry?.data_offsets ?? [0, 0];
    if (entry?.dtype !== 'F32' || to - from !== 4 * count)
      throw new FormatError(tell('{name} with {count} values of float32 was expected', { name, count }));
    const bytes = this.#read(this.header.dataOffset + from, to - from);
    return new Float32Array(bytes.buffer);
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #read(position: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const read = readSync(this.#descriptor, bytes, done, length - done, position + done);
      if (read === 0) throw new FormatError(tell('the file is cut short'));
      done += read;
    }
    return bytes;
  }
}
