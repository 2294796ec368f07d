/** Where the data folder is, and which program this is. */
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { expected } from '../../shared/failure.ts';
import { writeFailure } from '../dataset/files.ts';

/** `chosen`, else `RESIDUA_HOME`, else `$XDG_DATA_HOME/residua`, else `~/.local/share/residua`; absolute. */
export function dataFolder(chosen: string | undefined, environment: NodeJS.ProcessEnv = process.env): string {
  const named = chosen || environment['RESIDUA_HOME'];
  if (named) return resolve(named);
  return join(environment['XDG_DATA_HOME'] || join(homedir(), '.local', 'share'), 'residua');
}

/** Makes a folder of the data folder. @throws {Expected} `folder.denied`, `disk.full`, `store.failing` */
export function makeFolder(path: string): string {
  try {
    mkdirSync(path, { recursive: true });
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code;
    if (code === 'ENOTDIR' || code === 'EEXIST') throw expected('folder.denied', { path });
    throw writeFailure(thrown, path, 1e6);
  }
  return path;
}

/** Version and commit of this program; the build writes them in, sources that run as they are say `source`. */
export const program = {
  version: process.env.RESIDUA_VERSION ?? 'source',
  commit: process.env.RESIDUA_COMMIT ?? 'source',
};
