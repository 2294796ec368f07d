/** What a command is, and what it gets to do its work. */
import type { Client } from '../shared/port.ts';
import type { Core, CoreOptions } from '../core/service/core.ts';
import type { Arguments, Option } from './arguments.ts';
import type { Terminal } from './terminal.ts';
import { plainly } from '../shared/failure.ts';

/** Exit statuses. */
export const done = 0;
export const failed = 1;
export const wrongUsage = 2;
export const interrupted = 130;

export interface Session {
  readonly home: string;
  readonly json: boolean;
  readonly terminal: Terminal;
  /** Starts core in this process at the first call. `main` closes it. */
  core(options?: Partial<CoreOptions>): Core;
  client(options?: Partial<CoreOptions>): Client;
  /** Calls back at each Ctrl+C, SIGTERM or closed terminal, counted from 1, instead of ending the program. */
  onInterrupt(listener: (times: number) => void): void;
}

export interface Command {
  /** What follows the program's name. */
  readonly usage: string;
  readonly summary: string;
  readonly options: Record<string, Option>;
  readonly positionals: { readonly least: number; readonly most: number; readonly names: string };
  /** Whether it is left out of the list of commands. */
  readonly hidden?: boolean;
  readonly run: (given: Arguments, session: Session) => Promise<number>;
}

/** One JSON value on a line of its own. */
export function printJson(terminal: Terminal, value: unknown): void {
  terminal.out(JSON.stringify(value, plainly));
}
