/** Checkpoints that are whole on the disk: the row is written last, so it is the proof. */
import type { RunDetail } from '../../shared/contract.ts';
import type { ReadHandle, WriteHandle } from './handle.ts';

export type CheckpointEntry = RunDetail['checkpoints'][number];

/** Notes a checkpoint; one of the same step and file is replaced. */
export function addCheckpoint(
  handle: WriteHandle,
  run: number,
  { step, file, bytes, sha256, atMs }: CheckpointEntry,
): void {
  handle.run(
    'INSERT OR REPLACE INTO checkpoints (run, step, file, bytes, sha256, at_ms) VALUES (?, ?, ?, ?, ?, ?)',
    run,
    step,
    file,
    bytes,
    sha256,
    atMs,
  );
}

/** Strikes a checkpoint out; its file is the caller's. */
export function removeCheckpoint(handle: WriteHandle, run: number, step: number, file: string): void {
  handle.run('DELETE FROM checkpoints WHERE run = ? AND step = ? AND file = ?', run, step, file);
}

/** All checkpoints of a run, by step. */
export function readCheckpoints(handle: ReadHandle, run: number): CheckpointEntry[] {
  return handle.all<CheckpointEntry>(
    'SELECT step, file, bytes, sha256, at_ms AS atMs FROM checkpoints WHERE run = ? ORDER BY step',
    run,
  );
}
