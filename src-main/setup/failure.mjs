/**
 * What can go wrong during set-up, as one line with the way out. Everything else that is thrown is a bug.
 */
export class SetupFailure extends Error {
  /**
   * @param {string} title one sentence on what happened
   * @param {string} advice one sentence on what to do
   */
  constructor(title, advice) {
    super(`${title} ${advice}`);
    this.name = 'SetupFailure';
    this.title = title;
    this.advice = advice;
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
      `There is a file where ${path} should be a folder.`,
      'Move it away, or name another folder with RESIDUA_CACHE.',
    );
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return writeDenied(path);
  return thrown;
}

/** @param {string} path */
export function writeDenied(path) {
  return new SetupFailure(
    `Residua may not write to ${path}.`,
    'Change its permissions, or name another folder with RESIDUA_CACHE.',
  );
}

/**
 * @param {string} path
 * @param {number} neededBytes 0 where unknown
 * @param {number} freeBytes
 */
export function diskFull(path, neededBytes, freeBytes) {
  const numbers = neededBytes > 0 ? `: ${gigabytes(neededBytes)} are needed and ${gigabytes(freeBytes)} are free` : '';
  return new SetupFailure(
    `The disk that holds ${path} is full${numbers}.`,
    'Free some space, or name another folder with RESIDUA_CACHE.',
  );
}

/** @param {number} bytes */
export function gigabytes(bytes) {
  return `${(bytes / 1e9).toFixed(bytes < 1e9 ? 2 : 1)} GB`;
}
