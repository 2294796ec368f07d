/** Safetensors files on disk: written beside their name, synced and renamed; read whole, tensor by tensor. */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readSync, fstatSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncFolder, writeFailure } from '../dataset/files.ts';
import { FormatError, headerBytes, parseHeader, writeHeader } from '../../shared/safetensors.ts';
import type { Header, NewTensor } from '../../shared/safetensors.ts';

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
  const header = writeHeader(tensors, metadata);
  const folder = dirname(file);
  const begun = `${file}.part`;
  const hash = createHash('sha256');
  let bytes = 0;
  let descriptor: number | null = null;
  try {
    mkdirSync(folder, { recursive: true });
    descriptor = openSync(begun, 'w');
    for (const part of [header, ...parts]) {
      // A write may take only a part.
      for (let written = 0; written < part.length;) written += writeSync(descriptor, part, written);
      hash.update(part);
      bytes += part.length;
    }
    fsyncSync(descriptor);
    closeSync(descriptor);
    descriptor = null;
    renameSync(begun, file);
    syncFolder(folder);
  } catch (error) {
    if (descriptor !== null) closeSync(descriptor);
    rmSync(begun, { force: true });
    throw writeFailure(
      error,
      folder,
      header.length + tensors.reduce((sum, { shape }) => sum + 4 * shape.reduce((a, b) => a * b, 1), 0),
    );
  }
  return { bytes, sha256: hash.digest('hex') };
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
      throw new FormatError(`${name} with ${count} values of float32 was expected`);
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
      if (read === 0) throw new FormatError('the file is cut short');
      done += read;
    }
    return bytes;
  }
}
