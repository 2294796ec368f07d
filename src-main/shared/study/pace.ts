/** How long a study's runs take on a device: its measured rates, and what every run takes beside its steps; and its timing in turns. */
import type { Plan } from '../network/plan.ts';
import { graphNodes, secondsFor, workOf } from '../network/work.ts';
import type { Rates } from '../network/work.ts';
import { isTimedByStage } from './plan.ts';
import type { StudyPlan } from './plan.ts';

export interface Pace {
  /** Seconds of one training step, in the mean over dropped blocks. */
  readonly stepSeconds: (plan: Plan, batch: number) => number;
  /** Seconds from the start of a trainer to its first step, and from its last to its end. */
  readonly startSeconds: (plan: Plan) => number;
}

/** Starting a trainer and loading the engine; and writing and loading a graph, for each of its nodes. */
const trainerSeconds = 5;
const nodeSeconds = 0.0007;

export const paceOf = (rates: Rates): Pace => ({
  stepSeconds: (plan, batch) => secondsFor(workOf(plan, batch), rates),
  startSeconds: (plan) => trainerSeconds + nodeSeconds * graphNodes(plan),
});

/** Of two processor cores in use: where nothing was measured and the device is not free for it. */
export const usualRates: Rates = {
  nodes: 7e-6,
  spatial: 1.4e-11,
  pointwise: 9e-12,
  narrow: 2e-10,
  medium: 3e-10,
  broad: 9e-11,
  traffic: 5e-11,
};

/** The forward pass alone takes about a third of a training step. */
export const evaluationShare = 1 / 3;

/**
 * Rounds in which every arm is timed once: `warmUp`, which do not count; `least`; then until `seconds` have passed; then
 * until the relative standard error of every time is small, or until there are as many as `most`. A machine that has
 * little else to do needs about as many as the `usual`.
 */
export const turnRounds = { warmUp: 2, least: 20, usual: 40, most: 60, seconds: 5, error: 0.01 } as const;

/** Steps of an arm in one round: as in training; by stages, also whole and without each stage. */
const stepsOfRound = (plan: Pick<StudyPlan, 'claims'>, arm: StudyPlan['arms'][number]): number =>
  isTimedByStage(plan, arm) ? 2 + arm.spec.stages.length : 1;

/** Seconds of timing all arms in turns for one seed. @param stepSeconds of each arm */
export function turnsSeconds(plan: Pick<StudyPlan, 'arms' | 'claims'>, stepSeconds: readonly number[]): number {
  const round = plan.arms.reduce((sum, arm, at) => sum + stepsOfRound(plan, arm) * (stepSeconds[at] ?? NaN), 0);
  return turnRounds.warmUp * round + Math.max(turnRounds.usual * round, turnRounds.seconds);
}
