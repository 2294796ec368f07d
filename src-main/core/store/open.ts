/** Opens the database of a data folder: `<home>/residua.sqlite`. */
import Database from 'better-sqlite3';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { databaseName } from '../../shared/databaseName.ts';
import { expected } from '../../shared/failure.ts';
import { interruptAbandoned } from './abandoned.ts';
import { withStoreFailures } from './faults.ts';
import { ReadHandle, WriteHandle } from './handle.ts';
import { migrate } from './migrate.ts';
import { applicationId, migrations } from './migrations.ts';
import { abandonedOpenings, forgetOpening, noteOpening } from './openings.ts';
import { thisProcess } from './process.ts';
import { Store } from './store.ts';
import { StoreReader } from './storeReader.ts';
import { tell, verbatim } from '../../shared/told.ts';

export type { Store } from './store.ts';
export type { StoreReader } from './storeReader.ts';
export type { NewRun, RunChanges } from './runs.ts';
export type { CurveRange, NewPoint } from './points.ts';
export type { ImageRange, StoredEvaluation } from './evaluations.ts';
export type { RunEventLine } from './events.ts';
export type { CheckpointEntry } from './checkpoints.ts';
export type { Measured, NewStudy, StoredStudy } from './studies.ts';

/** Older ones may lose a commit when two programs reset the log at once. */
const oldestSqlite = [3, 51, 3] as const;

/** The path of the database of a data folder. */
export const databaseFile = (home: string): string => join(home, databaseName);

/**
 * Opens the history for reading and writing; makes the folder and the file where they are missing, brings an older
 * layout up to date (a copy stays beside it), checks the file after an unclean end, and marks runs whose program is
 * gone as `interrupted`. Other programs may have it open at the same time.
 * Fails with `folder.denied`, `disk.full`, `store.newer`, `store.damaged`, `store.busy`.
 */
export function openStore(home: string): Store {
  const file = databaseFile(home);
  return withStoreFailures(file, () => {
    mkdirSync(home, { recursive: true });
    const connection = new Database(file, { timeout: 5000 });
    try {
      prepare(connection, file);
      migrate(connection, migrations);
      const handle = new WriteHandle(connection);
      const owner = thisProcess();
      checkAfterUncleanEnd(connection, handle, file);
      handle.transaction(() => noteOpening(handle, owner));
      return new Store(file, handle, owner, interruptAbandoned(handle));
    } catch (error) {
      connection.close();
      throw error;
    }
  });
}

/** Opens the history for reading only; null where there is none yet. Fails with `store.newer`, `store.damaged`, `folder.denied`. */
export function openStoreReader(home: string): StoreReader | null {
  const file = databaseFile(home);
  if (!existsSync(file)) return null;
  return withStoreFailures(file, () => {
    const connection = new Database(file, { readonly: true, timeout: 5000 });
    const found = connection.pragma('user_version', { simple: true }) as number;
    const known = migrations.at(-1)!.to;
    if (found > known) throw expected('store.newer', { found, known });
    return new StoreReader(file, new ReadHandle(connection));
  });
}

/** Sets the connection up and makes sure that the file is ours and not from the future, before anything is written. */
function prepare(connection: Database.Database, file: string): void {
  const version = connection.prepare('SELECT sqlite_version()').pluck().get() as string;
  if (isOlder(version.split('.').map(Number)))
    throw new Error(`SQLite ${version} is too old; ${oldestSqlite.join('.')} is needed.`);
  for (const setting of ['trusted_schema = OFF', 'cell_size_check = ON', 'foreign_keys = ON', 'synchronous = FULL'])
    connection.pragma(setting);
  const mark = connection.pragma('application_id', { simple: true }) as number;
  const tables = connection.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() as number;
  if (mark !== applicationId && (mark !== 0 || tables > 0))
    throw expected('store.damaged', { path: file, problem: tell('it belongs to another program') });
  const found = connection.pragma('user_version', { simple: true }) as number;
  const known = migrations.at(-1)!.to;
  if (found > known) throw expected('store.newer', { found, known });
  useWriteAheadLog(connection);
  connection.pragma('journal_size_limit = 67108864');
}

/** SQLite does not wait for another program that changes the mode of a new file at the same moment. */
function useWriteAheadLog(connection: Database.Database): void {
  for (let attempt = 1; ; attempt++) {
    try {
      connection.pragma('journal_mode = WAL');
      return;
    } catch (error) {
      if (!(error instanceof Database.SqliteError) || !error.code.startsWith('SQLITE_BUSY') || attempt === 100)
        throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    }
  }
}

function isOlder(version: readonly number[]): boolean {
  const place = oldestSqlite.findIndex((part, index) => part !== version[index]);
  return place >= 0 && version[place]! < oldestSqlite[place]!;
}

function checkAfterUncleanEnd(connection: Database.Database, handle: WriteHandle, file: string): void {
  const abandoned = abandonedOpenings(handle);
  if (abandoned.length === 0) return;
  const verdict = connection.pragma('quick_check(1)', { simple: true }) as string;
  if (verdict !== 'ok') throw expected('store.damaged', { path: file, problem: verbatim(verdict) });
  handle.transaction(() => abandoned.forEach((mark) => forgetOpening(handle, mark)));
}
