/**
 * Checkpoints that are whole on the disk: the row is written last, so it is the proof. Rows hold a file's name alone, so
 * that a data folder can be moved.
 */
import { basename, join } from 'node:path';
import type { RunDetail } from '../../shared/contract.ts';
import type { ReadHandle, WriteHandle } from './handle.ts';

export type CheckpointEntry = RunDetail['checkpoints'][number];

/** Checkpoints of a run that are kept besides the best and the pinned ones. */
export const keptCheckpoints = 2;

interface Row extends Omit<CheckpointEntry, 'best' | 'pinned'> {
  readonly best: number;
  readonly pinned: number;
}

/** Notes a checkpoint; one of the same step and file is replaced and stays pinned. A new best one takes the old one's place. */
export function addCheckpoint(
  handle: WriteHandle,
  run: number,
  { step, file, bytes, sha256, atMs, best, pinned }: CheckpointEntry,
): void {
  if (best) handle.run('UPDATE checkpoints SET best = 0 WHERE run = ?', run);
  handle.run(
    `INSERT INTO checkpoints (run, step, file, bytes, sha256, at_ms, best, pinned) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (run, step, file) DO UPDATE SET
       bytes = excluded.bytes, sha256 = excluded.sha256, at_ms = excluded.at_ms, best = max(best, excluded.best)`,
    run,
    step,
    basename(file),
    bytes,
    sha256,
    atMs,
    best ? 1 : 0,
    pinned ? 1 : 0,
  );
}

/** Pins a checkpoint, or lets it go. @returns whether there is one of this step. */
export const pinCheckpoint = (handle: WriteHandle, run: number, step: number, pinned: boolean): boolean =>
  handle.run('UPDATE checkpoints SET pinned = ? WHERE run = ? AND step = ?', pinned ? 1 : 0, run, step) > 0;

/** Strikes a checkpoint out; its file is the caller's. */
export function removeCheckpoint(handle: WriteHandle, run: number, step: number, file: string): void {
  handle.run('DELETE FROM checkpoints WHERE run = ? AND step = ? AND file = ?', run, step, basename(file));
}

/** Strikes out those that are neither among the newest nor the best nor pinned, and returns them; their files are the caller's. */
export function retireCheckpoints(handle: WriteHandle, run: number, folder: string): CheckpointEntry[] {
  const all = readCheckpoints(handle, run, folder);
  const retired = all.slice(0, -keptCheckpoints).filter(({ best, pinned }) => !best && !pinned);
  for (const { step, file } of retired) removeCheckpoint(handle, run, step, file);
  return retired;
}

/** Strikes out those of later steps, and returns them; their files are the caller's. */
export function removeCheckpointsAfter(
  handle: WriteHandle,
  run: number,
  step: number,
  folder: string,
): CheckpointEntry[] {
  const later = readCheckpoints(handle, run, folder).filter((checkpoint) => checkpoint.step > step);
  for (const checkpoint of later) removeCheckpoint(handle, run, checkpoint.step, checkpoint.file);
  return later;
}

/** All checkpoints of a run, by step. @param folder where the run's files lie. */
export function readCheckpoints(handle: ReadHandle, run: number, folder: string): CheckpointEntry[] {
  return handle
    .all<Row>(
      'SELECT step, file, bytes, sha256, at_ms AS atMs, best, pinned FROM checkpoints WHERE run = ? ORDER BY step',
      run,
    )
    .map((row) => ({ ...row, file: join(folder, row.file), best: row.best !== 0, pinned: row.pinned !== 0 }));
}
