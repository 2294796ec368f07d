/** The words of a language with its numbers, times and dates. Pure but for the language's rules, which the runtime knows. */
import type { Part } from '../../contract.ts';
import { countInWords } from '../../words.ts';
import type { Claim, MeasureName, StudyPlan } from '../plan.ts';
import { chinese } from './chinese.ts';
import { english } from './english.ts';
import type { StudyWords } from './english.ts';
import { localeOf } from '../../language.ts';
import type { Language } from '../../language.ts';

export const catalogues: Readonly<Record<Language, StudyWords>> = { en: english, zh: chinese };

export interface Speech {
  readonly language: Language;
  readonly words: StudyWords;
  /** A plain number with at most so many digits behind the point. */
  readonly number: (value: number, digits?: number) => string;
  /** 1,234,567 → 1.23 M, 123万. */
  readonly count: (value: number) => string;
  readonly percent: (share: number, digits?: number) => string;
  readonly duration: (seconds: number) => string;
  readonly date: (atMs: number) => string;
  /** A value of a measure with its unit. */
  readonly value: (measure: MeasureName, value: number) => string;
  /** A mean and half of its interval, with their unit. */
  readonly spread: (measure: MeasureName, mean: number, margin: number) => string;
  readonly claim: (claim: Claim) => string;
  /** What a part found, with its interval; a dash where nothing is known. */
  readonly effect: (part: Part) => string;
  readonly method: (part: Part) => string;
  /** Sentences one after the other; Chinese has no space between them. Null is left out. */
  readonly sentences: (parts: readonly (string | null)[]) => string;
}

const shares: ReadonlySet<MeasureName> = new Set([
  'accuracy',
  'removalLoss',
  'averageAccuracy',
  'wholeAccuracy',
  'skippedShare',
]);
const times: ReadonlySet<MeasureName> = new Set(['seconds', 'stepSeconds']);
const tiny: ReadonlySet<MeasureName> = new Set(['outputDifference', 'gradientDifference']);

/** Digits behind the point for three in all. */
const significantBehind = (value: number): number => (value < 10 ? 2 : value < 100 ? 1 : 0);

/** 3.7 × 10⁻⁶ */
function scientific(value: number): string {
  const [digits = '', power = ''] = value.toExponential(1).split('e');
  return `${digits} × 10${Array.from(power, (sign) => superscripts[sign] ?? '').join('')}`;
}
const superscripts: Readonly<Record<string, string>> = Object.fromEntries(
  Array.from('-0123456789', (sign, at) => [sign, Array.from('⁻⁰¹²³⁴⁵⁶⁷⁸⁹')[at] as string]),
);

export function speak(language: Language): Speech {
  const words = catalogues[language];
  const locale = localeOf[language];
  const compact = new Intl.NumberFormat(locale, { notation: 'compact', maximumSignificantDigits: 3 });
  const worded = (value: number, least: number, most: number) =>
    value.toLocaleString(locale, { minimumFractionDigits: least, maximumFractionDigits: most }).replace('-', '−');
  const number = (value: number, digits = 2) => worded(value, 0, digits);
  const percent = (share: number, digits = 1) => `${worded(100 * share, digits, digits)}\u00a0%`;
  const points = (share: number) => worded(100 * share, 2, 2);
  const duration = (seconds: number): string => {
    if (seconds < 90) {
      const { of, words: unit } = shortUnit(seconds);
      return unit(number(seconds * of, significantBehind(seconds * of)));
    }
    const { units } = words;
    const minutes = Math.round(seconds / 60);
    if (minutes < 90) return units.minutes(number(minutes));
    const hours = Math.floor(minutes / 60);
    if (hours < 48) return units.hours(number(hours), number(minutes % 60));
    return units.days(number(Math.floor(hours / 24)), number(hours % 24));
  };
  const shortUnit = (seconds: number) =>
    seconds < 1 ? { of: 1000, words: words.units.milliseconds } : { of: 1, words: words.units.seconds };
  const value = (measure: MeasureName, found: number): string => {
    if (shares.has(measure)) return percent(found);
    if (times.has(measure)) return duration(found);
    if (tiny.has(measure)) return found === 0 ? '0' : scientific(found);
    return number(found, 0);
  };
  /** Both in the unit of the mean. */
  const spread = (measure: MeasureName, mean: number, margin: number): string => {
    if (shares.has(measure)) return `${worded(100 * mean, 1, 1)} ± ${percent(margin)}`;
    if (!times.has(measure)) return `${value(measure, mean)} ± ${value(measure, margin)}`;
    const { of, words: unit } = shortUnit(mean);
    const digits = significantBehind(mean * of);
    return unit(`${worded(mean * of, digits, digits)} ± ${worded(margin * of, digits, digits)}`);
  };
  /** A difference as a bare number, and with its unit. */
  const bare = ({ says, first: { measure } }: Claim, found: number): string => {
    if (says === 'faster') return worded(100 * found, 1, 1);
    if (shares.has(measure)) return points(found);
    return tiny.has(measure) ? value(measure, found) : number(found);
  };
  const difference = (claim: Claim, found: number): string => {
    if (claim.says === 'faster') return percent(found);
    return shares.has(claim.first.measure) ? words.units.points(bare(claim, found)) : bare(claim, found);
  };
  return {
    language,
    words,
    number,
    percent,
    duration,
    value,
    spread,
    count: (found) => (language === 'en' ? countInWords(found) : compact.format(found)),
    date: (atMs) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(atMs),
    claim: (claim) => {
      const { says, margin } = claim;
      const side = ({ arm, measure }: Claim['first']) => `${arm} · ${words.measures[measure]}`;
      const [first, second] =
        claim.first.measure === claim.second.measure
          ? [claim.first.arm, claim.second.arm]
          : [side(claim.first), side(claim.second)];
      const isOfOne = claim.first.measure === claim.second.measure;
      const said =
        says === 'faster' && margin === 0
          ? words.claims.quicker(first, second)
          : says === 'equal' && margin === 0
            ? words.claims.same(first, second)
            : words.claims[says](first, second, difference(claim, margin));
      return isOfOne ? words.about(words.measures[claim.first.measure], said) : said;
    },
    effect: ({ claim, effect }) => {
      if (!effect) return '–';
      const found = difference(claim, effect.value);
      return claim.says === 'equal'
        ? found
        : words.verdict.effect(found, bare(claim, effect.low), bare(claim, effect.high));
    },
    sentences: (parts) => parts.filter((part) => part !== null).join(language === 'zh' ? '' : ' '),
    method: ({ method, seeds }) => words.methods[method ?? 'none'](seeds),
  };
}

/** How a study lies beside the papers' version; null where there is no such version. */
export function scaledInWords(
  { words, number, count, sentences }: Speech,
  plan: StudyPlan,
  extent: { layers: number; width: number; epochs: number; images: number } | null,
  full: { layers: number; width: number; epochs: number; images: number } | null,
): string | null {
  if (plan.kind === 'own') return null;
  const equal = plan.equal && (plan.equal.measure === 'macs' ? words.scaled.equalMacs : words.scaled.equalParameters);
  if (plan.budgetSeconds === null || !extent || !full) return sentences([words.scaled.full, equal]);
  const worded = {
    layers: number,
    width: number,
    epochs: (epochs: number) => number(epochs, 1),
    images: count,
  };
  const changes = (['layers', 'width', 'epochs', 'images'] as const).flatMap((size) => {
    const [own, whole] = [worded[size](extent[size]), worded[size](full[size])];
    return own === whole ? [] : [words.scaled[size](own, whole)];
  });
  const cut = changes.length === 0 ? words.scaled.full : words.scaled.cut(changes.join(words.scaled.separator));
  return sentences([cut, equal]);
}
