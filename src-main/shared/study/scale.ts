/**
 * A built-in study cut to a budget: the widest and deepest rung of its ladder on which every arm can still be trained for a
 * while, then as many epochs as the budget has room for. Pure.
 */
import type { Dataset } from '../dataset.ts';
import { epochsOf, stepsOf, stepsPerEpoch } from '../duration.ts';
import { blocksOf, depthOf } from '../network/cost.ts';
import { expand } from '../network/expand.ts';
import type { Plan } from '../network/plan.ts';
import type { Fill } from '../network/shapes.ts';
import type { Recipe } from '../recipe.ts';
import { builtIn } from './builtIn/index.ts';
import type { Ladder } from './builtIn/index.ts';
import { evaluationShare, turnsSeconds } from './pace.ts';
import type { Pace } from './pace.ts';
import { isTimed, isTrained, measuresOf } from './plan.ts';
import type { BuiltInKind, StudyPlan } from './plan.ts';

/** Of scaled studies; fewer than three cannot tell chance from effect. */
export const scaledSeeds = 3;
/** Share of a budget that is planned: paces are measured, and machines have other things to do. */
const plannedShare = 0.8;
/** A rung is taken if it can be trained for so many steps. */
const leastSteps = 300;
/** Even on the lowest rung. */
const fewestSteps = 24;
/** A scaled study evaluates about so often in a run. */
const evaluations = 8;
/** Steps in an epoch that small datasets should have at least. */
const fewStepsPerEpoch = 16;
/** Images on which networks of a scaled study are probed. */
export const probedImages = 500;
/** Seconds of measuring one repetition of three forms of a block, at the pace of a usual machine. */
export const formsSeconds = 4;

/** The dataset as far as it decides what a study costs. */
export type StudyData = Pick<Dataset, 'image' | 'classes' | 'splits'>;

const imagesIn = ({ splits }: StudyData, split: string): number =>
  splits.find(({ name }) => name === split)?.images ?? 0;

/** Largest power of two up to the paper's batch that leaves a small dataset some steps in an epoch; 16 at least. */
function batchFor(batch: number, images: number): number {
  let size = batch;
  while (size > 16 && images / size < fewStepsPerEpoch) size /= 2;
  return size;
}

/** The paper's recipe, shorter: whole epochs where there is room for one, else steps. */
function shortened(recipe: Recipe, steps: number, images: number): Recipe {
  const batch = batchFor(recipe.batch, images);
  const perEpoch = stepsPerEpoch(images, batch);
  const paper = epochsOf(recipe.duration, images, recipe.batch);
  const epochs = Math.min(Math.floor(steps / perEpoch), Math.ceil(paper));
  return {
    ...recipe,
    batch,
    duration: epochs >= 1 ? { epochs } : { steps: Math.max(1, Math.floor(steps)) },
    warmUp: typeof recipe.warmUp === 'number' ? Math.max(recipe.warmUp, 0.05) : recipe.warmUp,
    evaluateEvery: Math.max(1, Math.round(epochs / evaluations)),
    // Watching takes time, which is measured here; a run that diverges would leave a hole among the seeds.
    watchEvery: 0,
    whenDiverged: { kind: 'rollBack', factor: 0.5, most: 4 },
  };
}

/** Seconds of one run. */
export function runSeconds(plan: Plan, recipe: Recipe, data: StudyData, pace: Pace): number {
  const images = imagesIn(data, 'train');
  const steps = stepsOf(recipe.duration, images, recipe.batch);
  const epochs = epochsOf(recipe.duration, images, recipe.batch);
  const perStep = pace.stepSeconds(plan, recipe.batch);
  const evaluated = (Math.floor(epochs / recipe.evaluateEvery) + 1) * (imagesIn(data, 'test') / recipe.batch);
  return pace.startSeconds(plan) + perStep * (steps + evaluationShare * evaluated);
}

/** Blocks left out one by one, random ones (9 depths, 3 draws), and 16 sub-networks: forward passes of a probed network. */
function probeSeconds(plan: Plan, data: StudyData, isScaled: boolean, pace: Pace): number {
  const variants = blocksOf(plan).length + 9 * 3 + 16;
  const images = Math.min(imagesIn(data, 'test'), isScaled ? probedImages : 2000);
  return variants * pace.stepSeconds(plan, images) * evaluationShare + 3 * pace.startSeconds(plan);
}

/** The longest recipe, of so many steps at most, whose cost stays within the seconds; all arms are trained equally long. */
function stepsWithin(seconds: number, most: number, cost: (steps: number) => number): number {
  let [low, high] = [0, most];
  if (cost(high) <= seconds) return high;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (cost(middle) <= seconds) low = middle;
    else high = middle;
  }
  return low;
}

export interface Scaled {
  readonly plan: StudyPlan;
  readonly seeds: number;
  /** Predicted, all of it. */
  readonly seconds: number;
}

/** A plan for the images of a dataset: what a spec leaves open is filled in. */
function planOf(ladder: Ladder, at: number, data: StudyData, recipe: Recipe, budgetSeconds: number | null): StudyPlan {
  const { specs, claims, equal } = ladder.at(at, fillOf(ladder, data));
  return {
    kind: ladder.kind,
    arms: specs.map((spec) => {
      const input = spec.input ?? { ...data.image };
      return { name: spec.name, spec: { ...spec, input, classes: spec.classes ?? data.classes.length }, recipe };
    }),
    claims: [...claims],
    equal,
    budgetSeconds,
    rung: { at, last: ladder.lastRung },
  };
}

/** Blocks that are only measured have an input of their own. */
const fillOf = (ladder: Ladder, data: StudyData): Fill =>
  isTrained(ladder) ? { input: data.image, classes: data.classes.length } : {};

/** The smallest version of a question, to be looked at before it is asked. */
export const previewOf = (kind: BuiltInKind, data: StudyData): StudyPlan =>
  planOf(builtIn[kind], 0, data, builtIn[kind].recipe, null);

/** @param budgetSeconds null: the paper's full version */
export function scaleStudy(
  kind: BuiltInKind,
  data: StudyData,
  budgetSeconds: number | null,
  pace: Pace,
  wantedSeeds?: number,
): Scaled {
  const ladder = builtIn[kind];
  if (!isTrained(ladder)) {
    const seeds =
      wantedSeeds ??
      (budgetSeconds === null
        ? ladder.seeds
        : Math.min(ladder.seeds, Math.max(5, Math.floor((plannedShare * budgetSeconds) / formsSeconds))));
    const plan = planOf(ladder, ladder.lastRung, data, ladder.recipe, budgetSeconds);
    return { plan, seeds, seconds: seeds * formsSeconds };
  }
  const images = imagesIn(data, 'train');
  const isScaled = budgetSeconds !== null;
  const rungAt = (at: number) => {
    const plan = planOf(ladder, at, data, ladder.recipe, budgetSeconds);
    const plans = plan.arms.map(({ spec }) => expand(spec));
    const probing = measuresOf(plan).has('removalLoss')
      ? plans.reduce((sum, each) => sum + probeSeconds(each, data, isScaled, pace), 0)
      : 0;
    const timing = ({ batch }: Recipe) =>
      isTimed(plan)
        ? plans.reduce((sum, each) => sum + pace.startSeconds(each), 0) +
          turnsSeconds(
            plan,
            plans.map((each) => pace.stepSeconds(each, batch)),
          )
        : 0;
    /** Seconds of one seed of all arms. */
    const cost = (recipe: Recipe) =>
      plans.reduce((sum, each) => sum + runSeconds(each, recipe, data, pace), probing + timing(recipe));
    const scaled = (recipe: Recipe, seeds: number): Scaled => ({
      plan: { ...plan, arms: plan.arms.map((arm) => ({ ...arm, recipe })) },
      seeds,
      seconds: seeds * cost(recipe),
    });
    return { cost, scaled };
  };
  if (!isScaled) return rungAt(ladder.lastRung).scaled(ladder.recipe, wantedSeeds ?? ladder.seeds);
  const seeds = wantedSeeds ?? scaledSeeds;
  const short = (steps: number) => shortened(ladder.recipe, steps, images);
  const paper = stepsOf(ladder.recipe.duration, images, batchFor(ladder.recipe.batch, images));
  for (let at = ladder.lastRung; ; at--) {
    const { cost, scaled } = rungAt(at);
    const steps = stepsWithin((plannedShare * budgetSeconds) / seeds, paper, (count) => cost(short(count)));
    if (steps >= leastSteps || at === 0) return scaled(short(Math.max(fewestSteps, steps)), seeds);
  }
}

/** What a study has beside the paper's version, for the sentence that says how it was scaled. */
export interface Extent {
  /** Of the deepest arm. */
  readonly layers: number;
  /** Channels of the widest first stage. */
  readonly width: number;
  readonly epochs: number;
  /** Images seen by every arm, all epochs together. */
  readonly images: number;
}

export function extentOf(plan: StudyPlan, data: StudyData): Extent {
  const images = imagesIn(data, 'train');
  const of = (number: (arm: StudyPlan['arms'][number]) => number) => Math.max(...plan.arms.map(number));
  return {
    layers: of(({ spec }) => depthOf(expand(spec))),
    width: of(({ spec }) => (spec.stages[0]?.width ?? 0) * spec.widen),
    epochs: of(({ recipe }) => epochsOf(recipe.duration, images, recipe.batch)),
    images: of(({ recipe }) => stepsOf(recipe.duration, images, recipe.batch) * recipe.batch),
  };
}

/** The extent of the paper's version on the same data. */
export const fullExtent = (kind: BuiltInKind, data: StudyData): Extent =>
  extentOf(planOf(builtIn[kind], builtIn[kind].lastRung, data, builtIn[kind].recipe, null), data);
