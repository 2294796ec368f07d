/** Probes of runs: one row each, the numbers in a blob: places on the axis, accuracies, losses, float64 each. */
import type { Probe } from '../../shared/run/probe.ts';
import type { ReadHandle, WriteHandle } from './handle.ts';

interface Row {
  readonly kind: Probe['kind'];
  readonly step: number;
  readonly split: string;
  readonly images: number;
  readonly accuracy: number;
  readonly loss: number | null;
  readonly numbers: Uint8Array;
}

/** Stores a probe; one of the same kind, step and number of images is replaced. */
export function addProbe(handle: WriteHandle, run: number, probe: Probe): void {
  const { kind, step, split, images, baseline, x, accuracy, loss } = probe;
  const numbers = Float64Array.from([...x, ...accuracy, ...loss]);
  handle.run(
    `INSERT OR REPLACE INTO probes (run, kind, step, split, images, accuracy, loss, numbers) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    run,
    kind,
    step,
    split,
    images,
    baseline.accuracy,
    baseline.loss,
    new Uint8Array(numbers.buffer),
  );
}

/** All probes of a run. @param id as it is shown. */
export function readProbes(handle: ReadHandle, run: number, id: string): Probe[] {
  return handle
    .all<Row>(
      'SELECT kind, step, split, images, accuracy, loss, numbers FROM probes WHERE run = ? ORDER BY kind, step, images',
      run,
    )
    .map(({ kind, step, split, images, accuracy, loss, numbers: blob }) => {
      const numbers = new Float64Array(Uint8Array.from(blob).buffer);
      const count = numbers.length / 3;
      const part = (at: number) => numbers.slice(at * count, (at + 1) * count);
      const baseline = { accuracy, loss };
      return { run: id, kind, step, split, images, baseline, x: part(0), accuracy: part(1), loss: part(2) };
    });
}

/** Forgets the probes of later checkpoints, for a run that goes on from a step. To be called inside a transaction. */
export function forgetProbesAfter(handle: WriteHandle, run: number, step: number): void {
  handle.run('DELETE FROM probes WHERE run = ? AND step > ?', run, step);
}
