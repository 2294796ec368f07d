/** Classes out of labels as files have them: numbers that need not begin at 0, or words. */
import type { IntakeLimits } from '../shared/import.ts';
import { keepWithin, malformed, shown } from './refuse.ts';
import { tell, verbatim } from '../shared/told.ts';

export type RawLabel = string | number;

/** Numbers by their value, words by their letters, numbers first. */
const inOrder = (a: RawLabel, b: RawLabel): number =>
  typeof a === 'number' && typeof b === 'number'
    ? a - b
    : typeof a === typeof b
      ? a < b
        ? -1
        : 1
      : typeof a === 'number'
        ? -1
        : 1;

const wholeNumber = /^-?(0|[1-9]\d{0,8})$/;

/** A label in a text file: a number where it is one and would be written in the same way. */
export const labelOf = (text: string): RawLabel => (wholeNumber.test(text) ? Number(text) : text);

/**
 * Names the classes by the labels that occur in any split, and turns labels into indices of them. `named`: the names of
 * the numbers 0, 1, … where the file has them; then only those may occur.
 * @throws {Expected} `import.malformed` for numbers that are not whole, `import.limit` for too many classes
 */
export function classesOf(
  splits: readonly (readonly RawLabel[])[],
  file: string,
  limits: IntakeLimits,
  named: readonly string[] | null = null,
): { readonly classes: string[]; readonly labels: Int32Array[] } {
  const values = new Set<RawLabel>(named ? named.keys() : []);
  for (const split of splits)
    for (const label of split) {
      if (typeof label === 'number' && !Number.isSafeInteger(label))
        throw malformed(file, tell('labels that are whole numbers or words'), verbatim(String(label)));
      if (!values.has(label)) {
        if (named)
          throw malformed(
            file,
            tell('labels from 0 to {count}', { count: named.length - 1 }),
            verbatim(shown(String(label))),
          );
        values.add(label);
        keepWithin(limits, 'classes', values.size, file);
      }
    }
  const sorted = [...values].sort(inOrder);
  const places = new Map(sorted.map((value, index) => [value, index]));
  const words = (value: RawLabel) => (typeof value === 'string' ? value.trim() || 'without a name' : String(value));
  return {
    classes: named ? [...named] : sorted.map(words),
    labels: splits.map((split) => Int32Array.from(split, (label) => places.get(label) as number)),
  };
}
