/** Calls about weights: in from files of other programs, out for them. */
import { array, maxLength, minLength, object, optional, picklist, pipe, string } from '../schema.ts';
import { sourceSchema } from '../import.ts';
import { call, count, id } from './parts.ts';
import { runCalls, runSchema } from './run.ts';

export const exportedWeightsSchema = object({
  /** Where it was written. */
  file: string(),
  bytes: count,
  sha256: string(),
  tensors: count,
  /** Whose names the tensors have: torchvision's where it has such a network, else our own. */
  layout: picklist(['torchvision', 'residua']),
});

export const weightsCalls = {
  /**
   * As `run.start`, but the network begins with the weights of a safetensors file, under torchvision's names or our own.
   * `after`: `train` puts the runs into the line; `wait` leaves them paused at step 0, to be resumed, forked or used.
   * Fails with `weights.misfit` where the file is another network's.
   */
  'weights.import': call(
    object({ ...runCalls['run.start'].input.entries, source: sourceSchema, after: picklist(['train', 'wait']) }),
    array(runSchema),
  ),
  /**
   * Writes the weights of a run's checkpoint as safetensors. Without `step`, of the newest one; without `file`, into the
   * data folder's `exports`. Fails with `weights.none`, `checkpoint.unknown`, `file.exists`.
   */
  'weights.export': call(
    object({ run: id, step: optional(count), file: optional(pipe(string(), minLength(1), maxLength(4096))) }),
    exportedWeightsSchema,
  ),
} as const;
