/** Files that are there whole or not at all. */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { expected } from '../../shared/failure.ts';
import { verbatim } from '../../shared/told.ts';

/** What a failed write means to a person; anything else is returned as it came. */
export function writeFailure(error: unknown, path: string, neededBytes: number): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code ?? '';
  if (['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code))
    return expected('disk.full', { path, neededBytes, freeBytes: freeBytes(path) });
  if (['EACCES', 'EPERM', 'EROFS'].includes(code)) return expected('folder.denied', { path });
  if (code === 'EIO') return expected('store.failing', { path, problem: verbatim(code) });
  return error;
}

/** Bytes that an ordinary user may still write to the file system of `path`; 0 where nobody can tell. */
export function freeBytes(path: string): number {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  } catch {
    const parent = dirname(path);
    return parent === path ? 0 : freeBytes(parent);
  }
}

/** Makes a folder and its parents. Fails with `folder.denied` or `disk.full`. */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw writeFailure(error, path, 4096);
  }
}

/** Writes beside, syncs, renames; a reader sees the old file or the whole new one. Fails with `folder.denied` or `disk.full`. */
export function writeWhole(path: string, bytes: Uint8Array): void {
  const beside = join(dirname(path), `.${randomBytes(8).toString('hex')}.part`);
  try {
    const file = openSync(beside, 'wx');
    try {
      for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw writeFailure(error, dirname(path), bytes.length);
  }
}

/** Makes renames in a folder last through a power cut. Windows cannot open folders and needs none of it. */
export function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
