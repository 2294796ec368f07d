/**
 * Where things are: this checkout, and the user's cache that all checkouts share.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { explainFileFailure } from './failure.mjs';

/**
 * The folder that holds `package.json` and `node_modules`: of the checkout, or of the installed app. Found from this
 * file's place, in the sources as in a bundle.
 */
export function checkoutFolder() {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

/**
 * Residua's cache: `RESIDUA_CACHE`, else `residua` in `XDG_CACHE_HOME`, else in `~/.cache`. It may be deleted at any time
 * while nothing runs.
 * @param {NodeJS.ProcessEnv} [environment]
 */
export function cacheFolder(environment = process.env) {
  if (environment.RESIDUA_CACHE) return resolve(environment.RESIDUA_CACHE);
  if (environment.XDG_CACHE_HOME) return resolve(environment.XDG_CACHE_HOME, 'residua');
  return join(homedir(), '.cache', 'residua');
}

/**
 * Makes a folder and its parents.
 * @param {string} path
 * @returns {string} `path`
 * @throws {import('./failure.mjs').SetupFailure} where it may not be written
 */
export function ensureFolder(path) {
  try {
    mkdirSync(path, { recursive: true });
  } catch (thrown) {
    throw explainFileFailure(thrown, path);
  }
  return path;
}
