/** The mean of several seeds' curves with a band around it. Pure. */
import { pick, thinned } from './curve.ts';
import type { Points } from './curve.ts';
import { spreadOf } from './verdict.ts';

/** Half of the band: standard deviation, standard error, or half of the 95 % interval of the mean. */
export const spreads = ['deviation', 'error', 'interval'] as const;
export type Spread = (typeof spreads)[number];

export interface Band {
  readonly steps: Float64Array<ArrayBuffer>;
  readonly mean: Float64Array<ArrayBuffer>;
  /** Half of the band's height; NaN where only one seed has a value. */
  readonly margin: Float64Array<ArrayBuffer>;
  /** Seeds that have a value at the step. */
  readonly members: Float64Array<ArrayBuffer>;
}

/** Mean and band at every step at which any curve has a number. Nothing is interpolated: seeds share their steps. */
export function bandOf(curves: readonly Points[], spread: Spread): Band {
  const at = curves.map(() => 0);
  const most = curves.reduce((sum, { steps }) => sum + steps.length, 0);
  const band = {
    steps: new Float64Array(most),
    mean: new Float64Array(most),
    margin: new Float64Array(most),
    members: new Float64Array(most),
  };
  let length = 0;
  for (;;) {
    let step = Infinity;
    for (let curve = 0; curve < curves.length; curve++)
      step = Math.min(step, curves[curve]!.steps[at[curve]!] ?? Infinity);
    if (step === Infinity) break;
    const values: number[] = [];
    for (let curve = 0; curve < curves.length; curve++) {
      const { steps, values: own } = curves[curve]!;
      if (steps[at[curve]!] !== step) continue;
      const value = own[at[curve]!++]!;
      if (!Number.isNaN(value)) values.push(value);
    }
    if (values.length === 0) continue;
    const { mean, deviation, error, margin } = spreadOf(values);
    band.steps[length] = step;
    band.mean[length] = mean;
    band.margin[length] = values.length < 2 ? NaN : { deviation, error, interval: margin }[spread];
    band.members[length] = values.length;
    length++;
  }
  return {
    steps: band.steps.slice(0, length),
    mean: band.mean.slice(0, length),
    margin: band.margin.slice(0, length),
    members: band.members.slice(0, length),
  };
}

/** At most `most` points of a band: those that its mean keeps (run/curve.ts). */
export function thinBand(band: Band, most: number): Band {
  if (band.steps.length <= most) return band;
  const kept = thinned(band.mean, most);
  const of = (values: Float64Array<ArrayBuffer>) => pick({ steps: band.steps, values }, kept).values;
  return {
    steps: pick({ steps: band.steps, values: band.mean }, kept).steps,
    mean: of(band.mean),
    margin: of(band.margin),
    members: of(band.members),
  };
}
