/**
 * Sentences as they travel and are stored: the English sentence, which is the key of the catalogue, and its values. They
 * become words where they are shown (`inWords` in `failure.ts`): in the page's language, else in English.
 */
import type { Places, Sentence } from './language.ts';
import { custom, string, union } from './schema.ts';
import type { GenericSchema } from './schema.ts';
import type { Plural } from './words.ts';

/** A sentence, or a part of one, with what stands in its places. */
export interface Told {
  /** A sentence of the catalogue, of this version or of another one. */
  readonly say: string;
  readonly values?: Readonly<Record<string, ToldValue>>;
}
/** What stands in a place: words and numbers as they are, other parts of the sentence, and what each language words anew. */
export type ToldValue =
  | string
  | number
  | Told
  | { readonly seconds: number }
  /** Milliseconds of the epoch: a date and a time. */
  | { readonly atMs: number }
  | { readonly bytes: number }
  /** 0 to 1. */
  | { readonly share: number }
  /** Counted things, as `counted` words them. */
  | { readonly count: number; readonly one: string; readonly many: string }
  /** The title of a failure, which ends like a sentence. */
  | { readonly failure: ToldFailure }
  /** What a failure advises. */
  | { readonly advice: ToldFailure };
/** What was told, or the words of an earlier version, another program or a person. */
export type Telling = string | Told;

export type FailureDetail = string | number | Told;
/** A failure as it travels, of this version or of another one: a code and the details its words need. */
export interface ToldFailure {
  readonly code: string;
  readonly details: Readonly<Record<string, FailureDetail>>;
}

/** Sentences stand in sentences no deeper than this. */
const mostDeep = 8;
/** Letters of a sentence, and of words in its places. */
const mostLength = 4000;

/** Words of other programs have no end of their own, and frames carry no number that is none. */
const keptValue = (value: ToldValue): ToldValue => {
  if (typeof value === 'string') return value.slice(0, mostLength);
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
};
const kept = (values: Readonly<Record<string, ToldValue>>): Readonly<Record<string, ToldValue>> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, keptValue(value)]));

/** A sentence for another process or the store; it does not compile where the catalogue lacks it. */
export function tell<Text extends Sentence>(
  sentence: Text,
  ...[values]: [Places<Text>] extends [never] ? [] : [Readonly<Record<Places<Text>, ToldValue>>]
): Told {
  return values ? { say: sentence, values: kept(values) } : { say: sentence };
}

/** What has no other language: names, numbers, and what other programs say. */
export const verbatim = (text: string | number): Told => tell('{text}', { text });

/** Words that the catalogue may have, word for word. */
export const retold = (text: string): Told => ({ say: text });

/** Two sentences, one after the other. */
export const bothTold = (one: Told, other: ToldValue): Told => tell('{one} {other}', { one, other });

/** A failure in both of its sentences. */
export const toldFailure = ({ failure }: { readonly failure: ToldFailure }): Told =>
  tell('{one} {other}', { one: { failure }, other: { advice: failure } });

/** What is told of something with a name. */
export const toldOf = (name: ToldValue, words: ToldValue): Told => tell('{name}: {words}', { name, words });

/** Things, counted: `countTold(2, 'step', 'steps')`. */
export const countTold = <Many extends Plural>(count: number, one: string, many: Many): ToldValue => ({
  count,
  one,
  many,
});

type Tree = Readonly<Record<string, unknown>>;
const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
const isText = (value: unknown) => typeof value === 'string' && value.length <= mostLength;
const isNumber = (value: unknown) => typeof value === 'number' && Number.isFinite(value);

/** Whether something that came from elsewhere is a sentence with its values. */
export function isTold(value: unknown, deep = 0): value is Told {
  if (deep > mostDeep || !isTree(value) || !isText(value['say'])) return false;
  const { values = {} } = value;
  return isTree(values) && Object.values(values).every((each) => isToldValue(each, deep + 1));
}

function isToldValue(value: unknown, deep: number): value is ToldValue {
  if (typeof value === 'string' || typeof value === 'number') return isText(value) || isNumber(value);
  if (!isTree(value)) return false;
  if ('say' in value) return isTold(value, deep);
  if ('failure' in value) return isFailure(value['failure'], deep);
  if ('advice' in value) return isFailure(value['advice'], deep);
  if ('count' in value) return isNumber(value['count']) && isText(value['one']) && isText(value['many']);
  return ['seconds', 'atMs', 'bytes', 'share'].some((name) => isNumber(value[name]));
}

const isFailure = (value: unknown, deep: number): value is ToldFailure =>
  isTree(value) &&
  isText(value['code']) &&
  isTree(value['details']) &&
  Object.values(value['details']).every(
    (each) => typeof each === 'string' || typeof each === 'number' || isTold(each, deep + 1),
  );

export const toldSchema = custom<Told>((value) => isTold(value), 'a sentence with its values was expected');
export const tellingSchema: GenericSchema<Telling> = union([string(), toldSchema]);
export const failureSchema = custom<ToldFailure>((value) => isFailure(value, 0), 'a code and details were expected');
