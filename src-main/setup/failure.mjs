import { inEnglish, tell } from './told.mjs';
/** @typedef {import('./told.mjs').Told} Told */

/**
 * What can go wrong during set-up, as one line with the way out. Everything else that is thrown is a bug.
 */
export class SetupFailure extends Error {
  /**
   * @param {string | Told} title one sentence on what happened
   * @param {string | Told} advice one sentence on what to do
   */
  constructor(title, advice) {
    super(`${inEnglish(title)} ${inEnglish(advice)}`);
    this.name = 'SetupFailure';
    this.title = inEnglish(title);
    this.advice = inEnglish(advice);
    /** The same for the page, which may speak another language. */
    this.told = { title, advice };
  }
}

/** Thrown where a signal or a press on Cancel ended the work. Nothing half-done is left that would be used. */
export class Interrupted extends SetupFailure {
  constructor() {
    super('Set-up was interrupted.', 'Start it again to go on; what was downloaded whole is kept.');
    this.name = 'Interrupted';
  }
}

/**
 * Names the failures of the file system; anything else passes through.
 * @param {unknown} thrown
 * @param {string} path the folder that was written to
 * @returns {unknown} a SetupFailure where the reason is known, else `thrown`
 */
export function explainFileFailure(thrown, path) {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : '';
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(path, 0, 0);
  if (code === 'ENOTDIR' || code === 'EEXIST') {
    return new SetupFailure(
      tell('There is a file where {path} should be a folder.', { path }),
      tell('Move it away, or name another folder with RESIDUA_CACHE.'),
    );
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return writeDenied(path);
  return thrown;
}

/** @param {string} path */
export function writeDenied(path) {
  return new SetupFailure(
    tell('Residua may not write to {path}.', { path }),
    tell('Change its permissions, or name another folder with RESIDUA_CACHE.'),
  );
}

/**
 * @param {string} path
 * @param {number} neededBytes 0 where unknown
 * @param {number} freeBytes
 */
export function diskFull(path, neededBytes, freeBytes) {
  const [needed, free] = [gigabytes(neededBytes), gigabytes(freeBytes)];
  return new SetupFailure(
    neededBytes > 0
      ? tell('The disk that holds {path} is full: {needed} are needed and {free} are free.', { path, needed, free })
      : tell('The disk that holds {path} is full.', { path }),
    tell('Free some space, or name another folder with RESIDUA_CACHE.'),
  );
}

/** @param {number} bytes */
export function gigabytes(bytes) {
  return `${(bytes / 1e9).toFixed(bytes < 1e9 ? 2 : 1)} GB`;
}
