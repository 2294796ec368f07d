/** Studies: questions with the runs that answer them, arm by arm, and what was measured beside the runs. */
import { randomBytes } from 'node:crypto';
import type { Run } from '../../shared/contract.ts';
import { expected } from '../../shared/failure.ts';
import type { ToldFailure } from '../../shared/told.ts';
import type { MeasureName, StudyPlan } from '../../shared/study/plan.ts';
import type { ReadHandle, Value, WriteHandle } from './handle.ts';
import { runOf } from './runRow.ts';
import type { RunRow } from './runRow.ts';
import { runNumber } from './runs.ts';

export const studiesLayout = `
CREATE TABLE studies (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  plan TEXT NOT NULL,
  data TEXT NOT NULL,
  device_asked TEXT NOT NULL,
  seeds INTEGER NOT NULL,
  judged INTEGER NOT NULL DEFAULT 0,
  stopped INTEGER NOT NULL DEFAULT 0,
  measured TEXT NOT NULL DEFAULT '[]',
  problem TEXT,
  provenance TEXT NOT NULL,
  created_ms REAL NOT NULL
) STRICT;
CREATE TABLE study_runs (
  study INTEGER NOT NULL REFERENCES studies (number) ON DELETE CASCADE,
  arm INTEGER NOT NULL,
  run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
  PRIMARY KEY (study, arm, run)
) STRICT, WITHOUT ROWID;
CREATE INDEX study_runs_by_run ON study_runs (run);
`;

export const studyRemoval = 'ALTER TABLE studies ADD COLUMN removed_ms REAL;';

/** One number that was measured of an arm without a run. */
export interface Measured {
  /** From 0. */
  readonly arm: number;
  readonly measure: MeasureName;
  readonly seed: number;
  readonly value: number;
}

export interface StoredStudy {
  readonly id: string;
  readonly name: string;
  readonly plan: StudyPlan;
  /** Id of the dataset. */
  readonly data: string;
  readonly deviceAsked: Run['deviceAsked'];
  /** Of every arm, from the first on. */
  readonly seeds: number;
  /** Times that it grew after it had been judged. */
  readonly judged: number;
  readonly isStopped: boolean;
  readonly removedAtMs: number | null;
  readonly measured: readonly Measured[];
  /** Why the last measurement failed. */
  readonly problem: ToldFailure | null;
  /** Program, system, engine and device that it began with. */
  readonly provenance: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
}

export type NewStudy = Pick<StoredStudy, 'name' | 'plan' | 'data' | 'deviceAsked' | 'seeds' | 'provenance'>;
export type StudyChanges = Partial<
  Pick<StoredStudy, 'name' | 'seeds' | 'judged' | 'isStopped' | 'removedAtMs' | 'measured' | 'problem' | 'provenance'>
>;

interface StudyRow {
  readonly number: number;
  readonly id: string;
  readonly name: string;
  readonly plan: string;
  readonly data: string;
  readonly device_asked: Run['deviceAsked'];
  readonly seeds: number;
  readonly judged: number;
  readonly stopped: number;
  readonly removed_ms: number | null;
  readonly measured: string;
  readonly problem: string | null;
  readonly provenance: string;
  readonly created_ms: number;
}

const studyOf = (row: StudyRow): StoredStudy => ({
  id: row.id,
  name: row.name,
  plan: JSON.parse(row.plan) as StudyPlan,
  data: row.data,
  deviceAsked: row.device_asked,
  seeds: row.seeds,
  judged: row.judged,
  isStopped: row.stopped !== 0,
  removedAtMs: row.removed_ms,
  measured: JSON.parse(row.measured) as Measured[],
  problem: row.problem === null ? null : (JSON.parse(row.problem) as NonNullable<StoredStudy['problem']>),
  provenance: JSON.parse(row.provenance) as Record<string, string>,
  createdAtMs: row.created_ms,
});

export function addStudy(handle: WriteHandle, study: NewStudy): string {
  const id = `study-${randomBytes(4).toString('hex')}`;
  handle.run(
    'INSERT INTO studies (id, name, plan, data, device_asked, seeds, provenance, created_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    id,
    study.name,
    JSON.stringify(study.plan),
    study.data,
    study.deviceAsked,
    study.seeds,
    JSON.stringify(study.provenance),
    Date.now(),
  );
  return id;
}

/** How each field that may change lies in a column. */
const cells: { readonly [Name in keyof StudyChanges]-?: (value: NonNullable<unknown> | null) => [string, Value] } = {
  name: (value) => ['name', value as string],
  seeds: (value) => ['seeds', value as number],
  judged: (value) => ['judged', value as number],
  isStopped: (value) => ['stopped', value ? 1 : 0],
  removedAtMs: (value) => ['removed_ms', value as number | null],
  measured: (value) => ['measured', JSON.stringify(value)],
  problem: (value) => ['problem', value === null ? null : JSON.stringify(value)],
  provenance: (value) => ['provenance', JSON.stringify(value)],
};

/** Changes the fields that are named. Fails with `study.unknown`. */
export function changeStudy(handle: WriteHandle, id: string, changes: StudyChanges): void {
  const number = studyNumber(handle, id);
  for (const [name, value] of Object.entries(changes)) {
    const [column, cell] = cells[name as keyof StudyChanges](value);
    handle.run(`UPDATE studies SET ${column} = ? WHERE number = ?`, cell, number);
  }
}

/** Notes a run as one of an arm, from 0. */
export function addStudyRun(handle: WriteHandle, id: string, arm: number, run: string): void {
  handle.run(
    'INSERT OR IGNORE INTO study_runs (study, arm, run) VALUES (?, ?, ?)',
    studyNumber(handle, id),
    arm,
    runNumber(handle, run),
  );
}

/** All studies but removed ones, the newest first. */
export const listStudies = (handle: ReadHandle): StoredStudy[] =>
  handle.all<StudyRow>('SELECT * FROM studies WHERE removed_ms IS NULL ORDER BY number DESC').map(studyOf);

/** Fails with `study.unknown`. */
export const readStudy = (handle: ReadHandle, id: string): StoredStudy => studyOf(rowOf(handle, id));

/** The runs of every arm outside the trash, by seed. */
export function studyRuns(handle: ReadHandle, id: string): Run[][] {
  const { number, plan } = rowOf(handle, id);
  const arms = (JSON.parse(plan) as StudyPlan).arms.length;
  const rows = handle.all<RunRow & { readonly arm: number }>(
    `SELECT runs.*, arm FROM study_runs JOIN runs ON runs.number = run
      WHERE study = ? AND removed_ms IS NULL ORDER BY arm, seed, runs.number`,
    number,
  );
  return Array.from({ length: arms }, (_, arm) => rows.filter((row) => row.arm === arm).map(runOf));
}

/** Ids of the studies that a run belongs to. */
export const studiesOf = (handle: ReadHandle, run: string): string[] =>
  handle
    .all<{
      id: string;
    }>('SELECT DISTINCT id FROM studies JOIN study_runs ON study = number WHERE run = ?', runNumber(handle, run))
    .map(({ id }) => id);

function rowOf(handle: ReadHandle, id: string): StudyRow {
  const row = handle.get<StudyRow>('SELECT * FROM studies WHERE id = ?', id);
  if (!row) throw expected('study.unknown', { study: id, near: '' });
  return row;
}

const studyNumber = (handle: ReadHandle, id: string): number => rowOf(handle, id).number;
