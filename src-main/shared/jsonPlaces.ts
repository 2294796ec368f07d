/**
 * JSON with the place of every value: errors are shown where they stand, and a place of the text is a place of the value.
 *
 * Accepts exactly what JSON.parse accepts, and gives the same value.
 */

/** A range of the text, in UTF-16 units, end excluded. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

export type Read =
  | {
      readonly ok: true;
      readonly value: unknown;
      /** By path, e.g. `` (all of it), `stages.1.width`. */
      readonly places: ReadonlyMap<string, Place>;
    }
  | {
      readonly ok: false;
      readonly at: number;
      /** From 1. */
      readonly line: number;
      readonly column: number;
      readonly expected: string;
      readonly found: string;
    };

class Unexpected extends Error {
  readonly at: number;
  readonly expected: string;
  constructor(at: number, expected: string) {
    super(expected);
    this.at = at;
    this.expected = expected;
  }
}

const number = /-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
// The escapes that JSON knows; control characters must be escaped.
const string = /"([^"\\\u0000-\u001f]|\\(["\\/bfnrt]|u[\da-fA-F]{4}))*"/y;
const space = /[ \t\n\r]*/y;
const literals: readonly (readonly [string, unknown])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];
const mostLevels = 200;

class Reader {
  readonly places = new Map<string, Place>();
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  all(): unknown {
    this.#skip();
    const value = this.#value('', 0);
    this.#skip();
    if (this.#at < this.#text.length) throw new Unexpected(this.#at, 'the end');
    return value;
  }

  #skip(): void {
    this.#match(space);
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? null;
    if (found !== null) this.#at += found.length;
    return found;
  }

  #take(sign: string): boolean {
    if (this.#text[this.#at] !== sign) return false;
    this.#at += 1;
    return true;
  }

  #need(sign: string, expected = `“${sign}”`): void {
    if (!this.#take(sign)) throw new Unexpected(this.#at, expected);
  }

  #value(path: string, level: number): unknown {
    if (level > mostLevels) throw new Unexpected(this.#at, `at most ${mostLevels} levels`);
    const start = this.#at;
    const value = this.#bare(path, level);
    this.places.set(path, { start, end: this.#at });
    return value;
  }

  #bare(path: string, level: number): unknown {
    if (this.#take('{')) return this.#object(path, level);
    if (this.#take('[')) return this.#array(path, level);
    if (this.#text[this.#at] === '"') return this.#string();
    const literal = literals.find(([word]) => this.#text.startsWith(word, this.#at));
    if (literal) {
      this.#at += literal[0].length;
      return literal[1];
    }
    const digits = this.#match(number);
    if (digits === null) throw new Unexpected(this.#at, 'a value');
    return Number(digits);
  }

  #string(): string {
    const start = this.#at;
    const found = this.#match(string);
    if (found === null) throw new Unexpected(start, 'a string that ends in its line');
    return JSON.parse(found) as string;
  }

  #object(path: string, level: number): Record<string, unknown> {
    const entries = new Map<string, unknown>();
    this.#skip();
    while (!this.#take('}')) {
      if (entries.size > 0) {
        this.#need(',', '“,” or “}”');
        this.#skip();
      }
      if (this.#text[this.#at] !== '"') throw new Unexpected(this.#at, 'a name in double quotes');
      const name = this.#string();
      this.#skip();
      this.#need(':');
      this.#skip();
      entries.set(name, this.#value(path === '' ? name : `${path}.${name}`, level + 1));
      this.#skip();
    }
    return Object.fromEntries(entries);
  }

  #array(path: string, level: number): unknown[] {
    const items: unknown[] = [];
    this.#skip();
    while (!this.#take(']')) {
      if (items.length > 0) {
        this.#need(',', '“,” or “]”');
        this.#skip();
      }
      items.push(this.#value(path === '' ? String(items.length) : `${path}.${items.length}`, level + 1));
      this.#skip();
    }
    return items;
  }
}

/** Reads JSON. Takes time linear in the length of the text. */
export function readPlaces(text: string): Read {
  const reader = new Reader(text);
  try {
    return { ok: true, value: reader.all(), places: reader.places };
  } catch (thrown) {
    if (!(thrown instanceof Unexpected)) throw thrown;
    const before = text.slice(0, thrown.at).split('\n');
    const sign = [...text.slice(thrown.at, thrown.at + 2)][0];
    return {
      ok: false,
      at: thrown.at,
      line: before.length,
      column: (before.at(-1)?.length ?? 0) + 1,
      expected: thrown.expected,
      found: sign === undefined ? 'the end' : sign === '\n' ? 'the end of the line' : `“${sign}”`,
    };
  }
}
