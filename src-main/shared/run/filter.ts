/**
 * The filter language of the history: `acc > 0.9 and family = wrn and tag = night`.
 *
 *     filter     = any                       any   = all { "or" all }
 *     all        = part { ["and"] part }     part  = "not" part | "(" any ")" | comparison | word
 *     comparison = field operator value | field "in" "(" value { "," value } ")"
 *     operator   = "=" | "!=" | "<" | "<=" | ">" | ">=" | "~" (contains) | "!~"
 *     value      = a number with or without a unit, a word, or a text in quotes
 *
 * A word alone is looked for in name, network, data and tags. Texts are compared without regard to case. A field that a
 * run does not have makes every comparison false but `!=` and `!~`, so that `not` is always the complement.
 */
import { say } from '../language.ts';
import { nearNames } from '../words.ts';

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | '~' | '!~';
export type FieldKind = 'number' | 'text' | 'flag';

export type Filter =
  | { readonly kind: 'any' | 'all'; readonly parts: readonly Filter[] }
  | { readonly kind: 'not'; readonly part: Filter }
  | {
      readonly kind: 'comparison';
      readonly field: string;
      readonly operator: Operator;
      readonly value: string | number;
    }
  | { readonly kind: 'word'; readonly text: string };

/** What is wrong, and where: `at` and `length` in characters. */
export interface FilterProblem {
  readonly at: number;
  readonly length: number;
  readonly message: string;
}

/** The fields that can be asked for: canonical name and kind by every name they go by; null where there is none. */
export interface FieldLexicon {
  find(name: string): { readonly name: string; readonly kind: FieldKind } | null;
  /** For hints. */
  readonly names: readonly string[];
}

/** What a run has in a field: several texts where it is a list. */
export type FieldValue = string | number | boolean | null | readonly string[];

type TokenKind = 'word' | 'quoted' | 'operator' | 'punctuation' | 'end';
interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly at: number;
  readonly length: number;
}

class Refused extends Error {
  readonly problem: FilterProblem;
  constructor(at: number, length: number, message: string) {
    super(message);
    this.problem = { at, length, message };
  }
}

const pattern = /\s+|"((?:[^"\\]|\\.)*)"|(!=|<=|>=|!~|==|=|<|>|~)|([(),])|([^\s"=<>~!(),]+)/gy;

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(text);
    if (!match) {
      if (text[at] === '"') throw new Refused(at, text.length - at, say('This quotation mark is not closed.'));
      throw new Refused(at, 1, say('"{text}" does not belong here.', { text: text[at] ?? '' }));
    }
    const [whole, quoted, operator, punctuation, word] = match;
    const length = whole.length;
    if (quoted !== undefined) tokens.push({ kind: 'quoted', text: quoted.replaceAll(/\\(.)/gs, '$1'), at, length });
    else if (operator) tokens.push({ kind: 'operator', text: operator === '==' ? '=' : operator, at, length });
    else if (punctuation) tokens.push({ kind: 'punctuation', text: punctuation, at, length });
    else if (word) tokens.push({ kind: 'word', text: word, at, length });
  }
  tokens.push({ kind: 'end', text: '', at: text.length, length: 0 });
  return tokens;
}

const units: Readonly<Record<string, number>> = {
  '%': 0.01,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  s: 1,
  min: 60,
  h: 3600,
  d: 86_400,
};

/** A number with a unit: `90%` → 0.9, `1.7M` → 1,700,000, `2h` → 7,200 seconds; null where it is none. */
export function numberOf(text: string): number | null {
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*(%|k|m|g|s|min|h|d)?$/i.exec(text.trim());
  if (!match) return null;
  const unit = match[2] === undefined ? 1 : units[match[2].toLowerCase()]!;
  return Number((Number(match[1]) * unit).toPrecision(15));
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #lexicon: FieldLexicon;
  #place = 0;

  constructor(text: string, lexicon: FieldLexicon) {
    this.#tokens = tokensOf(text);
    this.#lexicon = lexicon;
  }

  filter(): Filter {
    if (this.#next.kind === 'end') return { kind: 'all', parts: [] };
    const filter = this.#any();
    const { kind, text, at, length }: Token = this.#take();
    if (kind !== 'end')
      throw new Refused(
        at,
        length,
        text === ')' ? say('This bracket closes nothing.') : say('"{text}" does not belong here.', { text }),
      );
    return filter;
  }

  get #next(): Token {
    return this.#tokens[this.#place] as Token;
  }
  #take(): Token {
    return this.#tokens[this.#place++] as Token;
  }
  #isWord(word: string): boolean {
    return this.#next.kind === 'word' && this.#next.text.toLowerCase() === word;
  }

  #any(): Filter {
    const parts = [this.#all()];
    while (this.#isWord('or')) {
      this.#take();
      parts.push(this.#all());
    }
    return parts.length === 1 ? parts[0]! : { kind: 'any', parts };
  }

  #all(): Filter {
    const parts = [this.#part()];
    for (;;) {
      if (this.#isWord('and')) this.#take();
      else if (this.#next.kind === 'end' || this.#next.text === ')' || this.#isWord('or')) break;
      parts.push(this.#part());
    }
    return parts.length === 1 ? parts[0]! : { kind: 'all', parts };
  }

  #part(): Filter {
    const token = this.#take();
    const { kind, text, at, length } = token;
    if (kind === 'end') throw new Refused(at, 0, say('Something is missing at the end.'));
    if (kind === 'punctuation' && text === '(') {
      const inside = this.#any();
      const close = this.#take();
      if (close.text !== ')' || close.kind !== 'punctuation')
        throw new Refused(at, length, say('This bracket is not closed.'));
      return inside;
    }
    if (kind === 'word' && text.toLowerCase() === 'not') return { kind: 'not', part: this.#part() };
    if (kind === 'word' && (this.#next.kind === 'operator' || this.#beginsList())) return this.#comparison(token);
    if (kind === 'quoted' || (kind === 'word' && !/^(and|or)$/i.test(text))) return { kind: 'word', text };
    throw new Refused(at, length, say('There is nothing to the left of "{text}".', { text }));
  }

  #beginsList(): boolean {
    const after = this.#tokens[this.#place + 1];
    return this.#isWord('in') && after?.kind === 'punctuation' && after.text === '(';
  }

  #comparison({ text, at, length }: Token): Filter {
    const field = this.#lexicon.find(text);
    if (!field) {
      const [near] = nearNames(text, this.#lexicon.names);
      throw new Refused(
        at,
        length,
        near
          ? say('There is no field "{text}"; did you mean {near}?', { text, near })
          : say('There is no field "{text}".', { text }),
      );
    }
    if (this.#isWord('in')) {
      this.#take();
      return this.#list(field);
    }
    const operator = this.#take();
    if (field.kind !== 'number' && /[<>]/.test(operator.text))
      throw new Refused(
        operator.at,
        operator.length,
        say('{field} is no number: only = != ~ and !~ work on it.', { field: field.name }),
      );
    const value = this.#value(field, operator);
    return { kind: 'comparison', field: field.name, operator: operator.text as Operator, value };
  }

  #list(field: { readonly name: string; readonly kind: FieldKind }): Filter {
    const open = this.#take();
    const parts: Filter[] = [];
    let after: Token = open;
    do {
      const value = this.#value(field, after);
      parts.push({ kind: 'comparison', field: field.name, operator: '=', value });
      after = this.#take();
    } while (after.kind === 'punctuation' && after.text === ',');
    if (after.kind !== 'punctuation' || after.text !== ')')
      throw new Refused(open.at, open.length, say('This list is not closed.'));
    return parts.length === 1 ? parts[0]! : { kind: 'any', parts };
  }

  #value(field: { readonly name: string; readonly kind: FieldKind }, before: Token): string | number {
    const { kind, text, at, length } = this.#take();
    if (kind === 'end' || kind === 'operator' || kind === 'punctuation')
      throw new Refused(before.at, before.length, say('A value is missing after "{text}".', { text: before.text }));
    if (field.kind === 'text') return text;
    if (field.kind === 'flag') {
      if (/^(yes|true)$/i.test(text)) return 'yes';
      if (/^(no|false)$/i.test(text)) return 'no';
      throw new Refused(at, length, say('{field} is yes or no, not "{text}".', { field: field.name, text }));
    }
    const number = kind === 'word' ? numberOf(text) : null;
    if (number === null)
      throw new Refused(
        at,
        length,
        say('{field} is a number, such as 0.9, 90% or 2h, not "{text}".', { field: field.name, text }),
      );
    return number;
  }
}

/** Reads a filter; an empty text lets every run pass. Never throws. */
export function parseFilter(
  text: string,
  lexicon: FieldLexicon,
): { readonly filter: Filter } | { readonly problem: FilterProblem } {
  try {
    return { filter: new Parser(text, lexicon).filter() };
  } catch (thrown) {
    if (thrown instanceof Refused) return { problem: thrown.problem };
    throw thrown;
  }
}

const quoted = (text: string) => `"${text.replaceAll(/["\\]/g, '\\$&')}"`;

/** A filter as text that `parseFilter` reads back. */
export function filterInWords(filter: Filter): string {
  switch (filter.kind) {
    case 'word':
      return quoted(filter.text);
    case 'comparison':
      return `${filter.field} ${filter.operator} ${typeof filter.value === 'number' ? filter.value : quoted(filter.value)}`;
    case 'not':
      return `not (${filterInWords(filter.part)})`;
    default:
      return filter.parts.map((part) => `(${filterInWords(part)})`).join(filter.kind === 'any' ? ' or ' : ' and ');
  }
}

/** Whether a filter lets something pass. `valueOf` gives its fields by their canonical names, `words` all it is called. */
export function passes(
  filter: Filter,
  valueOf: (field: string) => FieldValue,
  words: () => readonly string[],
): boolean {
  switch (filter.kind) {
    case 'all':
      return filter.parts.every((part) => passes(part, valueOf, words));
    case 'any':
      return filter.parts.some((part) => passes(part, valueOf, words));
    case 'not':
      return !passes(filter.part, valueOf, words);
    case 'word': {
      const wanted = filter.text.toLowerCase();
      return words().some((word) => word.toLowerCase().includes(wanted));
    }
    case 'comparison':
      return compares(valueOf(filter.field), filter.operator, filter.value);
  }
}

function compares(has: FieldValue, operator: Operator, wanted: string | number): boolean {
  if (operator === '!=') return !compares(has, '=', wanted);
  if (operator === '!~') return !compares(has, '~', wanted);
  if (has === null) return false;
  if (Array.isArray(has)) return has.some((each) => compares(each as string, operator, wanted));
  const own = typeof has === 'boolean' ? (has ? 'yes' : 'no') : (has as string | number);
  if (typeof own === 'number' && typeof wanted === 'number') {
    switch (operator) {
      case '=':
        return own === wanted;
      case '<':
        return own < wanted;
      case '<=':
        return own <= wanted;
      case '>':
        return own > wanted;
      case '>=':
        return own >= wanted;
      case '~':
        return String(own).includes(String(wanted));
    }
  }
  const [left, right] = [String(own).toLowerCase(), String(wanted).toLowerCase()];
  return operator === '~' ? left.includes(right) : operator === '=' && left === right;
}
