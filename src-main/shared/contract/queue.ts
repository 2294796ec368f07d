/** The calls on the line of runs that wait. */
import { array, nullable, number, object } from '../schema.ts';
import { call, id, nothing } from './parts.ts';
import { runSchema } from './run.ts';

export const queueSchema = object({
  /** Runs that are under way or wait, in the order in which they end or begin. */
  runs: array(
    object({
      run: id,
      /** What is left of it, from the pace of earlier runs on this device; null where none is known. */
      secondsLeft: nullable(number()),
    }),
  ),
  /** Until the last one has ended; null where a part is not known. */
  secondsLeft: nullable(number()),
});

export const queueCalls = {
  'queue.show': call(nothing, queueSchema),
  /** Moves a waiting run before another one, or to the end of the line with null; returns the runs that wait. */
  'queue.move': call(object({ run: id, before: nullable(id) }), array(runSchema)),
} as const;
