/** Looks into the blocks of runs: a row for each commit, joined to chunks once there are enough of them. */
import { cutLooks, emptyLooks, joinLooks } from '../../shared/run/looks.ts';
import type { Looks } from '../../shared/run/looks.ts';
import type { ReadHandle, WriteHandle } from './handle.ts';
import { packLooks, unpackLooks } from './packedLooks.ts';

/** Rows of the tail that become one chunk. */
const tailRows = 64;

const queries = {
  add: 'INSERT OR REPLACE INTO looks (run, first_step, last_step, sealed, looks) VALUES (?, ?, ?, ?, ?)',
  tail: 'SELECT first_step AS firstStep, looks FROM looks WHERE run = ? AND sealed = 0 ORDER BY first_step',
  tailLength: 'SELECT count(*) AS rows FROM looks WHERE run = ? AND sealed = 0',
  forgetTail: 'DELETE FROM looks WHERE run = ? AND sealed = 0',
  after: 'SELECT looks FROM looks WHERE run = ? AND last_step > ? ORDER BY first_step',
  forgetAfter: 'DELETE FROM looks WHERE run = ? AND last_step > ?',
} as const;

interface Row {
  readonly looks: Uint8Array;
}

/** Adds looks of a run; steps rise. To be called inside a transaction. */
export function appendLooks(handle: WriteHandle, run: number, looks: Looks): void {
  if (looks.steps.length === 0) return;
  add(handle, run, looks, false);
  if (handle.get<{ rows: number }>(queries.tailLength, run)!.rows < tailRows) return;
  const tail = handle.all<Row>(queries.tail, run).map((row) => unpackLooks(row.looks));
  handle.run(queries.forgetTail, run);
  add(handle, run, joinLooks(tail), true);
}

function add(handle: WriteHandle, run: number, looks: Looks, sealed: boolean): void {
  const { steps } = looks;
  handle.run(queries.add, run, steps[0]!, steps.at(-1)!, sealed ? 1 : 0, packLooks(looks));
}

/** The looks of a run after a step. */
export function readLooks(handle: ReadHandle, run: number, afterStep: number): Looks {
  const rows = handle.all<Row>(queries.after, run, afterStep).map((row) => unpackLooks(row.looks));
  const [first, ...others] = rows;
  if (!first) return emptyLooks(0);
  // Only the first chunk may begin before.
  const from = first.steps.findIndex((step) => step > afterStep);
  return joinLooks([cutLooks(first, from, first.steps.length), ...others]);
}

/** Forgets the looks after a step, for a run that goes on from there. To be called inside a transaction. */
export function forgetLooksAfter(handle: WriteHandle, run: number, step: number): void {
  const rows = handle.all<Row>(queries.after, run, step).map((row) => unpackLooks(row.looks));
  handle.run(queries.forgetAfter, run, step);
  for (const looks of rows) {
    const kept = looks.steps.findIndex((each) => each > step);
    if (kept > 0) add(handle, run, cutLooks(looks, 0, kept), false);
  }
}
