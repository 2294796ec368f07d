/** A spec as text that is pleasant to edit: a line for each field and for each stage. Pure. */
import { inWords } from '../../../src-main/shared/failure.ts';
import { toldIssue } from '../../../src-main/shared/issue.ts';
import { readPlaces } from '../../../src-main/shared/jsonPlaces.ts';
import { retell, say } from '../../../src-main/shared/language.ts';
import type { Spec } from '../../../src-main/shared/network/spec.ts';
import { specSchema } from '../../../src-main/shared/network/spec.ts';
import { getDotPath, safeParse } from '../../../src-main/shared/schema.ts';

const inline = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value === 'object' && value !== null)
    return `{ ${Object.entries(value)
      .map(([name, each]) => `${JSON.stringify(name)}: ${inline(each)}`)
      .join(', ')} }`;
  return JSON.stringify(value);
};

/** JSON that `JSON.parse` reads back to the same spec. */
export function specText(spec: Spec): string {
  const names = Object.keys(specSchema.entries) as (keyof Spec)[];
  const fields = names.map((name) => {
    const value = spec[name];
    const text =
      name === 'stages' ? `[\n${spec.stages.map((stage) => `    ${inline(stage)}`).join(',\n')}\n  ]` : inline(value);
    return `  ${JSON.stringify(name)}: ${text}`;
  });
  return `{\n${fields.join(',\n')}\n}\n`;
}

export type ReadSpec =
  | { readonly ok: true; readonly spec: Spec }
  | { readonly ok: false; readonly problem: string; readonly start: number; readonly end: number };

/** The spec of a text, or what is wrong and where. */
export function readSpec(text: string): ReadSpec {
  const read = readPlaces(text);
  if (!read.ok)
    return {
      ok: false,
      problem: say('Line {line}, column {column}: {expected} was expected, found {found}.', {
        line: read.line,
        column: read.column,
        expected: retell(read.expected),
        found: retell(read.found),
      }),
      start: read.at,
      end: Math.min(text.length, read.at + 1),
    };
  const parsed = safeParse(specSchema, read.value);
  if (parsed.success) return { ok: true, spec: parsed.output };
  const [issue] = parsed.issues;
  const path = getDotPath(issue) ?? '';
  // A field that is missing has no place; what it is missing from has.
  let known = path;
  while (known !== '' && !read.places.has(known)) known = known.includes('.') ? known.replace(/\.[^.]*$/, '') : '';
  const { start, end } = read.places.get(known) ?? { start: 0, end: 0 };
  const line = text.slice(0, start).split('\n').length;
  const problem = say('Line {line}, {path}: {problem}.', {
    line,
    path: path || say('the network'),
    problem: inWords(toldIssue(issue)),
  });
  return { ok: false, problem, start, end };
}

/** The innermost path whose text a position lies in; empty for the whole. */
export function pathAt(text: string, position: number): string {
  const read = readPlaces(text);
  if (!read.ok) return '';
  let found = '';
  let length = Infinity;
  for (const [path, { start, end }] of read.places)
    if (start <= position && position <= end && end - start < length) {
      found = path;
      length = end - start;
    }
  return found;
}

/** Where the value of a path stands; the whole text where there is none. */
export function placeOf(text: string, path: string): { readonly start: number; readonly end: number } {
  const read = readPlaces(text);
  return (read.ok ? read.places.get(path) : undefined) ?? { start: 0, end: 0 };
}
