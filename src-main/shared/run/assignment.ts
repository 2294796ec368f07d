/** What core and a trainer say to each other over the trainer's pipe (file descriptor 3, frames of shared/frame.ts). */
import { array, literal, nullable, number, object, picklist, string, union } from '../schema.ts';
import type { InferOutput } from '../schema.ts';
import { specSchema } from '../network/spec.ts';
import { recipeSchema } from '../recipe.ts';
import { runEventSchema } from './event.ts';

export const assignmentSchema = object({
  run: string(),
  name: string(),
  /** Input and classes filled in. */
  spec: specSchema,
  /** Augmentation filled in. */
  recipe: recipeSchema,
  /** Dataset id, and the data folder in which the library lies. */
  data: string(),
  home: string(),
  /** Folder for this run's checkpoints; the trainer makes it. */
  folder: string(),
  device: picklist(['auto', 'cpu', 'gpu']),
  /** Folder of the installed engine (setup/engine.mjs). */
  engine: string(),
  /** Checkpoint to continue from; null: from the start. */
  resumeFrom: nullable(string()),
  /** Milliseconds between checkpoints at most, as long as writing one takes less than a twentieth of that. */
  checkpointEveryMs: number(),
  /** Step after which the run pauses by itself; null: none. */
  pauseAt: nullable(number()),
});

/**
 * core → trainer. After `stop` the trainer finishes its step, saves and ends; after `hold` it finishes its step and waits
 * for `go` or `stop`.
 */
export const trainerOrderSchema = union([
  object({ kind: literal('begin'), assignment: assignmentSchema }),
  object({ kind: literal('stop') }),
  object({ kind: literal('hold') }),
  object({ kind: literal('go') }),
]);

/** trainer → core, in the order in which things happened. */
export const trainerReportSchema = object({ kind: literal('events'), events: array(runEventSchema) });

export type Assignment = InferOutput<typeof assignmentSchema>;
export type TrainerOrder = InferOutput<typeof trainerOrderSchema>;
export type TrainerReport = InferOutput<typeof trainerReportSchema>;
