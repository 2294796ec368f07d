/** The learning rate as a pure function of the step, so that a resumed run takes up the same values. */
import type { Recipe, Schedule } from './recipe.ts';

/** Share of the peak rate at which a warm-up begins. */
const warmUpStart = 0.1;

/** Steps of an epoch, and of the whole run; both at least 1. */
export interface StepCounts {
  readonly perEpoch: number;
  readonly all: number;
}

/** Steps of a recipe's warm-up; fractional where it is a fraction of the run. */
function warmUpSteps({ warmUp, batch }: Pick<Recipe, 'warmUp' | 'batch'>, { perEpoch, all }: StepCounts): number {
  if (typeof warmUp === 'number') return warmUp * all;
  if ('epochs' in warmUp) return warmUp.epochs * perEpoch;
  return 'steps' in warmUp ? warmUp.steps : warmUp.images / batch;
}

/**
 * Learning rate of one step.
 *
 * The fraction that is done is step / steps.all. The schedule runs over the whole run; during the warm-up its value is
 * multiplied by a factor that rises linearly from a tenth to 1.
 * @param step steps done before this one: 0 to steps.all − 1
 */
export function learningRate(
  recipe: Pick<Recipe, 'learningRate' | 'schedule' | 'warmUp' | 'batch'>,
  step: number,
  steps: StepCounts,
): number {
  const rising = warmUpSteps(recipe, steps);
  const warm = step < rising ? warmUpStart + (1 - warmUpStart) * (step / rising) : 1;
  return recipe.learningRate * scheduleFactor(recipe.schedule, step / steps.all) * warm;
}

/** Factor of a schedule after a fraction of the run, 0 to 1. */
export function scheduleFactor(schedule: Schedule, done: number): number {
  switch (schedule.kind) {
    case 'constant':
      return 1;
    case 'steps':
      return schedule.factor ** schedule.at.filter((at) => done >= at).length;
    case 'cosine':
      return between(1, schedule.last, done);
    case 'oneCycle':
      return done < schedule.peakAt
        ? between(schedule.first, 1, done / schedule.peakAt)
        : between(1, schedule.last, (done - schedule.peakAt) / (1 - schedule.peakAt));
  }
}

/** Half a cosine from one value to another; `share` of the way, 0 to 1. */
const between = (from: number, to: number, share: number): number =>
  to + (from - to) * 0.5 * (1 + Math.cos(Math.PI * share));
