/** Runs: one row each. */
import { randomBytes } from 'node:crypto';
import type { Run, RunDetail } from '../../shared/contract.ts';
import { expected } from '../../shared/failure.ts';
import type { ReadHandle, Value, WriteHandle } from './handle.ts';
import type { ProcessMark } from './process.ts';
import { columns, detailOf, runOf } from './runRow.ts';
import type { RunRow } from './runRow.ts';

/** What decides a run when it is made; the rest follows while it lives. */
export interface NewRun
  extends
    Pick<
      Run,
      | 'name'
      | 'network'
      | 'family'
      | 'parameters'
      | 'data'
      | 'dataName'
      | 'seed'
      | 'group'
      | 'deviceAsked'
      | 'steps'
      | 'epochs'
    >,
    Partial<Pick<Run, 'sweep' | 'trial' | 'pauseAt'>>,
    Pick<RunDetail, 'spec' | 'recipe' | 'dataset' | 'provenance'> {
  readonly status?: Run['status'];
  /** Where it was forked from; else null. */
  readonly parent?: Run['parent'];
}

/** What may change later; id, colour and time of making never do. */
export type RunChanges = Partial<
  Omit<Run, 'id' | 'colour' | 'createdAtMs'> & Pick<RunDetail, 'spec' | 'recipe' | 'dataset' | 'provenance' | 'weights'>
>;

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
/** Places of the palette: 8 colours in 3 kinds of line. */
const palettePlaces = 24;

/** The number under which other tables know a run. Fails with `run.unknown`. */
export function runNumber(handle: ReadHandle, id: string): number {
  const row = handle.get<{ number: number }>('SELECT number FROM runs WHERE id = ?', id);
  if (!row) throw expected('run.unknown', { run: id });
  return row.number;
}

/** Makes a run with a new id and a colour that none of the latest runs has. */
export function addRun(handle: WriteHandle, run: NewRun, owner: ProcessMark): string {
  const id = freeId(handle);
  const values: Record<string, Value> = {
    ...columns({ status: 'queued', ...run }),
    id,
    created_ms: Date.now(),
    touched_ms: Date.now(),
    colour: freeColour(handle),
    place: lastPlace(handle) + 1,
    owner_pid: owner.pid,
    owner_start: owner.start,
  };
  const names = Object.keys(values);
  handle.run(
    `INSERT INTO runs (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
    ...Object.values(values),
  );
  return id;
}

/** Changes a run. Fails with `run.unknown`. */
export function changeRun(handle: WriteHandle, id: string, changes: RunChanges): void {
  const values: Record<string, Value> = { ...columns(changes), touched_ms: Date.now() };
  const assignments = Object.keys(values).map((name) => `${name} = ?`);
  if (handle.run(`UPDATE runs SET ${assignments.join(', ')} WHERE id = ?`, ...Object.values(values), id) === 0)
    throw expected('run.unknown', { run: id });
}

/** Makes a process answer for a run, e.g. the one that goes on with it. */
export function ownRun(handle: WriteHandle, id: string, owner: ProcessMark): void {
  handle.run('UPDATE runs SET owner_pid = ?, owner_start = ? WHERE id = ?', owner.pid, owner.start, id);
}

/** Runs, the newest first; without those in the trash, or only those. */
export function listRuns(handle: ReadHandle, { removed = false }: { removed?: boolean | undefined } = {}): Run[] {
  const condition = removed ? 'IS NOT NULL' : 'IS NULL';
  return handle.all<RunRow>(`SELECT * FROM runs WHERE removed_ms ${condition} ORDER BY number DESC`).map(runOf);
}

/** The run of an id. Fails with `run.unknown`. */
export function readRun(handle: ReadHandle, id: string): Run {
  return runOf(rowOf(handle, id));
}

/** A run's row without what other tables hold. Fails with `run.unknown`. */
export function readRunDetail(
  handle: ReadHandle,
  id: string,
): Omit<RunDetail, 'events' | 'checkpoints' | 'forks' | 'series'> {
  return detailOf(rowOf(handle, id));
}

/** Runs that were forked from this one, the oldest first. */
export const forksOf = (handle: ReadHandle, id: string): RunDetail['forks'] =>
  handle.all<RunDetail['forks'][number]>(
    'SELECT id AS run, name, parent_step AS step FROM runs WHERE parent = ? AND removed_ms IS NULL ORDER BY number',
    id,
  );

/** The id that a person means: all of it, its unique beginning, or a run's unique name. Fails with `run.unknown`, `run.ambiguous`. */
export function findRunId(handle: ReadHandle, text: string): string {
  const wanted = text.trim();
  const begun = wanted.toLowerCase();
  // '{' follows the last letter of the alphabet of ids.
  const byId =
    begun === ''
      ? []
      : handle.all<{ id: string }>('SELECT id FROM runs WHERE id >= ? AND id < ? LIMIT 3', begun, `${begun}{`);
  const found =
    byId.length > 0 ? byId : handle.all<{ id: string }>('SELECT id FROM runs WHERE name = ? LIMIT 3', wanted);
  if (found.length > 1) throw expected('run.ambiguous', { run: text, matches: found.map((run) => run.id).join(', ') });
  if (!found[0]) throw expected('run.unknown', { run: text });
  return found[0].id;
}

/** A run with the process that answers for it and the last sign of life. */
export interface OwnedRun {
  readonly id: string;
  readonly touchedMs: number;
  readonly owner: ProcessMark;
}

/** Runs that are said to be under way. */
export const liveRuns = (handle: ReadHandle): OwnedRun[] => ownedRuns(handle, "('preparing', 'training')");

/** Runs that wait for their turn, in the order of the line. */
export const waitingRuns = (handle: ReadHandle): OwnedRun[] => ownedRuns(handle, "('queued')");

/** The newest runs whose pace is known, the newest first. */
export const pacedRuns = (handle: ReadHandle): string[] =>
  handle
    .all<{
      id: string;
    }>('SELECT id FROM runs WHERE images_per_second > 0 AND device IS NOT NULL ORDER BY number DESC LIMIT 30')
    .map(({ id }) => id);

/** The end of the line; 0 where nothing waits. */
const lastPlace = (handle: ReadHandle): number =>
  handle.get<{ place: number | null }>("SELECT max(place) AS place FROM runs WHERE status = 'queued'")?.place ?? 0;

/** Moves a waiting run before another one, or to the end of the line. Runs that do not wait stay where they are. */
export function moveRun(handle: WriteHandle, id: string, before: string | null): void {
  const line = waitingRuns(handle).map((run) => run.id);
  if (!line.includes(id)) return;
  const others = line.filter((other) => other !== id);
  const at = before === null ? -1 : others.indexOf(before);
  others.splice(at < 0 ? others.length : at, 0, id);
  for (const [place, run] of others.entries()) handle.run('UPDATE runs SET place = ? WHERE id = ?', place + 1, run);
}

function ownedRuns(handle: ReadHandle, statuses: string): OwnedRun[] {
  return handle
    .all<{ id: string; touched_ms: number; owner_pid: number | null; owner_start: string | null }>(
      `SELECT id, touched_ms, owner_pid, owner_start FROM runs WHERE status IN ${statuses} ORDER BY status, place`,
    )
    .map((row) => ({
      id: row.id,
      touchedMs: row.touched_ms,
      owner: { pid: row.owner_pid ?? 0, start: row.owner_start ?? '' },
    }));
}

function rowOf(handle: ReadHandle, id: string): RunRow {
  const row = handle.get<RunRow>('SELECT * FROM runs WHERE id = ?', id);
  if (!row) throw expected('run.unknown', { run: id });
  return row;
}

function freeId(handle: ReadHandle): string {
  for (;;) {
    const id = Array.from(randomBytes(10), (byte, place) => alphabet[byte % (place === 0 ? 26 : 32)]).join('');
    if (!handle.get('SELECT 1 FROM runs WHERE id = ?', id)) return id;
  }
}

function freeColour(handle: ReadHandle): number {
  const recent = handle.all<{ colour: number }>(
    'SELECT colour FROM runs ORDER BY number DESC LIMIT ?',
    palettePlaces - 1,
  );
  const used = new Set(recent.map((run) => run.colour));
  return Array.from({ length: palettePlaces }, (_, place) => place).find((place) => !used.has(place)) ?? 0;
}
