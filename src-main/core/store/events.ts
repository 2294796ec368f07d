/** Lines of a run's log, in the order in which they came. */
import type { RunDetail } from '../../shared/contract.ts';
import type { Told } from '../../shared/told.ts';
import type { ReadHandle, WriteHandle } from './handle.ts';

/** `said`: 1 where the text is a sentence with its values (JSON), 0 where it is words as they are. */
export const toldEvents = 'ALTER TABLE events ADD COLUMN said INTEGER NOT NULL DEFAULT 0;';

export type RunEventLine = RunDetail['events'][number];

/** Adds a line behind the others. */
export function addEvent(handle: WriteHandle, run: number, { atMs, kind, text }: RunEventLine): void {
  handle.run(
    'INSERT INTO events (run, place, at_ms, kind, text, said) VALUES (?, (SELECT coalesce(max(place), 0) + 1 FROM events WHERE run = ?), ?, ?, ?, ?)',
    run,
    run,
    atMs,
    kind,
    typeof text === 'string' ? text : JSON.stringify(text),
    typeof text === 'string' ? 0 : 1,
  );
}

/** All lines of a run. */
export function readEvents(handle: ReadHandle, run: number): RunEventLine[] {
  return handle
    .all<{ atMs: number; kind: string; text: string; said: 0 | 1 }>(
      'SELECT at_ms AS atMs, kind, text, said FROM events WHERE run = ? ORDER BY place',
      run,
    )
    .map(({ said, text, ...line }) => ({ ...line, text: said ? (JSON.parse(text) as Told) : text }));
}
