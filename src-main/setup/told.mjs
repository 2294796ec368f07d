/**
 * Sentences with their values, as they travel to the page (`shared/told.ts`); this program itself says them in English.
 * @typedef {import('../shared/language.ts').Sentence} Sentence
 * @typedef {import('../shared/told.ts').Told} Told
 */

/**
 * A sentence that the catalogue of the page has.
 * @template {Sentence} Text
 * @param {Text} text
 * @param {[import('../shared/language.ts').Places<Text>] extends [never] ? [] : [Readonly<Record<import('../shared/language.ts').Places<Text>, string | number | Told>>]} values
 * @returns {Told}
 */
export const tell = (text, ...[values]) => (values ? { say: text, values } : { say: text });

/**
 * @param {string | Told} told
 * @returns {string}
 */
export function inEnglish(told) {
  if (typeof told === 'string') return told;
  return told.say.replace(/\{(\w+)\}/g, (place, /** @type {string} */ name) => {
    const value = told.values?.[name];
    if (value === undefined) return place;
    return typeof value === 'object' && 'say' in value ? inEnglish(value) : String(value);
  });
}
