/** Sweeps: searches over settings, and their calls. */
import {
  array,
  boolean,
  maxValue,
  minValue,
  nullable,
  number,
  object,
  optional,
  partial,
  picklist,
  pipe,
  record,
  string,
} from '../schema.ts';
import type { InferOutput } from '../schema.ts';
import { recipeSchema } from '../recipe.ts';
import { settingSchema, sweepPlanSchema } from '../sweep.ts';
import { networkChoice } from './network.ts';
import { call, count, id, nothing, text } from './parts.ts';
import { runSchema } from './run.ts';

export const trialSchema = object({
  /** From 1. */
  trial: count,
  /** What it has instead of the base, by dotted path. */
  changes: record(string(), settingSchema),
  /** Ids of its runs, one for each seed. */
  runs: array(id),
  /** Accuracy at the last evaluation, the mean over its runs; null before one of them has been evaluated. */
  accuracy: nullable(number()),
  epoch: number(),
  /** `going`: waits, trains or is yet to be judged; `finished`: trained to its end; `given up`: others were better. */
  state: picklist(['going', 'finished', 'given up']),
});

export const sweepSchema = object({
  id,
  name: string(),
  plan: sweepPlanSchema,
  createdAtMs: number(),
  isOver: boolean(),
  /** The split of the accuracies: trials are chosen by the validation split where the dataset has one. */
  judgedOn: picklist(['validation', 'test']),
  /** The best first: those that came further, then by accuracy. */
  trials: array(trialSchema),
});

export const sweepCalls = {
  'sweep.start': call(
    object({
      network: networkChoice,
      data: id,
      recipe: partial(recipeSchema),
      device: picklist(['auto', 'cpu', 'gpu']),
      /** Runs of each trial, which differ in their seed only. */
      seeds: pipe(count, minValue(1), maxValue(100)),
      plan: sweepPlanSchema,
      name: optional(text),
    }),
    object({ sweep: sweepSchema, runs: array(runSchema) }),
  ),
  'sweep.list': call(nothing, array(sweepSchema)),
  'sweep.show': call(object({ sweep: id }), sweepSchema),
  /** Stops what waits and what is under way; nothing of it goes on by itself afterwards. */
  'sweep.stop': call(object({ sweep: id }), sweepSchema),
} as const;

export type Sweep = InferOutput<typeof sweepSchema>;
