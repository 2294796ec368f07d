/** What "Save diagnostics" shows and then writes: versions, the last runs without their points, and the end of the log. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { homedir } from 'node:os';
import type { Status } from '../../shared/contract.ts';
import type { Context } from './context.ts';
import { plainly } from '../../shared/failure.ts';

const keptRuns = 20;
const keptLogBytes = 200_000;

/** The user's name is in the paths of the home folder: it is left out. */
const withoutHome = (text: string): string => text.replaceAll(homedir(), '~');

/** The end of a file; empty where there is none. */
function tailOf(path: string): string {
  try {
    const file = openSync(path, 'r');
    try {
      const { size } = fstatSync(file);
      const bytes = Buffer.alloc(Math.min(size, keptLogBytes));
      readSync(file, bytes, 0, bytes.length, size - bytes.length);
      return bytes.toString('utf8');
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}

/** Names and texts of the files. A history that cannot be opened is told instead of hidden. */
export function diagnostics({ log, store }: Context, status: Status): { name: string; text: string }[] {
  let runs: unknown;
  try {
    runs = store()
      .listRuns()
      .slice(0, keptRuns)
      .map(({ id }) => store().readRunDetail(id));
  } catch (thrown) {
    runs = { problem: thrown instanceof Error ? thrown.message : String(thrown) };
  }
  return [
    { name: 'status.json', text: withoutHome(JSON.stringify(status, plainly, 2)) },
    { name: 'runs.json', text: withoutHome(JSON.stringify(runs, plainly, 2)) },
    { name: 'core.log', text: withoutHome(tailOf(log.path)) },
  ];
}
