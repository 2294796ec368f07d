/** The command line as a child process with a data folder and a cache of its own. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Workplace } from '../core/service/fixtures/workplace.ts';

const program = fileURLToPath(new URL('../../src-main/cli/index.ts', import.meta.url));

export interface Outcome {
  readonly status: number | null;
  readonly out: string;
  readonly notes: string;
}

/** Starts a command; `onLine` hears each line of its results. */
export function begin(
  place: Workplace & { readonly environment?: NodeJS.ProcessEnv },
  words: readonly string[],
  onLine: (line: string, kill: (signal: NodeJS.Signals) => void) => void = () => undefined,
) {
  const child = spawn(process.execPath, [program, ...words], {
    env: { ...process.env, RESIDUA_HOME: place.home, RESIDUA_CACHE: place.cache, ...place.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, notes] = ['', ''];
  child.stderr.setEncoding('utf8').on('data', (text: string) => (notes += text));
  createInterface({ input: child.stdout }).on('line', (line) => {
    out += `${line}\n`;
    onLine(line, (signal) => child.kill(signal));
  });
  const outcome = new Promise<Outcome>((resolve) => child.once('close', (status) => resolve({ status, out, notes })));
  return { child, outcome };
}

export const run = (
  place: Workplace & { readonly environment?: NodeJS.ProcessEnv },
  ...words: string[]
): Promise<Outcome> => begin(place, words).outcome;
