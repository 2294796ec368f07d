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

/** Runs that differ in nothing but their seed, by seed; `asked` are those among them that were named. */
export interface SeedsOfRecipe {
  readonly asked: string[];
  readonly members: Run[];
}

/** The recipes of the runs that are named, each once, with all its seeds outside the trash. Fails with `run.unknown`. */
export function readSeeds(handle: ReadHandle, ids: readonly string[]): SeedsOfRecipe[] {
  const recipes = new Map<string, SeedsOfRecipe>();
  // Runs of one network on the same data are read once, however many of them are named.
  const read = new Set<string>();
  const keys = new Map<string, string>();
  for (const id of ids) {
    const { data, network } = handle.get<RunRow>('SELECT * FROM runs WHERE number = ?', runNumber(handle, id))!;
    const kin = JSON.stringify([data, network]);
    if (!read.has(kin))
      for (const row of handle.all<RunRow>('SELECT * FROM runs WHERE data = ? AND network = ?', data, network)) {
        const key = settingsKey(partsOf(row));
        keys.set(row.id, key);
        const recipe = recipes.get(key) ?? { asked: [], members: [] };
        recipes.set(key, recipe);
        if (row.removed_ms === null) recipe.members.push(runOf(row));
      }
    read.add(kin);
    recipes.get(keys.get(id)!)!.asked.push(id);
  }
  const named = [...new Set(ids.map((id) => recipes.get(keys.get(id)!)!))];
  for (const { members } of named) members.sort((a, b) => a.seed - b.seed || a.createdAtMs - b.createdAtMs);
  return named;
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
