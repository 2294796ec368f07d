/**
 * The languages that Residua speaks, and the one that this process speaks.
 *
 * The English sentence is its own key in the catalogue of another language, as in gettext: code reads as what it
 * says, and a sentence that the catalogue lacks does not compile. Only the page and the desktop's shell bring a
 * catalogue (`setSpokenLanguage`); the command line, core and its helpers speak English, and what they send is worded
 * where it is shown.
 */
import type { Chinese } from './words/zh/catalogue.ts';

export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];

/** For numbers and dates. */
export const localeOf: Readonly<Record<Language, string>> = { en: 'en-GB', zh: 'zh-CN' };
/** As a language calls itself. */
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', zh: '简体中文' };

/** A sentence of the catalogue; names in braces stand for values. */
export type Sentence = keyof Chinese;
/** Sentences in the words of another language. */
export type Catalogue = Readonly<Record<Sentence, string>>;
/** The names in braces: `{done} of {total}` → `done | total`. */
export type Places<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Places<Rest>
  : never;
/** A sentence without values, as tables of titles hold it. */
export type Words = { [Text in Sentence]: [Places<Text>] extends [never] ? Text : never }[Sentence];
type Values<Text extends string> = Readonly<Record<Places<Text>, string | number>>;

/** A language with its sentences; English needs none. */
export interface SpokenLanguage {
  readonly language: Language;
  readonly catalogue: Catalogue | null;
}

let spoken: SpokenLanguage = { language: 'en', catalogue: null };

/** Makes this process speak. It is read at each sentence, so that the page may hand over one that changes. */
export function setSpokenLanguage(next: SpokenLanguage): void {
  spoken = next;
}

export const spokenLanguage = (): Language => spoken.language;
export const spokenLocale = (): string => localeOf[spoken.language];

/** The first language of a person's list (`navigator.languages`) that Residua speaks; English where it speaks none. */
export const languageAmong = (wanted: readonly string[]): Language =>
  wanted
    .map((tag) => tag.toLowerCase().split('-')[0])
    .find((tag): tag is Language => languages.some((known) => known === tag)) ?? 'en';

/**
 * Puts values into the places of a sentence. Chinese has a space between its characters and Latin ones, and none between
 * two of its own: the space beside a place goes where the value begins or ends in Chinese.
 */
const filled = (sentence: string, values: Readonly<Record<string, string | number>>) =>
  sentence.replace(
    /((?<=\p{Script=Han}) )?\{(\w+)\}( (?=\p{Script=Han}))?/gu,
    (place, before: string | undefined, name: string, after: string | undefined) => {
      if (!Object.hasOwn(values, name)) return place;
      const value = String(values[name]);
      const [left, right] = [/^\p{Script=Han}/u.test(value) ? '' : before, /\p{Script=Han}$/u.test(value) ? '' : after];
      return `${left ?? ''}${value}${right ?? ''}`;
    },
  );

/** A sentence in the language that this process speaks: `say('{done} of {total}', { done, total })`. */
export function say<Text extends Sentence>(
  sentence: Text,
  ...[values]: [Places<Text>] extends [never] ? [] : [Values<Text>]
): string {
  return filled(spoken.catalogue?.[sentence] ?? sentence, values ?? {});
}

/**
 * What another process said in English: translated where the catalogue has it word for word, else as it is. `values` are
 * put into its places.
 */
export function retell(told: string, values?: Readonly<Record<string, string | number>>): string {
  const { catalogue } = spoken;
  const words = catalogue && Object.hasOwn(catalogue, told) ? catalogue[told as Sentence] : told;
  return values ? filled(words, values) : words;
}
