/** What SQLite and the file system report, as failures a person can act on. */
import Database from 'better-sqlite3';
import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { Expected, expected } from '../../shared/failure.ts';
import { verbatim } from '../../shared/told.ts';

/** Room that the database should find: its log grows to 64 MB before it is folded in. */
const comfortableBytes = 80_000_000;

/** Bytes free to this user on the file system of a file that may not exist yet. */
function freeBytes(path: string): number {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  } catch {
    return dirname(path) === path ? 0 : freeBytes(dirname(path));
  }
}

/** The failure behind a thrown error; what is none of the database's is returned as it came. */
export function storeFailure(error: unknown, file: string): unknown {
  if (error instanceof Expected || !(error instanceof Error) || !('code' in error)) return error;
  const code = String(error.code);
  const folder = dirname(file);
  const full = () =>
    expected('disk.full', { path: folder, neededBytes: comfortableBytes, freeBytes: freeBytes(folder) });
  if (['ENOSPC', 'EDQUOT', 'EFBIG', 'SQLITE_FULL'].includes(code)) return full();
  if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR'].includes(code)) return expected('folder.denied', { path: folder });
  if (!(error instanceof Database.SqliteError)) return error;
  if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN') || code.startsWith('SQLITE_PERM'))
    return expected('folder.denied', { path: folder });
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB')
    return expected('store.damaged', { path: file, problem: verbatim(error.message) });
  // A disk may be found full while the log is mapped or synced.
  if (code.startsWith('SQLITE_IOERR') && freeBytes(folder) < comfortableBytes) return full();
  if (code.startsWith('SQLITE_IOERR')) return expected('store.failing', { path: file, problem: verbatim(code) });
  if (code.startsWith('SQLITE_BUSY')) return expected('store.busy', { path: file });
  return error;
}

/** Does `work`; what the database throws comes out as an expected failure. */
export function withStoreFailures<Result>(file: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw storeFailure(error, file);
  }
}
