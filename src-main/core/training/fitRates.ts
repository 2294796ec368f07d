/** The time of each kind of work that explains measured times best. */
import { secondsFor, workKinds } from '../../shared/network/work.ts';
import type { Rates, Work, WorkKind } from '../../shared/network/work.ts';

/** A piece of work and the seconds that it took. */
export interface TimedWork {
  readonly work: Work;
  readonly seconds: number;
}

const sweeps = 2000;

/**
 * Rates ≥ 0 with the least sum of squared relative errors, by coordinate descent: each rate in turn is set to what is
 * best while the others stay. The problem is convex, so that it ends at the one minimum.
 */
export function fitRates(timed: readonly TimedWork[]): Rates {
  const rows = timed.map(({ work, seconds }) => scaled(work, 1 / seconds));
  const rates: Record<WorkKind, number> = { ...scaled(rows[0] as Work, 0) };
  for (let sweep = 0; sweep < sweeps; sweep += 1)
    for (const kind of workKinds) {
      let [top, bottom] = [0, 0];
      for (const row of rows) {
        const missing = 1 - secondsFor(row, rates) + row[kind] * rates[kind];
        top += row[kind] * missing;
        bottom += row[kind] ** 2;
      }
      rates[kind] = bottom > 0 ? Math.max(0, top / bottom) : 0;
    }
  return rates;
}

const scaled = (work: Work, factor: number): Work =>
  Object.fromEntries(workKinds.map((kind) => [kind, work[kind] * factor])) as Record<WorkKind, number>;
