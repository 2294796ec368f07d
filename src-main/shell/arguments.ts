/** What the command line says to the window: the data folder, and files to open. */
import { isAbsolute, resolve } from 'node:path';

export interface WindowArguments {
  /** Data folder as given with `--home`; null leaves the choice to core. */
  readonly home: string | null;
  /** Files and folders handed over, absolute. */
  readonly files: readonly string[];
}

/** Reads the arguments behind the program's own (and behind the app's folder in a checkout). Unknown options are Chromium's. */
export function readArguments(
  given: readonly string[],
  workingFolder: string,
  environment: NodeJS.ProcessEnv,
): WindowArguments {
  const absolute = (path: string) => (isAbsolute(path) ? path : resolve(workingFolder, path));
  let home = environment['RESIDUA_HOME'] || null;
  const files: string[] = [];
  for (let at = 0; at < given.length; at++) {
    const argument = given[at] as string;
    if (argument === '--home') home = given[++at] ?? home;
    else if (argument.startsWith('--home=')) home = argument.slice('--home='.length);
    // Electron's own: a module to load first.
    else if (argument === '-r' || argument === '--require') at++;
    else if (!argument.startsWith('-')) files.push(absolute(argument));
  }
  return { home: home === null ? null : absolute(home), files };
}
