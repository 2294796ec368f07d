/** Sweeps: searches over settings, each with the runs that are its trials. */
import { randomBytes } from 'node:crypto';
import type { Run } from '../../shared/contract.ts';
import { expected } from '../../shared/failure.ts';
import type { SweepPlan } from '../../shared/sweep.ts';
import type { ReadHandle, WriteHandle } from './handle.ts';
import { runOf } from './runRow.ts';
import type { RunRow } from './runRow.ts';

export const sweepsLayout = `
CREATE TABLE sweeps (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  plan TEXT NOT NULL,
  trials TEXT NOT NULL,
  created_ms REAL NOT NULL
) STRICT;
ALTER TABLE runs ADD COLUMN sweep TEXT;
ALTER TABLE runs ADD COLUMN trial INTEGER;
ALTER TABLE runs ADD COLUMN pause_at INTEGER;
CREATE INDEX runs_by_sweep ON runs (sweep, trial) WHERE sweep IS NOT NULL;
`;

export interface StoredSweep {
  readonly id: string;
  readonly name: string;
  readonly plan: SweepPlan;
  /** What each trial has instead of the base, in order. */
  readonly trials: readonly Readonly<Record<string, string | number | boolean | null>>[];
  readonly createdAtMs: number;
}

interface SweepRow {
  readonly id: string;
  readonly name: string;
  readonly plan: string;
  readonly trials: string;
  readonly created_ms: number;
}

const sweepOf = (row: SweepRow): StoredSweep => ({
  id: row.id,
  name: row.name,
  plan: JSON.parse(row.plan) as SweepPlan,
  trials: JSON.parse(row.trials) as StoredSweep['trials'],
  createdAtMs: row.created_ms,
});

export function addSweep(handle: WriteHandle, sweep: Pick<StoredSweep, 'name' | 'plan' | 'trials'>): string {
  const id = `sweep-${randomBytes(4).toString('hex')}`;
  handle.run(
    'INSERT INTO sweeps (id, name, plan, trials, created_ms) VALUES (?, ?, ?, ?, ?)',
    id,
    sweep.name,
    JSON.stringify(sweep.plan),
    JSON.stringify(sweep.trials),
    Date.now(),
  );
  return id;
}

/** All sweeps, the newest first. */
export const listSweeps = (handle: ReadHandle): StoredSweep[] =>
  handle.all<SweepRow>('SELECT * FROM sweeps ORDER BY number DESC').map(sweepOf);

/** Fails with `sweep.unknown`. */
export function readSweep(handle: ReadHandle, id: string): StoredSweep {
  const row = handle.get<SweepRow>('SELECT * FROM sweeps WHERE id = ?', id);
  if (!row) throw expected('sweep.unknown', { sweep: id });
  return sweepOf(row);
}

/** The runs of a sweep outside the trash, trial by trial. */
export const sweepRuns = (handle: ReadHandle, id: string): Run[] =>
  handle.all<RunRow>('SELECT * FROM runs WHERE sweep = ? AND removed_ms IS NULL ORDER BY sweep, trial', id).map(runOf);
