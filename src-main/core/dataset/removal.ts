/**
 * Taking datasets out of the library: first out of sight, where they can be had back, then off the disk. Blocks are shared:
 * one goes when no dataset, in sight or out of it, needs it.
 */
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Dataset } from '../../shared/dataset.ts';
import { expected } from '../../shared/failure.ts';
import { blockPath, isHeld } from './blocks.ts';
import { syncFolder, writeFailure } from './files.ts';
import { blocksOf, manifestIds, parseManifest, readManifest, removedManifestPath, manifestPath } from './manifest.ts';
import type { Manifest } from './manifest.ts';

const lostAfterMs = 3600_000;

/** Manifests of removed datasets; those that cannot be read are left out. */
function removedManifests(home: string): Manifest[] {
  const folder = join(home, 'datasets');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((id) => {
    const path = removedManifestPath(home, id);
    return existsSync(path) ? (quietly(() => parseManifest(path, id)) ?? []) : [];
  });
}

function quietly<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch {
    return null;
  }
}

/** Hashes of all blocks that some dataset needs; null where a manifest cannot be read and nobody knows. */
function neededBlocks(home: string, withRemoved: boolean): Set<string> | null {
  const needed = new Set<string>();
  for (const id of manifestIds(home)) {
    const manifest = quietly(() => readManifest(home, id));
    if (!manifest) return null;
    for (const { sha256 } of blocksOf(manifest)) needed.add(sha256);
  }
  if (withRemoved)
    for (const manifest of removedManifests(home)) for (const { sha256 } of blocksOf(manifest)) needed.add(sha256);
  return needed;
}

function move(from: string, to: string, folder: string): void {
  try {
    renameSync(from, to);
    syncFolder(folder);
  } catch (thrown) {
    throw writeFailure(thrown, folder, 4096);
  }
}

/** Takes a dataset out of sight; its blocks stay. @throws {Expected} `data.unknown`, `data.builtIn`, `folder.denied` */
export function removeDataset(home: string, id: string): Dataset {
  const manifest = readManifest(home, id);
  if (!manifest) throw expected('data.unknown', { name: id, near: '' });
  if (manifest.dataset.builtIn) throw expected('data.builtIn', { name: manifest.dataset.name });
  move(manifestPath(home, id), removedManifestPath(home, id), join(home, 'datasets', id));
  return manifest.dataset;
}

/** Brings a removed dataset back. @throws {Expected} `data.unknown` where it was never there or its space was freed */
export function restoreDataset(home: string, id: string): Dataset {
  const present = readManifest(home, id);
  if (present) return present.dataset;
  const removed = removedManifests(home).find(({ dataset }) => dataset.id === id);
  if (!removed) throw expected('data.unknown', { name: id, near: '' });
  move(removedManifestPath(home, id), manifestPath(home, id), join(home, 'datasets', id));
  return removed.dataset;
}

/** Datasets that were removed and can be had back. */
export const removedDatasets = (home: string): Dataset[] =>
  removedManifests(home)
    .map(({ dataset }) => dataset)
    .filter(({ id }) => !existsSync(manifestPath(home, id)));

/** Bytes of all blocks, and of those that `emptyRemoved` would free. */
export function usedSpace(home: string): { readonly usedBytes: number; readonly removedBytes: number } {
  const sizeOf = (hash: string) => statSync(blockPath(home, hash), { throwIfNoEntry: false })?.size ?? 0;
  const sum = (hashes: Iterable<string>) => [...hashes].reduce((total, hash) => total + sizeOf(hash), 0);
  const needed = neededBlocks(home, false);
  const all = needed && neededBlocks(home, true);
  if (!needed || !all) return { usedBytes: 0, removedBytes: 0 };
  const removed = [...all].filter((hash) => !needed.has(hash));
  const lost = lostFiles(home, all);
  return { usedBytes: sum([...all, ...lost]), removedBytes: sum([...removed, ...lost]) };
}

/**
 * Names of files among the blocks that no dataset needs: left by a program that was killed while it imported. Young ones
 * may belong to an import of another program.
 */
function lostFiles(home: string, needed: ReadonlySet<string>): string[] {
  const folder = join(home, 'blocks');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => {
    if (needed.has(name) || isHeld(home, name)) return false;
    const facts = statSync(join(folder, name), { throwIfNoEntry: false });
    return facts !== undefined && facts.isFile() && Date.now() - facts.mtimeMs > lostAfterMs;
  });
}

/** Frees the space of all removed datasets, and of what killed imports left. Returns the bytes that were freed. */
export function emptyRemoved(home: string): number {
  const removed = removedManifests(home);
  const needed = neededBlocks(home, false);
  for (const { dataset } of removed) {
    rmSync(removedManifestPath(home, dataset.id), { force: true });
    if (!existsSync(manifestPath(home, dataset.id)))
      rmSync(join(home, 'datasets', dataset.id), { recursive: true, force: true });
  }
  if (!needed) return 0;
  const hashes = removed.flatMap((manifest) => blocksOf(manifest).map(({ sha256 }) => sha256));
  return removeBlocks(home, new Set([...hashes, ...lostFiles(home, needed)]), needed);
}

/** Takes a dataset away that an import made on its way; blocks that others need stay. */
export function discardDataset(home: string, id: string): void {
  const manifest = readManifest(home, id);
  if (!manifest) return;
  rmSync(join(home, 'datasets', id), { recursive: true, force: true });
  removeUnneeded(
    home,
    blocksOf(manifest).map(({ sha256 }) => sha256),
  );
}

/** Removes those of `blocks` that no dataset needs; for what an abandoned import wrote. */
export function removeUnneeded(home: string, blocks: Iterable<string>): void {
  const needed = neededBlocks(home, true);
  if (needed) removeBlocks(home, new Set(blocks), needed);
}

function removeBlocks(home: string, blocks: ReadonlySet<string>, needed: ReadonlySet<string>): number {
  let freed = 0;
  for (const hash of blocks) {
    if (needed.has(hash) || isHeld(home, hash)) continue;
    const path = blockPath(home, hash);
    freed += statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    rmSync(path, { force: true });
  }
  return freed;
}
