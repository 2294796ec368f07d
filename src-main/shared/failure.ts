/**
 * Expected failures: what can go wrong in the world, said in plain words with a way out.
 *
 * The wire carries code and details only; whoever shows it words it with `describeFailure`. Everything else that is
 * thrown is a bug and is treated as one (logged with its stack, shown as our fault).
 */
import { failures } from './failure/catalogue.ts';
import type { Wording } from './failure/wording.ts';
import { retell, say } from './language.ts';
import { isTold } from './told.ts';
import type { FailureDetail, Told, ToldFailure, ToldValue, Telling } from './told.ts';
import { bytesInWords, countedLoosely, durationInWords, momentInWords, shareInWords } from './words.ts';

export type FailureCode = keyof typeof failures;
/** A failure of this version. */
export interface Failure extends ToldFailure {
  readonly code: FailureCode;
}
type Given<Code extends FailureCode> = Parameters<(typeof failures)[Code]>[0];
/** What the words of a code need; parts of a sentence are told, so that they can be said in any language. */
export type FailureDetails<Code extends FailureCode> = {
  readonly [Name in keyof Given<Code>]: Given<Code>[Name] extends string
    ? Name extends ToldDetail
      ? Told
      : string
    : Given<Code>[Name];
};

/** Details that are words themselves. */
const toldDetails = [
  'problem',
  'reason',
  'why',
  'what',
  'title',
  'advice',
  'how',
  'expected',
  'found',
  'holder',
  'at',
] as const;
type ToldDetail = (typeof toldDetails)[number];

/** Thrown where something expected went wrong. */
export class Expected extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    const { title, advice } = describeFailure(failure);
    super(`${title} ${advice}`);
    this.name = 'Expected';
    this.failure = failure;
  }
}

/** Makes the error for a code; wrong details do not compile. */
export function expected<Code extends FailureCode>(code: Code, details: FailureDetails<Code>): Expected {
  return new Expected({ code, details: details as Record<string, FailureDetail> });
}

const isToldDetail = (name: string) => toldDetails.some((known) => known === name);

/** The details of a failure as words: what earlier versions stored as text is found word for word, or stays as it is. */
const worded = (name: string, detail: FailureDetail): string | number => {
  if (typeof detail === 'object') return inWords(detail);
  return typeof detail === 'string' && isToldDetail(name) ? retell(detail) : detail;
};

/** The details as words, for scripts and for logs. */
export const detailsInWords = ({ details }: ToldFailure): Record<string, string | number> =>
  Object.fromEntries(Object.entries(details).map(([name, detail]) => [name, worded(name, detail)]));

/** The words for a failure. Never throws, whatever an older or newer program sent. */
export function describeFailure(failure: ToldFailure): { readonly title: string; readonly advice: string } {
  const words = Object.hasOwn(failures, failure.code)
    ? (failures[failure.code as FailureCode] as Wording<Record<string, string | number>>)
    : undefined;
  if (!words) return { title: say('Unknown failure {code}.', { code: String(failure.code) }), advice: '' };
  return words(detailsInWords(failure));
}

/** What was told, in the language that this process speaks. Never throws, whatever an older or newer program sent. */
export function inWords(telling: Telling): string {
  if (typeof telling === 'string') return retell(telling);
  const values = Object.entries(telling.values ?? {}).map(([name, value]) => [name, valueInWords(value)]);
  return retell(telling.say, Object.fromEntries(values) as Record<string, string | number>);
}

/** Makes what was told words in what `JSON.stringify` writes: for scripts, logs and other programs. */
export const plainly = (_: string, value: unknown): unknown => (isTold(value) ? inWords(value) : value);

function valueInWords(value: ToldValue): string | number {
  if (typeof value !== 'object') return value;
  if ('say' in value) return inWords(value);
  if ('seconds' in value) return durationInWords(value.seconds);
  if ('atMs' in value) return momentInWords(value.atMs);
  if ('bytes' in value) return bytesInWords(value.bytes);
  if ('share' in value) return shareInWords(value.share);
  if ('advice' in value) return describeFailure(value.advice).advice;
  if ('failure' in value) return describeFailure(value.failure).title;
  return countedLoosely(value.count, value.one, value.many);
}

/** Anything thrown, as a failure; what is not expected becomes a bug. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof Expected) return thrown.failure;
  return { code: 'bug', details: { message: thrown instanceof Error ? thrown.message : String(thrown) } };
}
