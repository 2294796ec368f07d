/** Questions about many runs at once: their settings, the seeds of one recipe, the trash. */
import type { Run, RunDetail } from '../../shared/contract.ts';
import { costOf, importedFamily, settingsKey, settingsOf } from '../../shared/run/settings.ts';
import type { Settings } from '../../shared/run/settings.ts';
import type { ReadHandle, WriteHandle } from './handle.ts';
import { runOf } from './runRow.ts';
import type { RunRow } from './runRow.ts';
import { runNumber } from './runs.ts';

type Texts = Pick<RunRow, 'id' | 'family' | 'data' | 'spec' | 'recipe'>;

const partsOf = (row: Texts) => ({
  data: row.data,
  spec: JSON.parse(row.spec) as RunDetail['spec'],
  recipe: JSON.parse(row.recipe) as RunDetail['recipe'],
});

/**
 * Recipe, network and cost of runs, of all outside the trash where none are named; nothing of what came from another
 * program. Fails with `run.unknown`.
 */
export function readRunSettings(handle: ReadHandle, ids?: readonly string[]): { run: string; settings: Settings }[] {
  const columns = 'SELECT id, family, data, spec, recipe FROM runs';
  const rows = ids
    ? ids.flatMap((id) => handle.all<Texts>(`${columns} WHERE number = ?`, runNumber(handle, id)))
    : handle.all<Texts>(`${columns} WHERE removed_ms IS NULL`);
  // Most runs share a network with others.
  const costs = new Map<string, Settings>();
  const settings = (row: Texts): Settings => {
    if (row.family === importedFamily) return {};
    const parts = partsOf(row);
    let cost = costs.get(row.spec);
    if (!cost) costs.set(row.spec, (cost = costOf(parts.spec)));
    return { ...settingsOf(parts), ...cost };
  };
  return rows.map((row) => ({ run: row.id, settings: settings(row) }));
}

/**
 * The runs that differ from one in nothing but their seed, itself among them, by seed; those in the trash left out.
 * Fails with `run.unknown`.
 */
export function readSeeds(handle: ReadHandle, id: string): Run[] {
  const one = handle.get<RunRow>('SELECT * FROM runs WHERE number = ?', runNumber(handle, id))!;
  const key = settingsKey(partsOf(one));
  return handle
    .all<RunRow>('SELECT * FROM runs WHERE data = ? AND network = ?', one.data, one.network)
    .filter((row) => row.removed_ms === null && settingsKey(partsOf(row)) === key)
    .map(runOf)
    .sort((a, b) => a.seed - b.seed || a.createdAtMs - b.createdAtMs);
}

/** Runs in the trash, the latest removed first, with the bytes of their checkpoints. */
export function readTrash(handle: ReadHandle): { run: Run; bytes: number }[] {
  return handle
    .all<RunRow>('SELECT * FROM runs WHERE removed_ms IS NOT NULL ORDER BY removed_ms DESC')
    .map((row) => ({ run: runOf(row), bytes: checkpointBytes(handle, row.number) }));
}

const checkpointBytes = (handle: ReadHandle, run: number): number =>
  handle.get<{ bytes: number }>('SELECT coalesce(sum(bytes), 0) AS bytes FROM checkpoints WHERE run = ?', run)!.bytes;

/** Deletes a run with its points, events and checkpoint entries. Fails with `run.unknown`. */
export function deleteRun(handle: WriteHandle, id: string): void {
  handle.run('DELETE FROM runs WHERE number = ?', runNumber(handle, id));
}
