/**
 * Where the engine is, whether it is whole, and what an installation would do.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { findCard } from './card.mjs';
import { hashOfFile } from './download.mjs';
import { engineVersion, engineWheels } from './engine-wheels.mjs';
import { cacheFolder } from './paths.mjs';
import { tell } from './told.mjs';

/**
 * @typedef {import('./engine-wheels.mjs').Flavour} Flavour
 * @typedef {import('./engine-wheels.mjs').Wheel} Wheel
 *
 * @typedef {object} LocatedEngine
 * @property {'missing' | 'ready' | 'broken'} state
 * @property {Flavour} flavour
 * @property {string} version of TensorFlow
 * @property {string} folder
 * @property {string} addon path of the addon to load
 * @property {string} libraries folder of TensorFlow's libraries
 * @property {number | null} bytes on disk, null where not installed
 * @property {boolean | null} groupedGradients whether gradients of grouped convolutions are right; null where unknown
 * @property {import('./told.mjs').Told | null} problem what is broken
 */

/**
 * The flavour for a machine with or without a card: `RESIDUA_ENGINE` (cpu or cuda) where set, else `cuda` with one.
 * @param {import('./card.mjs').Card | null} card
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {Flavour}
 */
export function flavourFor(card, environment = process.env) {
  const { RESIDUA_ENGINE: chosen } = environment;
  if (chosen === 'cpu' || chosen === 'cuda') return chosen;
  return card ? 'cuda' : 'cpu';
}

/** The flavour for this machine. @param {NodeJS.ProcessEnv} [environment] */
export async function engineFlavour(environment = process.env) {
  return flavourFor(await findCard(environment), environment);
}

/** @param {Flavour} flavour @param {string} cache */
export const folderOf = (flavour, cache) => join(cache, 'engine', `${flavour}-${engineVersion}`);

/** Names the pins that an engine was made from. @param {readonly Wheel[]} wheels */
export const pinsOf = (wheels) => wheels.map((wheel) => wheel.sha256.slice(0, 16)).join(' ');

/**
 * Looks for an installed engine; loads nothing.
 * @param {{ flavour: Flavour, cache?: string, wheels?: readonly Wheel[] }} options
 * @returns {LocatedEngine}
 */
export function locateEngine({ flavour, cache = cacheFolder(), wheels = engineWheels[flavour] }) {
  const folder = folderOf(flavour, cache);
  const libraries = join(folder, 'tensorflow');
  const addon = join(folder, 'tfjs_binding.node');
  const place = { flavour, version: engineVersion, folder, addon, libraries };
  const unknown = { bytes: null, groupedGradients: null };
  /** @type {{ pins?: string, groupedGradients?: boolean, files?: Record<string, number> }} */
  let note;
  try {
    note = JSON.parse(readFileSync(join(folder, 'engine.json'), 'utf8'));
  } catch {
    return { ...place, ...unknown, state: 'missing', problem: null };
  }
  if (note.pins !== pinsOf(wheels)) return { ...place, ...unknown, state: 'missing', problem: null };
  const files = Object.entries(note.files ?? {});
  const damaged = files.find(
    ([name, bytes]) => statSync(join(folder, name), { throwIfNoEntry: false })?.size !== bytes,
  );
  const bytes = files.reduce((sum, [, size]) => sum + size, 0);
  const known = { bytes, groupedGradients: note.groupedGradients ?? null };
  if (damaged)
    return {
      ...place,
      ...known,
      state: 'broken',
      problem: tell('{file} is missing or has another size', { file: damaged[0] }),
    };
  return { ...place, ...known, state: 'ready', problem: null };
}

/**
 * What an installation would do; touches nothing.
 * @param {{ flavour: Flavour, cache?: string, wheels?: readonly Wheel[] }} options
 * @returns {Promise<{ flavour: Flavour, version: string, folder: string, wheels: readonly Wheel[], missing: readonly Wheel[], downloadBytes: number, neededBytes: number }>}
 *   `missing`: wheels that are not in the cache yet; `neededBytes`: disk space for downloads and engine together
 */
export async function planEngine({ flavour, cache = cacheFolder(), wheels = engineWheels[flavour] }) {
  const missing = [];
  for (const wheel of wheels) {
    if ((await hashOfFile(join(cache, 'downloads', wheel.file)).catch(() => null)) !== wheel.sha256)
      missing.push(wheel);
  }
  const downloadBytes = missing.reduce((sum, wheel) => sum + wheel.bytes, 0);
  const unpackedBytes = wheels.reduce((sum, wheel) => sum + wheel.unpackedBytes, 0);
  return {
    flavour,
    version: engineVersion,
    folder: folderOf(flavour, cache),
    wheels,
    missing,
    downloadBytes,
    neededBytes: downloadBytes + unpackedBytes,
  };
}

/**
 * Engines of other versions and flavours that are installed, or what is left of them.
 * @param {{ flavour: Flavour, cache?: string }} options
 * @returns {{ flavour: string, version: string, folder: string }[]}
 */
export function otherEngines({ flavour, cache = cacheFolder() }) {
  const wanted = basename(folderOf(flavour, cache));
  const below = join(cache, 'engine');
  const names = existsSync(below) ? readdirSync(below) : [];
  return names.flatMap((name) => {
    const [, kind, version] = /^(cpu|cuda)-(\d[\d.]*)$/.exec(name) ?? [];
    return kind && version && name !== wanted ? [{ flavour: kind, version, folder: join(below, name) }] : [];
  });
}

/** Removes an engine. Processes that have it loaded go on. @param {{ flavour: Flavour, cache?: string }} options */
export async function removeEngine({ flavour, cache = cacheFolder() }) {
  await removeFolder(folderOf(flavour, cache));
}

/**
 * Removes older engines of a flavour, once a newer one is ready.
 * @param {{ flavour: Flavour, cache?: string }} options
 */
export async function removeOlderEngines(options) {
  for (const other of otherEngines(options)) if (other.flavour === options.flavour) await removeFolder(other.folder);
}

/** What makes it an engine goes first. @param {string} folder */
async function removeFolder(folder) {
  await rm(join(folder, 'engine.json'), { force: true });
  await rm(folder, { recursive: true, force: true });
}
