/**
 * Checkpoints: everything that a run needs to continue exactly.
 *
 * A checkpoint is a safetensors file, so that any tool for weights can open it. Random numbers and data order need no
 * state: they are functions of seed and step.
 */
import { join } from 'node:path';
import { elements } from '../graph/tensor.ts';
import { SafetensorsFile, writeSafetensors } from '../weights/file.ts';
import type { Program } from './program.ts';

/** What is kept besides the variables. */
export interface Progress {
  /** Steps done. */
  readonly step: number;
  readonly trainingMs: number;
  /** The other clocks, and when all were read (milliseconds since 1970); missing in older files. */
  readonly wallMs?: number;
  readonly pausedMs?: number;
  readonly atMs?: number;
  /** Sums over the steps of the present epoch. */
  readonly epochLoss: number;
  readonly epochAccuracy: number;
  /** Missing in older files. */
  readonly epochTopFive?: number;
  readonly epochSteps: number;
  readonly best: { readonly epoch: number; readonly loss: number | null; readonly accuracy: number } | null;
}

export interface WrittenCheckpoint {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Writes a checkpoint into a folder under a name that tells its step.
 * @param chunks what the session's `save` gave.
 * @throws Expected `disk.full`, `folder.denied`, or the system's error.
 */
export function writeCheckpoint(
  folder: string,
  program: Program,
  chunks: readonly Float32Array[],
  progress: Progress,
): WrittenCheckpoint {
  const file = join(folder, `step-${String(progress.step).padStart(9, '0')}.safetensors`);
  const tensors = program.snapshot.chunks.flatMap(({ variables }) =>
    variables.map(({ name, shape }) => ({ name, dtype: 'F32' as const, shape })),
  );
  const parts = chunks.map((chunk) => new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  return {
    file,
    ...writeSafetensors(file, tensors, parts, { format: 'residua-1', progress: JSON.stringify(progress) }),
  };
}

/**
 * Reads a checkpoint for a program of the same network.
 * @throws FormatError where the file does not belong to the program or is not whole.
 */
export function readCheckpoint(
  file: string,
  program: Program,
): { readonly chunks: Float32Array[]; readonly progress: Progress } {
  const opened = new SafetensorsFile(file);
  try {
    const chunks = program.snapshot.chunks.map(({ variables, values }) => {
      const chunk = new Float32Array(values);
      let at = 0;
      for (const { name, shape } of variables) {
        chunk.set(opened.values(name, elements(shape)), at);
        at += elements(shape);
      }
      return chunk;
    });
    return { chunks, progress: JSON.parse(opened.header.metadata['progress'] ?? 'null') as Progress };
  } finally {
    opened.close();
  }
}
