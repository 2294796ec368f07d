/** Lines of a run's log, in the order in which they came. */
import type { RunDetail } from '../../shared/contract.ts';
import type { ReadHandle, WriteHandle } from './handle.ts';

export type RunEventLine = RunDetail['events'][number];

/** Adds a line behind the others. */
export function addEvent(handle: WriteHandle, run: number, { atMs, kind, text }: RunEventLine): void {
  handle.run(
    'INSERT INTO events (run, place, at_ms, kind, text) VALUES (?, (SELECT coalesce(max(place), 0) + 1 FROM events WHERE run = ?), ?, ?, ?)',
    run,
    run,
    atMs,
    kind,
    text,
  );
}

/** All lines of a run. */
export function readEvents(handle: ReadHandle, run: number): RunEventLine[] {
  return handle.all<RunEventLine>('SELECT at_ms AS atMs, kind, text FROM events WHERE run = ? ORDER BY place', run);
}
