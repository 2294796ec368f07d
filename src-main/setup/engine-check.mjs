/**
 * Asks an installed engine, in a child process, what it computes on and whether it computes right; where a card is
 * present and not reached, names the library that is missing.
 */
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findCard } from './card.mjs';
import { run } from './child.mjs';
import { cudaLibraries, explainMissingGpu } from './cuda.mjs';
import { SetupFailure } from './failure.mjs';
import { cacheFolder } from './paths.mjs';
import { tell } from './told.mjs';

/**
 * Environment for a process that loads the engine.
 * @param {{ folder: string, device?: 'auto' | 'cpu' | 'gpu', cache?: string, environment?: NodeJS.ProcessEnv }} options
 *   `device`: `cpu` hides all cards
 * @returns {NodeJS.ProcessEnv}
 */
export function engineEnvironment({ folder, device = 'auto', cache = cacheFolder(), environment = process.env }) {
  const compiler = join(folder, 'nvidia', 'cuda_nvcc', 'bin');
  return {
    TF_CPP_MIN_LOG_LEVEL: '2',
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    // Kernels for cards newer than the build are compiled at first use, for minutes: keep them.
    CUDA_CACHE_PATH: join(cache, 'cuda'),
    CUDA_CACHE_MAXSIZE: String(4 * 1024 ** 3),
    ...environment,
    ...(existsSync(compiler) ? { PATH: `${compiler}${delimiter}${environment.PATH ?? ''}` } : {}),
    ...(device === 'cpu' ? { CUDA_VISIBLE_DEVICES: '-1' } : {}),
  };
}

/** @typedef {{ error?: string, gpu?: boolean, groupedGradients?: boolean, version?: string, unloadable?: { library: string, reason: string } | null }} ProbeAnswer */

/**
 * @param {'devices' | 'gradient'} task
 * @param {string} addon
 * @param {{ env: NodeJS.ProcessEnv, signal?: AbortSignal | undefined, libraries?: readonly string[] }} options
 *   `libraries`: to be tried where no card is reached
 * @returns {Promise<{ answer: ProbeAnswer, log: string }>}
 */
async function probe(task, addon, { env, signal, libraries = [] }) {
  const program = fileURLToPath(new URL('./probe.mjs', import.meta.url));
  const {
    status,
    signal: killer,
    stdout,
    stderr,
  } = await run(process.execPath, [program, task, addon, ...libraries], { env, signal });
  try {
    return { answer: JSON.parse(stdout), log: stderr };
  } catch {
    const reason = stderr.trim().split('\n').at(-1) || `its process ended with ${killer ?? `status ${status}`}`;
    return { answer: { error: reason }, log: stderr };
  }
}

/**
 * Runs one grouped convolution's gradients through the engine and compares them with their definition.
 * @param {{ addon: string, signal?: AbortSignal | undefined }} options
 * @returns {Promise<boolean>} false where grouped convolutions must be split
 * @throws {SetupFailure} where the engine cannot be loaded
 */
export async function checkGradients({ addon, signal }) {
  const { answer } = await probe('gradient', addon, { env: engineEnvironment({ folder: dirname(addon) }), signal });
  if (answer.error !== undefined) {
    throw new SetupFailure(
      tell('The engine was installed but cannot be loaded: {error}.', { error: answer.error }),
      tell('It needs Linux x64 with glibc 2.27 or newer, and a processor with AVX. `npm start -- doctor` says more.'),
    );
  }
  return answer.groupedGradients === true;
}

/**
 * @typedef {object} DeviceReport
 * @property {boolean} loads whether the engine can be loaded at all
 * @property {boolean} gpu whether it computes on the card
 * @property {import('./card.mjs').Card | null} card
 * @property {{ reason: string | import('./told.mjs').Told, mend: import('./told.mjs').Told } | null} problem why a present card is not used, or the engine does not load
 */

/**
 * Loads the engine in a child process and says what it computes on. A present card that is not reached is a problem with
 * a reason and a mend; it is never passed over.
 * @param {{ folder: string, addon: string, flavour: 'cpu' | 'cuda' }} engine
 * @param {{ card?: import('./card.mjs').Card | null, environment?: NodeJS.ProcessEnv, signal?: AbortSignal }} [options]
 * @returns {Promise<DeviceReport>}
 */
export async function deviceReport(engine, { card, environment = process.env, signal } = {}) {
  const present = card === undefined ? await findCard(environment) : card;
  const env = { ...engineEnvironment({ folder: engine.folder, environment }), TF_CPP_MIN_LOG_LEVEL: '0' };
  const libraries = present && engine.flavour === 'cuda' ? cudaLibraries(engine.folder) : [];
  const { answer, log } = await probe('devices', engine.addon, { env, signal, libraries });
  if (answer.error !== undefined) {
    return {
      loads: false,
      gpu: false,
      card: present,
      problem: { reason: answer.error, mend: tell('Install it anew: npm start -- doctor --repair') },
    };
  }
  if (!present || answer.gpu === true) return { loads: true, gpu: answer.gpu === true, card: present, problem: null };
  const hidden = environment.CUDA_VISIBLE_DEVICES;
  const found = { flavour: engine.flavour, log, unloadable: answer.unloadable ?? null, hidden };
  return { loads: true, gpu: false, card: present, problem: explainMissingGpu(found) };
}
