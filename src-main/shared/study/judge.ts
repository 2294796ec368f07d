/**
 * What a study says of its claim. Pure.
 *
 * A study has parts that must all be seen. It holds when each part is seen at 97.5 % one-sided: all of several that each
 * err so seldom err together no oftener (intersection-union test, Berger 1982, Technometrics 24). It does not hold when
 * one part is refuted; to look for any of m counter-examples each is tested at 1 − 0.025/m (Bonferroni). With arms that do
 * not differ, a study that asks which is better is therefore wrong in at most 5 % of all cases, however many arms it has.
 *
 * A study may grow after it was judged. Every further look at it may err half as often as the one before, so that all looks
 * together err at most twice as often as the first alone, however often it grows.
 */
import { level, testOfGroups } from '../run/verdict.ts';
import type { Sample, Test } from '../run/verdict.ts';
import type { Claim, Side } from './plan.ts';

export type Finding = 'holds' | 'refuted' | 'undecided';

export interface Part {
  readonly claim: Claim;
  readonly finding: Finding;
  /**
   * First minus second, of `faster` the share of the second's time that is saved; null before both sides have two seeds.
   * `low` to `high`: 95 % interval.
   */
  readonly effect: { readonly value: number; readonly low: number; readonly high: number } | null;
  /** How it was tested; `each`: every repetition was looked at. */
  readonly method: Test['method'] | 'each' | null;
  /** Seeds of the side that has fewer. */
  readonly seeds: number;
  /** Further seeds until it is likely decided (4 of 5 times); 0 where it is, null where more than 200 or unknown. */
  readonly moreSeeds: number | null;
}

export interface Judgement {
  readonly finding: Finding;
  readonly parts: readonly Part[];
  /** Further seeds of every arm until the whole is likely decided. */
  readonly moreSeeds: number | null;
}

/** Where a sample lies when the question is whether the first side exceeds the second by more than 0. */
function shifted({ says, margin }: Claim, side: 'first' | 'second', value: number): number {
  const isFirst = side === 'first';
  switch (says) {
    case 'higher':
      return value;
    case 'lower':
      return -value;
    case 'notLower':
      return isFirst ? value + margin : value;
    case 'faster':
      // ln(second · (1 − margin) / first) > 0
      return -Math.log(isFirst ? value : value * (1 - margin));
    case 'equal':
      return value;
  }
}

/** The tested difference as it is told. */
function told({ says, margin }: Claim, difference: number): number {
  switch (says) {
    case 'lower':
      return -difference;
    case 'notLower':
      return difference - margin;
    case 'faster':
      return 1 - (1 - margin) * Math.exp(-difference);
    default:
      return difference;
  }
}

function judgeEqual(claim: Claim, first: readonly Sample[], second: readonly Sample[]): Part {
  const other = new Map(second.map(({ seed, value }) => [seed, value]));
  const apart = first.flatMap(({ seed, value }) => {
    const beside = other.get(seed);
    return beside === undefined ? [] : [Math.abs(value - beside)];
  });
  const most = Math.max(...apart);
  return {
    claim,
    finding: apart.length === 0 ? 'undecided' : most <= claim.margin ? 'holds' : 'refuted',
    effect: apart.length === 0 ? null : { value: most, low: Math.min(...apart), high: most },
    method: apart.length === 0 ? null : 'each',
    seeds: apart.length,
    moreSeeds: apart.length === 0 ? 1 : 0,
  };
}

interface Rigour {
  /** Among which a refutation is sought. */
  readonly parts: number;
  /** Times that the study was judged before. */
  readonly looks: number;
}

/** Share of cases in which a look at a study may err, both sides together. */
export const riskAt = (looks: number): number => (1 - level) / 2 ** looks;

function judgePart(claim: Claim, first: readonly Sample[], second: readonly Sample[], { parts, looks }: Rigour): Part {
  if (claim.says === 'equal') return judgeEqual(claim, first, second);
  const seeds = Math.min(first.length, second.length);
  if (seeds < 2)
    return { claim, finding: 'undecided', effect: null, method: null, seeds, moreSeeds: Math.max(1, 2 - seeds) };
  const group = (samples: readonly Sample[], side: 'first' | 'second') => ({
    data: '',
    samples: samples.map(({ seed, value }) => ({ seed, value: shifted(claim, side, value) })),
  });
  const test = (confidence: number) => testOfGroups(group(first, 'first'), group(second, 'second'), confidence);
  const [own, strict] = [test(1 - riskAt(looks)), test(1 - riskAt(looks) / parts)];
  const told95 = test(level);
  const finding: Finding =
    own.difference > own.margin ? 'holds' : strict.difference < -strict.margin ? 'refuted' : 'undecided';
  const ends = [-told95.margin, told95.margin].map((margin) => told(claim, own.difference + margin));
  return {
    claim,
    finding,
    effect: { value: told(claim, own.difference), low: Math.min(...ends), high: Math.max(...ends) },
    method: own.method,
    seeds,
    get moreSeeds() {
      if (finding !== 'undecided') return 0;
      // More seeds are judged at the next look. What is seen well enough now may not be so then: one at least.
      const next = riskAt(looks + 1);
      const needed = test(1 - (own.difference > 0 ? next : next / parts)).moreSeeds;
      return needed === null ? null : Math.max(1, needed);
    },
  };
}

/** The largest; null where one is unknown. */
const largest = (counts: readonly (number | null)[]): number | null =>
  counts.reduce<number | null>((most, count) => (most === null || count === null ? null : Math.max(most, count)), 0);

/** Parts that speak against the claim, as far as they are known. */
const isContrary = ({ claim, effect }: Part): boolean =>
  effect !== null &&
  (claim.says === 'lower'
    ? effect.value > 0
    : claim.says === 'notLower'
      ? effect.value < -claim.margin
      : claim.says === 'faster'
        ? effect.value < claim.margin
        : effect.value < 0);

/**
 * @param samplesOf values of a side, one for each seed that is through, all on the same split
 * @param looks times that the study was judged before, with fewer seeds
 */
export function judge(claims: readonly Claim[], samplesOf: (side: Side) => readonly Sample[], looks = 0): Judgement {
  const rigour = { parts: claims.length, looks };
  const parts = claims.map((claim) => judgePart(claim, samplesOf(claim.first), samplesOf(claim.second), rigour));
  if (parts.some(({ finding }) => finding === 'refuted')) return { finding: 'refuted', parts, moreSeeds: 0 };
  if (parts.every(({ finding }) => finding === 'holds')) return { finding: 'holds', parts, moreSeeds: 0 };
  return {
    finding: 'undecided',
    parts,
    get moreSeeds() {
      return seedsUntilDecided(parts);
    },
  };
}

/** One contrary part decides the whole as soon as it is sure; without one, all others must become sure. */
function seedsUntilDecided(parts: readonly Part[]): number | null {
  const contrary = parts.filter((part) => part.finding === 'undecided' && isContrary(part));
  if (contrary.length === 0) return largest(parts.map(({ moreSeeds }) => moreSeeds));
  const known = contrary.flatMap(({ moreSeeds }) => (moreSeeds === null ? [] : [moreSeeds]));
  return known.length > 0 ? Math.min(...known) : null;
}
