/** Brings an older database up to date, step by step. */
import type { Database } from 'better-sqlite3';
import { rmSync, renameSync } from 'node:fs';
import { expected } from '../../shared/failure.ts';

export interface Migration {
  /** The version that the database has afterwards. */
  readonly to: number;
  readonly why: string;
  readonly up: (database: Database) => void;
}

const version = (database: Database): number => database.pragma('user_version', { simple: true }) as number;

/**
 * Takes all pending steps up to `last`. Each step and its version are one transaction, so that one that fails leaves
 * neither. An existing file is copied to `<file>.v<version>` first. Two programs may come at the same time: the second
 * finds the work done. Fails with `store.newer`.
 */
export function migrate(database: Database, migrations: readonly Migration[], last = migrations.at(-1)?.to ?? 0): void {
  const found = version(database);
  const known = migrations.at(-1)?.to ?? 0;
  if (found > known) throw expected('store.newer', { found, known });
  const pending = migrations.filter((migration) => migration.to > found && migration.to <= last);
  if (pending.length > 0 && found > 0) backUp(database, found);
  for (const migration of pending) {
    database
      .transaction(() => {
        if (version(database) >= migration.to) return;
        migration.up(database);
        database.pragma(`user_version = ${migration.to}`);
      })
      .exclusive();
  }
}

/** The copy appears under its name only when it is whole. */
function backUp(database: Database, found: number): void {
  if (database.memory) return;
  const copy = `${database.name}.v${found}`;
  const beside = `${copy}.part`;
  rmSync(beside, { force: true });
  database.prepare('VACUUM INTO ?').run(beside);
  renameSync(beside, copy);
}
