/**
 * The tools that set-up leans on: all that are missing are named at once, before anything is downloaded.
 */
import { findProgram, run } from './child.mjs';
import { SetupFailure } from './failure.mjs';

/**
 * @typedef {object} Needs what set-up is going to do
 * @property {boolean} packages install npm packages
 * @property {boolean} engine install the engine
 * @property {boolean} compiler compile the engine's addon
 * @property {boolean} runtime unpack something from a Python wheel
 *
 * @typedef {{ tool: string, why: string, debian: string }} MissingTool
 */

/** Oldest Node that set-up runs on. */
const oldestNode = 20;

/**
 * The tools that are missing for what is to be done.
 * @param {Needs} needs
 * @param {{ environment?: NodeJS.ProcessEnv, nodeVersion?: string }} [options]
 * @returns {Promise<MissingTool[]>}
 */
export async function missingTools(needs, { environment = process.env, nodeVersion = process.version } = {}) {
  /** @type {MissingTool[]} */
  const missing = [];
  const miss = (/** @type {string} */ tool, /** @type {string} */ why, /** @type {string} */ debian) =>
    missing.push({ tool, why, debian });
  if (Number.parseInt(nodeVersion.slice(1), 10) < oldestNode)
    miss(`Node ${oldestNode} or newer (this is ${nodeVersion})`, 'runs the set-up', 'nodejs');
  if (needs.packages && !findProgram('npm', environment)) miss('npm', 'installs packages', 'npm');
  if (needs.engine || needs.runtime) {
    if (!findProgram('python3', environment)) {
      miss('python3', 'unpacks the engine', 'python3');
      miss('pip', 'downloads the engine', 'python3-pip');
    } else if ((await run('python3', ['-m', 'pip', '--version'], { env: environment })).status !== 0)
      miss('pip', 'downloads the engine', 'python3-pip');
  }
  if (needs.compiler && !findProgram('g++', environment)) miss('g++', 'compiles the link to the engine', 'g++');
  return missing;
}

/**
 * One line that names all missing tools and one command that installs them.
 * @param {readonly MissingTool[]} missing at least one
 */
export function describeMissing(missing) {
  const names = missing.map(({ tool, why }) => `${tool} (${why})`).join(', ');
  const packages = [...new Set(missing.map(({ debian }) => debian))].join(' ');
  return new SetupFailure(
    `Missing on this machine: ${names}.`,
    `On Debian or Ubuntu: sudo apt-get update && sudo apt-get install -y ${packages}`,
  );
}

/** @param {Needs} needs @throws {SetupFailure} that names everything that is missing */
export async function requireTools(needs) {
  const missing = await missingTools(needs);
  if (missing.length > 0) throw describeMissing(missing);
}
