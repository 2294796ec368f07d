/**
 * A study: a question to one's own machine, as data. Arms that differ in what is asked about, seeds, a budget, what is
 * measured, and what has to be seen for the claim to hold.
 */
import {
  array,
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
} from '../schema.ts';
import type { InferOutput } from '../schema.ts';
import { specSchema } from '../network/spec.ts';
import { recipeSchema } from '../recipe.ts';

/** The built-in studies, in the order of the list. `own`: made from a comparison. */
export const builtInKinds = [
  'depth',
  'survival',
  'wide',
  'dropout',
  'cardinality',
  'halfDepth',
  'forms',
  'ensemble',
] as const;
export const studyKinds = [...builtInKinds, 'own'] as const;
export type BuiltInKind = (typeof builtInKinds)[number];
export type StudyKind = (typeof studyKinds)[number];

/**
 * What is measured of each arm and seed. Of trained runs: `accuracy` on the test split after the last epoch, `seconds` of
 * training at the pace behind the first steps (evaluation and saving left out), `stepSeconds` of a training step, all arms
 * in turns in a process of its own for every seed, and with it `skippedShare`: of a step with every block, what the blocks
 * that are left out take, `removalLoss`: accuracy lost by leaving out one block, the mean over all
 * blocks, `averageAccuracy` of the mean of 16 sub-networks and, on the same images, `wholeAccuracy`. Of forms of a block, beside form c with equal weights:
 * `outputDifference` (largest, absolute), `gradientDifference` (largest of all weights, relative), `parameters`,
 * `stepSeconds` of a training step.
 */
export const measureNames = [
  'accuracy',
  'seconds',
  'removalLoss',
  'averageAccuracy',
  'wholeAccuracy',
  'parameters',
  'outputDifference',
  'gradientDifference',
  'stepSeconds',
  'skippedShare',
] as const;
export type MeasureName = (typeof measureNames)[number];

const name = pipe(string(), minLength(1), maxLength(120));

export const armSchema = object({ name, spec: specSchema, recipe: recipeSchema });

export const sideSchema = object({ arm: name, measure: picklist(measureNames) });

/**
 * What has to be seen, in the mean over seeds: `higher`, `lower`: the first side is; `notLower`: by less than `margin`;
 * `faster`: the first side takes at least the share `margin` less of the second's time. `equal`: no farther apart than
 * `margin` in any repetition.
 */
export const claimSchema = object({
  says: picklist(['higher', 'lower', 'notLower', 'faster', 'equal']),
  first: sideSchema,
  second: sideSchema,
  margin: pipe(number(), minValue(0)),
});

export const studyPlanSchema = object({
  kind: picklist(studyKinds),
  arms: pipe(array(armSchema), minLength(1), maxLength(32)),
  claims: pipe(array(claimSchema), minLength(1), maxLength(64)),
  /** What arms were made equal in, as far as they were; null where the question needs none. */
  equal: nullable(
    object({ measure: picklist(['parameters', 'macs']), groups: array(pipe(array(name), minLength(2))) }),
  ),
  /** Seconds that all of it may take; null: the papers' full version, or runs that were there before. */
  budgetSeconds: nullable(pipe(number(), minValue(1))),
  /** Step on the ladder from small (0) to the papers' version, and its last step; null where there is no ladder. */
  rung: nullable(object({ at: pipe(number(), integer(), minValue(0)), last: pipe(number(), integer(), minValue(0)) })),
});

/** Seeds or repetitions that a study may grow to. */
export const seedCount = pipe(number(), integer(), minValue(1), maxValue(100));

export type Arm = InferOutput<typeof armSchema>;
export type Side = InferOutput<typeof sideSchema>;
export type Claim = InferOutput<typeof claimSchema>;
export type StudyPlan = InferOutput<typeof studyPlanSchema>;

/** Whether the arms are trained; else blocks are measured. */
export const isTrained = (plan: Pick<StudyPlan, 'kind'>): boolean => plan.kind !== 'forms';

/** All measures that the claims of a study need. */
export const measuresOf = ({ claims }: { readonly claims: readonly Claim[] }): ReadonlySet<MeasureName> =>
  new Set(claims.flatMap(({ first, second }) => [first.measure, second.measure]));

/** Whether arms that are trained are also timed in turns. */
export const isTimed = (plan: Pick<StudyPlan, 'kind' | 'claims'>): boolean =>
  isTrained(plan) && measuresOf(plan).has('stepSeconds');

/** Whether something is measured again for every seed: forms of a block instead of runs, or times beside them. */
export const isRepeated = (plan: Pick<StudyPlan, 'kind' | 'claims'>): boolean => !isTrained(plan) || isTimed(plan);

/** Arms that are timed stage by stage: those that leave blocks out and whose time is asked about. */
export const isTimedByStage = ({ claims }: Pick<StudyPlan, 'claims'>, { name, spec }: Arm): boolean =>
  spec.survival.kind !== 'always' &&
  claims.some(({ first, second }) =>
    [first, second].some(({ arm, measure }) => arm === name && measure === 'stepSeconds'),
  );
