/**
 * Checkpoints: everything that a run needs to continue exactly.
 *
 * A checkpoint is a safetensors file, so that any tool for weights can open it. Random numbers and data order need no
 * state: they are functions of seed and step.
 */
import { join } from 'node:path';
import type { Variable } from '../graph/operations/index.ts';
import { elements } from '../graph/tensor.ts';
import { SafetensorsFile, writeSafetensors } from '../weights/file.ts';
import { FormatError } from '../../shared/safetensors.ts';
import type { Program } from './program.ts';
import { beginning } from './progress.ts';
import type { Progress } from './progress.ts';
import { tell } from '../../shared/told.ts';

export interface WrittenCheckpoint {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface ReadCheckpoint {
  readonly chunks: Float32Array[];
  readonly progress: Progress;
  /** Whether the file has what this program's optimiser keeps; else that is at its beginning. */
  readonly hasOptimiser: boolean;
}

/**
 * Writes a checkpoint into a folder under a name that tells its step.
 * @param chunks what the session's `save` gave.
 * @throws Expected `disk.full`, `folder.denied`, `store.failing`, or the system's error.
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
 * Reads a checkpoint for a program of the same network. What another optimiser kept is left; what this one keeps and
 * the file lacks begins as in a new run.
 * @throws FormatError where the file does not belong to the network or is not whole.
 */
export function readCheckpoint(file: string, program: Program): ReadCheckpoint {
  const opened = new SafetensorsFile(file);
  const slots = new Map(program.slots.map((slot) => [slot.variable, slot]));
  const { tensors, metadata } = opened.header;
  let hasOptimiser = true;
  const valuesOf = (variable: Variable): Float32Array => {
    const count = elements(variable.shape);
    const slot = slots.get(variable);
    if (!slot || tensors.has(variable.name)) return opened.values(variable.name, count);
    if (slot.copyOf) return opened.values(slot.copyOf.name, count);
    hasOptimiser = false;
    return new Float32Array(count);
  };
  try {
    const progress = JSON.parse(metadata['progress'] ?? 'null') as Progress | null;
    if (!progress) throw new FormatError(tell('the progress of a run was expected in it'));
    const chunks = program.snapshot.chunks.map(({ variables, values }) => {
      const chunk = new Float32Array(values);
      let at = 0;
      for (const variable of variables) {
        chunk.set(valuesOf(variable), at);
        at += elements(variable.shape);
      }
      return chunk;
    });
    return { chunks, progress: { ...beginning(progress.run, progress.batch), ...progress }, hasOptimiser };
  } finally {
    opened.close();
  }
}
