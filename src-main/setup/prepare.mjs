/**
 * Everything between a fresh clone and a running program, in one order: tools, packages, build, engine, Electron. What is
 * there already costs a look at a few files.
 */
import { join } from 'node:path';
import { prebuiltAddon } from './addon.mjs';
import { findProgram, run } from './child.mjs';
import { electronRuntime, findInstalledRuntime } from './electron.mjs';
import { engineFlavour, installEngine, locateEngine, planEngine } from './engine.mjs';
import { gigabytes, SetupFailure } from './failure.mjs';
import { applicationNode, ensurePackages, packagesAreFresh } from './packages.mjs';
import { cacheFolder } from './paths.mjs';
import { staleParts } from './sources.mjs';
import { requireTools } from './tools.mjs';

/** Bytes of all npm packages, as they are downloaded, and of an Electron. */
const packagesBytes = 240e6;
const electronBytes = 120e6;

/**
 * @typedef {object} Prepared
 * @property {string} node that runs the program
 * @property {import('./electron.mjs').ElectronRuntime | null} electron null where not asked for
 *
 * @typedef {object} PrepareOptions
 * @property {readonly import('./sources.mjs').Part[]} parts to build
 * @property {boolean} engine
 * @property {boolean} electron
 * @property {import('./engine.mjs').InstallControl} control
 * @property {ReturnType<typeof import('./progress.mjs').progressLine>} line
 */

/**
 * Prepares a checkout.
 * @param {string} checkout
 * @param {PrepareOptions} options
 * @returns {Promise<Prepared>}
 * @throws {SetupFailure}
 */
export async function prepare(checkout, { parts, engine, electron, control, line }) {
  const { signal } = control;
  const flavour = engine ? await engineFlavour() : 'cpu';
  const needsEngine = engine && locateEngine({ flavour }).state !== 'ready';
  const needsPackages = !packagesAreFresh(checkout);
  const needsElectron = electron && (needsPackages || findInstalledRuntime({ checkout }) === null);
  if (needsEngine || needsPackages || needsElectron) {
    await requireTools({
      packages: needsPackages,
      engine: needsEngine,
      compiler: needsEngine && prebuiltAddon() === null,
      runtime: needsElectron,
    });
    const plan = needsEngine ? await planEngine({ flavour }) : null;
    const bytes =
      (needsPackages ? packagesBytes : 0) + (plan?.downloadBytes ?? 0) + (needsElectron ? electronBytes : 0);
    const what = [needsPackages && 'packages', needsEngine && `engine (${flavour})`, needsElectron && 'Electron']
      .filter(Boolean)
      .join(', ');
    line.say(`Setting up ${what}: about ${gigabytes(bytes)} to download, kept in ${cacheFolder()} and node_modules.`);
  }
  await ensurePackages(checkout, { signal, onPhase: (phase) => line.say(`${phase} …`) });
  const node = applicationNode(checkout);
  await ensureBuild(checkout, node, parts, signal);
  if (needsEngine) await installEngine({ flavour, control, onProgress: line.show });
  const runtime = electron
    ? await electronRuntime({ checkout, signal, onProgress: line.show, onLine: line.say })
    : null;
  line.close();
  return { node, electron: runtime };
}

/**
 * Builds what changed of some parts.
 * @param {string} checkout
 * @param {string} node
 * @param {readonly import('./sources.mjs').Part[]} wanted
 * @param {AbortSignal} signal
 */
async function ensureBuild(checkout, node, wanted, signal) {
  const stale = staleParts(checkout).filter((part) => wanted.includes(part));
  if (stale.length === 0) return;
  const build = join(checkout, 'src-main/setup/build.mjs');
  const { status, stderr } = await run(node, [build, ...stale], { cwd: checkout, signal });
  if (status !== 0) throw new SetupFailure(stderr.trim() || 'The build failed.', '');
}

/** A guard that ends a program with us even when we are killed; null where the system has none. */
export const guard = () => (process.platform === 'linux' ? findProgram('setpriv') : null);
