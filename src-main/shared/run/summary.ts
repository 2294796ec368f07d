/** One number for a curve: the rules that table, sorting and export share. */
import type { Points } from './curve.ts';

/**
 * `last`: the last number. `best`: the lowest of a loss, the highest of anything else; chosen on the test split it is
 * optimistic. `atBestEpoch`: the value where another curve is best. `meanOfLast`: mean of the last `count` numbers.
 */
export type SummaryRule =
  | { readonly kind: 'last' }
  | { readonly kind: 'best' }
  | { readonly kind: 'atBestEpoch'; readonly of: { readonly series: string; readonly points: Points } }
  | { readonly kind: 'meanOfLast'; readonly count: number };

export interface Summary {
  readonly step: number;
  readonly value: number;
}

/** Whether less is better: so for losses. */
export const lowerIsBetter = (series: string): boolean => series.endsWith('/loss');

/** The number and the step it belongs to (for a mean, the last step); null where the curve has none. NaN is passed over. */
export function summarise(series: string, points: Points, rule: SummaryRule): Summary | null {
  const present = numbers(points);
  switch (rule.kind) {
    case 'last':
      return present.at(-1) ?? null;
    case 'best':
      return best(series, present);
    case 'atBestEpoch': {
      const where = best(rule.of.series, numbers(rule.of.points));
      return (where && present.find((point) => point.step === where.step)) ?? null;
    }
    case 'meanOfLast': {
      const tail = present.slice(-Math.max(1, rule.count));
      const end = tail.at(-1);
      return end ? { step: end.step, value: tail.reduce((sum, point) => sum + point.value, 0) / tail.length } : null;
    }
  }
}

/** The best number, the earliest of equals. */
function best(series: string, present: readonly Summary[]): Summary | null {
  const sign = lowerIsBetter(series) ? -1 : 1;
  return present.reduce<Summary | null>(
    (top, point) => (!top || sign * point.value > sign * top.value ? point : top),
    null,
  );
}

function numbers({ steps, values }: Points): Summary[] {
  return Array.from(steps, (step, index) => ({ step, value: values[index]! })).filter(
    (point) => !Number.isNaN(point.value),
  );
}
