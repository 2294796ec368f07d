/**
 * Checkpoints: everything that a run needs to continue exactly.
 *
 * The file is a safetensors file (little-endian u64 length, JSON header, data), so that any tool for weights can open
 * it. Random numbers and data order need no state: they are functions of seed and step.
 */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { writeFailure } from '../dataset/files.ts';
import type { Program } from './program.ts';
import { elements } from '../graph/tensor.ts';

/** What is kept besides the variables. */
export interface Progress {
  /** Steps done. */
  readonly step: number;
  readonly trainingMs: number;
  /** Sums over the steps of the present epoch. */
  readonly epochLoss: number;
  readonly epochAccuracy: number;
  readonly epochSteps: number;
  readonly best: { readonly epoch: number; readonly loss: number | null; readonly accuracy: number } | null;
}

export interface WrittenCheckpoint {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

interface Entry {
  readonly dtype: 'F32';
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/**
 * Writes a checkpoint beside its name, syncs and renames it: a file under its name is whole.
 * @param chunks what the session's `save` gave.
 * @throws Expected `disk.full`, `folder.denied`, or the system's error, after removing what was begun.
 */
export function writeCheckpoint(
  folder: string,
  program: Program,
  chunks: readonly Float32Array[],
  progress: Progress,
): WrittenCheckpoint {
  const header: Record<string, Entry | Record<string, string>> = {
    __metadata__: { progress: JSON.stringify(progress), format: 'residua-1' },
  };
  let offset = 0;
  for (const { variables } of program.snapshot.chunks) {
    for (const { name, shape } of variables) {
      const end = offset + 4 * elements(shape);
      header[name] = { dtype: 'F32', shape, data_offsets: [offset, end] };
      offset = end;
    }
  }
  const text = Buffer.from(JSON.stringify(header));
  const head = Buffer.concat([Buffer.alloc(8), text, Buffer.alloc((8 - (text.length % 8)) % 8, ' ')]);
  head.writeBigUInt64LE(BigInt(head.length - 8));

  mkdirSync(folder, { recursive: true });
  const file = join(folder, `step-${String(progress.step).padStart(9, '0')}.safetensors`);
  const begun = `${file}.part`;
  const hash = createHash('sha256');
  const descriptor = openSync(begun, 'w');
  try {
    for (const part of [
      head,
      ...chunks.map((chunk) => Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)),
    ]) {
      writeWhole(descriptor, part);
      hash.update(part);
    }
    fsyncSync(descriptor);
  } catch (error) {
    rmSync(begun, { force: true });
    throw writeFailure(error, folder, head.length + offset);
  } finally {
    closeSync(descriptor);
  }
  renameSync(begun, file);
  syncFolder(folder);
  return { file: basename(file), bytes: head.length + offset, sha256: hash.digest('hex') };
}

/** A write may take only a part. */
function writeWhole(descriptor: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}

/**
 * Reads a checkpoint for a program of the same network.
 * @throws Error with a sentence where the file does not belong to the program or is not whole.
 */
export function readCheckpoint(
  file: string,
  program: Program,
): { readonly chunks: Float32Array[]; readonly progress: Progress } {
  const bytes = readFileSync(file);
  const name = join(basename(dirname(file)), basename(file));
  const length = bytes.length >= 8 ? Number(bytes.readBigUInt64LE()) : Infinity;
  if (length > bytes.length - 8) throw new Error(`${name} is cut short.`);
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + length)) as Record<string, Entry> & {
    __metadata__?: { progress?: string };
  };
  const progress = header.__metadata__?.progress;
  if (!progress) throw new Error(`${name} is not a checkpoint of a run.`);
  const chunks = program.snapshot.chunks.map(({ variables, values }) => {
    const chunk = new Float32Array(values);
    let at = 0;
    for (const variable of variables) {
      const entry = Object.hasOwn(header, variable.name) ? header[variable.name] : undefined;
      const size = elements(variable.shape);
      const [from, to] = entry?.data_offsets ?? [0, 0];
      if (to - from !== 4 * size || 8 + length + to > bytes.length)
        throw new Error(`${name} has no ${variable.name} of shape [${variable.shape.join(', ')}].`);
      new Uint8Array(chunk.buffer, 4 * at, 4 * size).set(bytes.subarray(8 + length + from, 8 + length + to));
      at += size;
    }
    return chunk;
  });
  return { chunks, progress: JSON.parse(progress) as Progress };
}
