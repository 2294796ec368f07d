/** Which programs have the database open. A row whose program is gone tells of an unclean end. */
import type { ReadHandle, WriteHandle } from './handle.ts';
import { isAlive } from './process.ts';
import type { ProcessMark } from './process.ts';

/** Programs that ended without closing the database. */
export function abandonedOpenings(handle: ReadHandle): ProcessMark[] {
  return handle.all<ProcessMark>('SELECT pid, start FROM openings').filter((mark) => !isAlive(mark));
}

export function noteOpening(handle: WriteHandle, { pid, start }: ProcessMark): void {
  handle.run('INSERT OR REPLACE INTO openings (pid, start, at_ms) VALUES (?, ?, ?)', pid, start, Date.now());
}

export function forgetOpening(handle: WriteHandle, { pid, start }: ProcessMark): void {
  handle.run('DELETE FROM openings WHERE pid = ? AND start = ?', pid, start);
}
