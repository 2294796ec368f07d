/**
 * How long a training step takes on a device, as far as two numbers can say: every operation costs a little whatever its
 * size, and every multiply-add costs the same.
 */
import { expectedMacs, flatSteps, planCost, stepsOf } from '../network/cost.ts';
import type { Plan } from '../network/plan.ts';

export interface Pace {
  /** For each step of the plan, forward and backward. */
  readonly operationSeconds: number;
  /** For each multiply-add of the forward pass. */
  readonly macSeconds: number;
  /** From the start of a trainer to its first step, and from its last to its end. */
  readonly startSeconds: number;
}

/** Operations and multiply-adds of one training step of one image, in the mean over dropped blocks. */
export function workOf(plan: Plan): { readonly operations: number; readonly macs: number } {
  const [macs, expected] = [planCost(plan).macs, expectedMacs(plan)];
  // A dropped block's small operations are skipped in about the share of its multiply-adds.
  return { operations: flatSteps(stepsOf(plan)).length * (macs === 0 ? 1 : expected / macs), macs: expected };
}

/** Seconds of one training step. */
export function stepSeconds(plan: Plan, batch: number, pace: Pace): number {
  const { operations, macs } = workOf(plan);
  return operations * pace.operationSeconds + macs * batch * pace.macSeconds;
}

/** The forward pass alone takes about a third of a training step. */
export const evaluationShare = 1 / 3;

/** Two plans with their measured step times give both numbers; neither may become negative. */
export function paceOf(
  timed: readonly { readonly plan: Plan; readonly batch: number; readonly seconds: number }[],
  startSeconds: number,
): Pace {
  const rows = timed.map(({ plan, batch, seconds }) => ({ ...workOf(plan), batch, seconds }));
  const sum = (of: (row: (typeof rows)[number]) => number) => rows.reduce((total, row) => total + of(row), 0);
  // Least squares of relative errors, in two unknowns.
  const x = (row: (typeof rows)[number]) => row.operations / row.seconds;
  const y = (row: (typeof rows)[number]) => (row.macs * row.batch) / row.seconds;
  const [xx, xy, yy] = [sum((row) => x(row) ** 2), sum((row) => x(row) * y(row)), sum((row) => y(row) ** 2)];
  const determinant = xx * yy - xy * xy;
  const operationSeconds = (yy * sum(x) - xy * sum(y)) / determinant;
  const macSeconds = (xx * sum(y) - xy * sum(x)) / determinant;
  if (determinant > 0 && operationSeconds > 0 && macSeconds > 0) return { operationSeconds, macSeconds, startSeconds };
  return macSeconds > 0 && operationSeconds <= 0
    ? { operationSeconds: 0, macSeconds: sum(y) / yy, startSeconds }
    : { operationSeconds: sum(x) / xx, macSeconds: 0, startSeconds };
}
