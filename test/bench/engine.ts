/** The engine of a benchmark: the one that training uses. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, engineFlavour, locateEngine } from '../../src-main/setup/engine.mjs';
import { loadEngine } from '../../src-main/trainer/engine.ts';
import type { LoadedEngine } from '../../src-main/trainer/engine.ts';

/** Folder for what benchmarks keep: the data they train on, graphs for a moment, peers. */
export function benchFolder(...parts: readonly string[]): string {
  const folder = join(cacheFolder(), 'bench', ...parts);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** @throws Expected where no engine is installed. */
export async function benchEngine(): Promise<LoadedEngine> {
  const { folder } = locateEngine({ flavour: await engineFlavour() });
  return loadEngine(folder, 'auto');
}
