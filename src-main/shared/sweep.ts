/** A search over settings: which fields vary, over which values, and whether weak trials are given up on the way. */
import {
  array,
  boolean,
  integer,
  maxLength,
  maxValue,
  minLength,
  minValue,
  nullable,
  number,
  object,
  picklist,
  pipe,
  string,
  union,
} from './schema.ts';
import type { InferOutput } from './schema.ts';

const count = (least: number, most: number) => pipe(number(), integer(), minValue(least), maxValue(most));
export const settingSchema = nullable(union([string(), number(), boolean()]));

/** Field of a recipe or a spec by its dotted path, such as `recipe.learningRate` or `network.widen`. */
const path = pipe(string(), minLength(1), maxLength(120));

export const variedSchema = union([
  object({ path, values: pipe(array(settingSchema), minLength(1), maxLength(1000)) }),
  /** Drawn from a range; `logarithmic`: evenly in its logarithm, `whole`: whole numbers, both ends included. */
  object({ path, from: number(), to: number(), scale: picklist(['linear', 'logarithmic', 'whole']) }),
]);

export const sweepPlanSchema = object({
  vary: pipe(array(variedSchema), minLength(1), maxLength(16)),
  /** Number of trials drawn at random; null: every combination of the values, which is a grid. */
  trials: nullable(count(1, 1000)),
  /** Of the random draws. */
  seed: count(0, 2_147_483_647),
  /**
   * Successive halving (Jamieson and Talwalkar 2016): all trials train `epochs` epochs, the best of each `factor` go on to
   * `factor` times as many, and so on to the end of the recipe. null: every trial is trained to its end.
   */
  halving: nullable(object({ factor: count(2, 10), epochs: count(1, 100_000) })),
});

export type Varied = InferOutput<typeof variedSchema>;
export type SweepPlan = InferOutput<typeof sweepPlanSchema>;
export type SweepSetting = InferOutput<typeof settingSchema>;
