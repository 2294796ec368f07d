/** What a run remembers besides its variables: where it stands, and the sums and bests that later events tell. */
import { stepsPerEpoch } from '../../shared/duration.ts';
import type { Recipe } from '../../shared/recipe.ts';
import { isBest, judgedAccuracy } from '../../shared/run/event.ts';
import type { Evaluated, RewindEvent, Score } from '../../shared/run/event.ts';
import type { LookCounts } from './looks.ts';

/** Kept in every checkpoint as JSON; numbers come back bit by bit. */
export interface Progress {
  /** The run that wrote it; a fork begins with the progress of another. */
  readonly run: string;
  /** Images in one step; steps are counted in it. */
  readonly batch: number;
  /** Steps done. */
  readonly step: number;
  /** The clocks (pace.ts), and when they were read: milliseconds since 1970. */
  readonly trainingMs: number;
  readonly wallMs: number;
  readonly pausedMs: number;
  readonly atMs: number;
  /** Sums over the steps of the present epoch; `epochDepth` counts computed blocks. */
  readonly epochLoss: number;
  readonly epochAccuracy: number;
  /** null where there are no more classes than five. */
  readonly epochTopFive: number | null;
  readonly epochSteps: number;
  readonly epochDepth: number;
  /** What was counted since the last look into the blocks (looks.ts). */
  readonly looks: LookCounts | null;
  /** Of the last whole epoch. */
  readonly train: Score | null;
  readonly last: Evaluated | null;
  readonly best: Evaluated | null;
  /** What early stopping compares with, and the evaluations since then that were not better. */
  readonly standard: number | null;
  readonly evaluationsBehind: number;
  /** Step after which the optimiser began anew: not 0 in a fork with another optimiser. */
  readonly optimiserFrom: number;
  /** Steps whose batch was left out because it diverged. */
  readonly skipped: readonly number[];
  /** Times that the run was rolled back, and the product of the factors by which its rate became smaller. */
  readonly rollBacks: number;
  readonly rateFactor: number;
}

/** What changes from step to step. */
export type Moving = { -readonly [Key in keyof Progress]: Progress[Key] };

/** The sums at the beginning of an epoch. */
export const noSums = { epochLoss: 0, epochAccuracy: 0, epochTopFive: null, epochSteps: 0, epochDepth: 0 } as const;

/** Before the first step. */
export const beginning = (run: string, batch: number): Moving => ({
  run,
  batch,
  step: 0,
  trainingMs: 0,
  wallMs: 0,
  pausedMs: 0,
  atMs: Date.now(),
  ...noSums,
  looks: null,
  train: null,
  last: null,
  best: null,
  standard: null,
  evaluationsBehind: 0,
  optimiserFrom: 0,
  skipped: [],
  rollBacks: 0,
  rateFactor: 1,
});

/** The epoch, from 1, that the step after `done` steps belongs to. */
export const epochOf = (done: number, perEpoch: number): number => Math.floor(done / perEpoch) + 1;

/**
 * The progress of another run as the beginning of this one: its clock, bests and troubles are not this run's. Steps of
 * another batch are turned into as many epochs; the sums of an epoch that was cut otherwise are left.
 * @param images of the training split.
 */
export function forked(from: Progress, run: string, batch: number, images: number): Moving {
  const fresh = beginning(run, batch);
  const { train, last, optimiserFrom } = from;
  if (from.batch === batch) {
    const { step, epochLoss, epochAccuracy, epochTopFive, epochSteps, epochDepth } = from;
    const sums = { epochLoss, epochAccuracy, epochTopFive, epochSteps, epochDepth };
    return { ...fresh, step, ...sums, train, last, optimiserFrom };
  }
  const scale = stepsPerEpoch(images, batch) / stepsPerEpoch(images, from.batch);
  return {
    ...fresh,
    step: Math.floor(from.step * scale),
    train,
    last,
    optimiserFrom: Math.floor(optimiserFrom * scale),
  };
}

/** The mean score over the steps of the present epoch, of which every one may have been left out. */
export function meanOf({ epochLoss, epochAccuracy, epochTopFive, epochSteps }: Progress): Score {
  const count = Math.max(1, epochSteps);
  return {
    loss: epochLoss / count,
    accuracy: epochAccuracy / count,
    ...(epochTopFive === null ? {} : { topFive: epochTopFive / count }),
  };
}

/** Notes an evaluation. @returns whether it is the best so far. */
export function noteEvaluation(progress: Moving, evaluated: Evaluated, { earlyStopping }: Recipe): boolean {
  const accuracy = judgedAccuracy(evaluated);
  const isBestSoFar = isBest(evaluated, progress.best);
  progress.last = evaluated;
  if (isBestSoFar) progress.best = evaluated;
  if (progress.standard === null || accuracy > progress.standard + (earlyStopping?.least ?? 0)) {
    progress.standard = accuracy;
    progress.evaluationsBehind = 0;
  } else progress.evaluationsBehind += 1;
  return isBestSoFar;
}

/** Whether the recipe ends the run before its last step. */
export const stopsEarly = ({ evaluationsBehind }: Progress, { earlyStopping }: Recipe): boolean =>
  earlyStopping !== null && evaluationsBehind >= earlyStopping.patience;

/** What a run that stands here says of itself. */
export const rewindTo = ({ step, train, last, best }: Progress, perEpoch: number): RewindEvent => ({
  type: 'rewind',
  step,
  epoch: step / perEpoch,
  train,
  test: last?.test ?? null,
  best,
});
