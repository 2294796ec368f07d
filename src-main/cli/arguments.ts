/** Arguments of the command line, parsed strictly: what is not known is refused with the nearest name that is. */
import { parseArgs } from 'node:util';
import type { ParseArgsOptionsConfig } from 'node:util';
import { nearNames } from '../shared/words.ts';

/** The command was written wrongly: exit status 2 and a usage line. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}

export interface Option {
  /** How its value is called in the usage line; without one it is a flag. */
  readonly value?: string;
  readonly multiple?: boolean;
}

/** Options that every command takes. */
export const commonOptions = { home: { value: 'DIR' }, json: {}, help: {} } as const satisfies Record<string, Option>;

export class Arguments {
  readonly positionals: readonly string[];
  readonly #values: Record<string, string | boolean | (string | boolean)[] | undefined>;

  constructor(
    positionals: readonly string[],
    values: Record<string, string | boolean | (string | boolean)[] | undefined>,
  ) {
    this.positionals = positionals;
    this.#values = values;
  }

  flag(name: string): boolean {
    return this.#values[name] === true;
  }
  text(name: string): string | undefined {
    const value = this.#values[name];
    return typeof value === 'string' ? value : undefined;
  }
  texts(name: string): string[] {
    const value = this.#values[name];
    return Array.isArray(value) ? value.map(String) : [];
  }
  /** A whole number from `least` to `most`. */
  whole(name: string, least: number, most: number): number | undefined {
    const value = this.number(name, least, most);
    if (value !== undefined && !Number.isInteger(value))
      throw new WrongUsage(`--${name} wants a whole number, not ${value}`);
    return value;
  }
  number(name: string, least: number, most: number): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || value < least || value > most)
      throw new WrongUsage(`--${name} wants a number from ${least} to ${most}, not "${text}"`);
    return value;
  }
  choice<Choice extends string>(name: string, choices: readonly Choice[]): Choice | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const found = choices.find((choice) => choice === text);
    if (found === undefined) throw new WrongUsage(`--${name} wants ${choices.join(' or ')}, not "${text}"`);
    return found;
  }
}

/** `; did you mean --epochs?`, or nothing. */
export function didYouMean(written: string, names: readonly string[], prefix = ''): string {
  const [near] = nearNames(written, names);
  return near ? `; did you mean ${prefix}${near}?` : '';
}

/**
 * Parses what follows a command. Numbers may be negative values of an option (`--lr -1` is refused later, by its range).
 * Throws WrongUsage for unknown options, missing or unwanted values and too many or too few positionals.
 */
export function parseArguments(
  words: readonly string[],
  options: Record<string, Option>,
  positionals: { readonly least: number; readonly most: number; readonly names: string },
): Arguments {
  const all: Record<string, Option> = { ...commonOptions, ...options };
  const config: ParseArgsOptionsConfig = {};
  for (const [name, option] of Object.entries(all))
    config[name] = { type: option.value ? 'string' : 'boolean', multiple: option.multiple ?? false };
  for (const word of words) {
    if (word === '--') break;
    const name = /^--([^=]+)/.exec(word)?.[1];
    if (name !== undefined && !Object.hasOwn(all, name))
      throw new WrongUsage(`there is no option --${name}${didYouMean(name, Object.keys(all), '--')}`);
  }
  let parsed;
  try {
    parsed = parseArgs({ args: [...words], options: config, allowPositionals: true, strict: true });
  } catch (thrown) {
    throw new WrongUsage(plainProblem(thrown instanceof Error ? thrown.message : String(thrown)));
  }
  const found = parsed.positionals;
  if (parsed.values.help !== true) {
    if (found.length < positionals.least) throw new WrongUsage(`${positionals.names} is missing`);
    if (found.length > positionals.most) throw new WrongUsage(`"${found[positionals.most]}" is one word too many`);
  }
  return new Arguments(found, parsed.values);
}

/** Node's wording, without its hints for programmers. */
function plainProblem(message: string): string {
  const missing = /^Option '(?:-\w, )?(--[\w-]+) <value>' argument (missing|is ambiguous)/.exec(message);
  if (missing) return `${missing[1]} wants a value`;
  const unwanted = /^Option '(?:-\w, )?(--[\w-]+)' does not take an argument/.exec(message);
  if (unwanted) return `${unwanted[1]} takes no value`;
  const unknown = /^Unknown option '(-+[^']+)'/.exec(message);
  if (unknown) return `there is no option ${unknown[1]}`;
  return message.split('\n')[0] as string;
}
