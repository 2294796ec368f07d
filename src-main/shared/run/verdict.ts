/**
 * Which of two recipes is better, told from their seeds. A pure function of all finished seeds: what a screen shows or
 * hides has no part in it.
 *
 * Paired t-test (differences seed by seed) where both have the same seeds on the same split; else Welch's t-test, which
 * does not take the spreads for equal (Welch 1947, Biometrika 34). Both at 95 %.
 */
import { say } from '../language.ts';
import type { SeriesName } from '../contract.ts';
import { criticalT, powerOf, twoSidedTail } from '../studentT.ts';
import { counted } from '../words.ts';
import { lowerIsBetter } from './summary.ts';

export const level = 0.95;
/** Share of repetitions in which a difference as large as the one seen would be found. */
export const wantedPower = 0.8;
/** More seeds than these nobody trains to settle a question. */
const mostSeeds = 200;

export interface Sample {
  readonly seed: number;
  readonly value: number;
}

/** All finished seeds of one recipe. */
export interface SeedGroup {
  readonly name: string;
  readonly samples: readonly Sample[];
  /** Dataset with its split. */
  readonly data: string;
}

/** What a test needs of a group. */
type Samples = Pick<SeedGroup, 'samples' | 'data'>;

export interface Test {
  readonly method: 'paired' | 'welch';
  /** First minus second, means. */
  readonly difference: number;
  /** Half of the interval's width. */
  readonly margin: number;
  readonly degrees: number;
  readonly p: number;
  /** Whether the interval leaves out 0. */
  readonly isDistinct: boolean;
  /**
   * Further seeds for each until a difference and spreads as seen now would be told apart with `wantedPower`; 0 where
   * they are, null where more than 200 would be needed or no difference is seen.
   */
  readonly moreSeeds: number | null;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Variance with n − 1. */
export function variance(values: readonly number[]): number {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
}

/** Bands ask for the same few again and again. */
const criticals = new Map<number, number>();
function criticalOf(degrees: number): number {
  let critical = criticals.get(degrees);
  if (critical === undefined) criticals.set(degrees, (critical = criticalT(1 - level, degrees)));
  return critical;
}

/** Mean and margins of one group: standard deviation, standard error and half of the 95 % interval; 0 for one value. */
export function spreadOf(values: readonly number[]): {
  readonly mean: number;
  readonly deviation: number;
  readonly error: number;
  readonly margin: number;
} {
  if (values.length < 2) return { mean: values[0] ?? NaN, deviation: 0, error: 0, margin: 0 };
  const deviation = Math.sqrt(variance(values));
  const error = deviation / Math.sqrt(values.length);
  return { mean: mean(values), deviation, error, margin: criticalOf(values.length - 1) * error };
}

interface Effect {
  readonly difference: number;
  /** Standard error of the difference, and degrees of freedom, with n seeds of each. */
  readonly at: (n: number) => { readonly error: number; readonly degrees: number };
}

/** Smallest n above `now` that reaches the power; null beyond the most. */
function seedsNeeded({ difference, at }: Effect, now: number, confidence: number): number | null {
  if (difference === 0) return null;
  const isEnough = (n: number) => {
    const { error, degrees } = at(n);
    return powerOf(Math.abs(difference) / error, degrees, criticalT(1 - confidence, degrees)) >= wantedPower;
  };
  // Power only rises with n.
  let [low, high] = [now, mostSeeds];
  if (!isEnough(high)) return null;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (isEnough(middle)) high = middle;
    else low = middle;
  }
  return high;
}

function testOf(
  method: Test['method'],
  difference: number,
  error: number,
  degrees: number,
  confidence: number,
  needed: () => number | null,
): Test {
  const margin = error === 0 ? 0 : criticalT(1 - confidence, degrees) * error;
  const p = error === 0 ? (difference === 0 ? 1 : 0) : twoSidedTail(difference / error, degrees);
  const isDistinct = Math.abs(difference) > margin;
  return {
    method,
    difference,
    margin,
    degrees,
    p,
    isDistinct,
    // Only when it is asked for: power takes a thousand times as long as the test.
    get moreSeeds() {
      return isDistinct ? 0 : needed();
    },
  };
}

/** Paired test of differences. @param differences two or more @param confidence of the interval */
export function pairedTest(differences: readonly number[], confidence = level): Test {
  const n = differences.length;
  const difference = mean(differences);
  const spread = variance(differences);
  const at = (count: number) => ({ error: Math.sqrt(spread / count), degrees: count - 1 });
  return testOf('paired', difference, at(n).error, n - 1, confidence, () => {
    const needed = seedsNeeded({ difference, at }, n, confidence);
    return needed === null ? null : needed - n;
  });
}

/** Welch's test. @param first, second two or more values each @param confidence of the interval */
export function welchTest(first: readonly number[], second: readonly number[], confidence = level): Test {
  const difference = mean(first) - mean(second);
  const [a, b] = [variance(first), variance(second)];
  const at = (n: number, m = n) => ({
    error: Math.sqrt(a / n + b / m),
    degrees: a + b === 0 ? n + m - 2 : (a / n + b / m) ** 2 / ((a / n) ** 2 / (n - 1) + (b / m) ** 2 / (m - 1)),
  });
  const { error, degrees } = at(first.length, second.length);
  return testOf('welch', difference, error, degrees, confidence, () => {
    const now = Math.min(first.length, second.length);
    const needed = seedsNeeded({ difference, at: (n) => at(n) }, now, confidence);
    return needed === null ? null : needed - now;
  });
}

/** Why there is no verdict, or the test. */
export type Verdict = { readonly test: Test } | { readonly missing: string };

export function verdictOf(first: SeedGroup, second: SeedGroup): Verdict {
  for (const { name, samples } of [first, second])
    if (samples.length < 2)
      return {
        missing:
          samples.length === 0
            ? say('{name} has no finished seed yet.', { name })
            : say('{name} has one finished seed: a second one shows how much chance moves the result.', { name }),
      };
  return { test: testOfGroups(first, second) };
}

/** Paired where both have the same seeds on the same split, else Welch's. @param first, second two or more samples each */
export function testOfGroups(first: Samples, second: Samples, confidence = level): Test {
  const other = new Map(second.samples.map(({ seed, value }) => [seed, value]));
  const sameSeeds =
    first.data === second.data &&
    first.samples.length === second.samples.length &&
    other.size === second.samples.length &&
    new Set(first.samples.map(({ seed }) => seed)).size === first.samples.length &&
    first.samples.every(({ seed }) => other.has(seed));
  if (sameSeeds)
    return pairedTest(
      first.samples.map(({ seed, value }) => value - (other.get(seed) as number)),
      confidence,
    );
  const values = ({ samples }: Samples) => samples.map(({ value }) => value);
  return welchTest(values(first), values(second), confidence);
}

/** The verdict in a sentence: `Wide is better by 0.80 ± 0.30 points.` */
export function verdictInWords(first: SeedGroup, second: SeedGroup, series: SeriesName, verdict: Verdict): string {
  if ('missing' in verdict) return say('No verdict yet: {reason}', { reason: verdict.missing });
  const { difference, margin, isDistinct, moreSeeds } = verdict.test;
  const isShare = series.endsWith('/accuracy');
  const digits = margin < 0.0005 ? 3 : 2;
  const amount = (value: number) => (isShare ? (value * 100).toFixed(digits) : value.toPrecision(3));
  const range = `${amount(Math.abs(difference))} ± ${amount(margin)}`;
  const size = isShare ? say('{range} points', { range }) : range;
  if (isDistinct) {
    const firstWins = lowerIsBetter(series) ? difference < 0 : difference > 0;
    return say('{name} is better by {size}.', { name: (firstWins ? first : second).name, size });
  }
  const more =
    moreSeeds === null
      ? say('more seeds would hardly tell them apart')
      : say('about {seeds} for each', { seeds: counted(moreSeeds, 'more seed') });
  return say('{first} and {second} are not distinguishable yet (difference {size}): {more}.', {
    first: first.name,
    second: second.name,
    size,
    more,
  });
}

/** How the verdict was reached: `Paired by seed and split, 5 seeds each, 95 % interval, p = 0.012.` */
export function methodInWords(first: SeedGroup, second: SeedGroup, { method, p }: Test): string {
  const [n, m] = [first.samples.length, second.samples.length];
  const seeds =
    n === m
      ? say('{seeds} each', { seeds: counted(n, 'seed') })
      : say('{first} and {second} seeds', { first: n, second: m });
  return say('{test}, {seeds}, 95 % interval, p {p}.', {
    test: method === 'paired' ? say('Paired t-test by seed and split') : say("Welch's t-test"),
    seeds,
    p: p < 0.001 ? '< 0.001' : `= ${p.toPrecision(2)}`,
  });
}
