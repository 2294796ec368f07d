/** Compares a trial with its reference, and its gradients with finite differences. */
import type { Outcome, Trial } from './trial.ts';
import { spread, innerProduct, relativeError } from './values.ts';

/** The largest relative error, and of what. */
export interface Worst {
  readonly what: string;
  readonly error: number;
}

const largest = (errors: readonly Worst[]): Worst =>
  errors.reduce((worst, next) => (next.error > worst.error || Number.isNaN(next.error) ? next : worst));

/** Relative errors of output, input gradient and every variable's gradient between two outcomes. */
export function compare(ours: Omit<Outcome, 'statistics'>, theirs: Omit<Outcome, 'statistics'>): Worst {
  const gradients = [...theirs.gradients].map(([name, reference]) => ({
    what: `gradient of ${name}`,
    error: relativeError(ours.gradients.get(name) ?? [], reference),
  }));
  return largest([
    { what: 'output', error: relativeError(ours.output, theirs.output) },
    { what: 'gradient of the input', error: relativeError(ours.input, theirs.input) },
    ...gradients,
  ]);
}

/** The worst of a trial against eager tfjs. @param flags 0 and 1 for each gated block. */
export const againstReference = (trial: Trial, flags?: readonly number[]): Worst =>
  compare(trial.run(flags), trial.runReference(flags));

/**
 * The derivative along one direction by central differences against that of the gradients, relative.
 *
 * The direction is half the gradient's own, half drawn, so that the difference stands out of float32's rounding. Long
 * steps meet the kinks of ReLU, short ones the rounding: a second and third step are tried where the first is off.
 */
export function againstDifferences(trial: Trial, steps: readonly number[] = [1e-3, 2e-4, 4e-5]): number {
  const { gradients, input } = trial.run();
  const places = new Map([...gradients, ['input', input]]);
  const whole = Math.hypot(...[...places.values()].map((gradient) => Math.sqrt(innerProduct(gradient, gradient))));
  const directions = new Map(
    [...places].map(([name, gradient]) => {
      const drawn = spread(`direction ${name}`, gradient.length, 0.3 / Math.sqrt(gradient.length * places.size));
      return [name, gradient.map((value, at) => value / whole + (drawn[at] as number))] as const;
    }),
  );
  const expected = [...places].reduce(
    (sum, [name, gradient]) => sum + innerProduct(gradient, directions.get(name) as Float32Array),
    0,
  );
  const moved = (by: number) => {
    const shifted = (values: Float32Array, name: string) =>
      values.map((value, at) => value + by * ((directions.get(name) as Float32Array)[at] as number));
    const values = new Map(
      [...trial.values].map(([name, own]) => [name, directions.has(name) ? shifted(own, name) : own] as const),
    );
    return innerProduct(trial.forward(values, shifted(trial.input, 'input')), trial.weighting);
  };
  let least = Infinity;
  for (const step of steps) {
    const difference = (moved(step) - moved(-step)) / (2 * step);
    least = Math.min(least, Math.abs(difference - expected) / Math.abs(expected));
    if (least < 2e-3) break;
  }
  return least;
}
