/**
 * Asks an installed engine, in a child process, what it computes on and whether it computes right; where a card is
 * present and not reached, names the library that is missing.
 */
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findCard } from './card.mjs';
import { run } from './child.mjs';
import { SetupFailure } from './failure.mjs';
import { cacheFolder } from './paths.mjs';

/** The libraries that TensorFlow's CUDA build opens, and where they come from. */
const cudaLibraries = [
  'libcudart.so.12',
  'libcublas.so.12',
  'libcublasLt.so.12',
  'libcufft.so.11',
  'libcusolver.so.11',
  'libcusparse.so.12',
  'libcudnn.so.9',
  'libnvJitLink.so.12',
];

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

/** @typedef {{ error?: string, gpu?: boolean, groupedGradients?: boolean, version?: string }} ProbeAnswer */

/**
 * @param {'devices' | 'gradient'} task
 * @param {string} addon
 * @param {{ env: NodeJS.ProcessEnv, signal?: AbortSignal | undefined }} options
 * @returns {Promise<{ answer: ProbeAnswer, log: string }>}
 */
async function probe(task, addon, { env, signal }) {
  const program = fileURLToPath(new URL('./probe.mjs', import.meta.url));
  const {
    status,
    signal: killer,
    stdout,
    stderr,
  } = await run(process.execPath, [program, task, addon], { env, signal });
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
      `The engine was installed but cannot be loaded: ${answer.error}.`,
      'It needs Linux x64 with glibc 2.27 or newer, and a processor with AVX. `npm start -- doctor` says more.',
    );
  }
  return answer.groupedGradients === true;
}

/**
 * @typedef {object} DeviceReport
 * @property {boolean} loads whether the engine can be loaded at all
 * @property {boolean} gpu whether it computes on the card
 * @property {import('./card.mjs').Card | null} card
 * @property {{ reason: string, mend: string } | null} problem why a present card is not used, or the engine does not load
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
  const { answer, log } = await probe('devices', engine.addon, { env, signal });
  if (answer.error !== undefined) {
    return {
      loads: false,
      gpu: false,
      card: present,
      problem: { reason: answer.error, mend: 'Install it anew: npm start -- doctor --repair' },
    };
  }
  const gpu = answer.gpu === true;
  return {
    loads: true,
    gpu,
    card: present,
    problem: present && !gpu ? explainMissingGpu(engine, log, environment) : null,
  };
}

/**
 * Why TensorFlow found no card, from what is hidden, what is not there, and what it logged.
 * @param {{ folder: string, flavour: 'cpu' | 'cuda' }} engine
 * @param {string} log
 * @param {NodeJS.ProcessEnv} environment
 */
export function explainMissingGpu({ folder, flavour }, log, environment = process.env) {
  const repair = 'Install the engine anew: npm start -- doctor --repair';
  if (flavour === 'cpu')
    return {
      reason: 'the CPU build of the engine is installed',
      mend: 'Install the build for cards: npm start -- doctor --install',
    };
  const hidden = environment.CUDA_VISIBLE_DEVICES;
  if (hidden === '' || hidden === '-1')
    return { reason: `CUDA_VISIBLE_DEVICES=${hidden} hides the card`, mend: 'Unset it: unset CUDA_VISIBLE_DEVICES' };
  const logged = /[Cc]ould not (?:load dynamic library|find) '?(lib[\w.-]+\.so[\w.]*)/.exec(log)?.[1];
  const missing = cudaLibraries.find((library) => !bundled(folder).includes(library));
  const library = missing ?? logged;
  if (library && library !== 'libcuda.so.1') return { reason: `${library} is missing from the engine`, mend: repair };
  if (
    logged === 'libcuda.so.1' ||
    /libcuda\.so|CUDA_ERROR_NO_DEVICE|failed call to cuInit: (?!INTERNAL)/.test(log) ||
    /cuda drivers? (?:on your machine )?(?:not found|Could not find)|Could not find cuda drivers/i.test(log)
  ) {
    return { reason: 'libcuda.so.1, a part of the NVIDIA driver, is missing or finds no card', mend: driverMend };
  }
  const cuda = /(CUDA_ERROR_\w+|CUDA driver version is insufficient[^\n]*)/.exec(log)?.[1];
  if (cuda) return { reason: `the NVIDIA driver answered ${cuda}`, mend: driverMend };
  return { reason: 'TensorFlow lists no GPU and gives no reason', mend: repair };
}

/** CUDA 12 needs this driver at least. */
const driverMend =
  'Install NVIDIA driver 525 or newer and start again (in WSL2 it comes with Windows; in a container pass the card through with --gpus all)';

/** Names of the libraries in the engine's own nvidia folders. @param {string} folder */
function bundled(folder) {
  const root = join(folder, 'nvidia');
  if (!existsSync(root)) return [];
  return readdirSync(root).flatMap((name) =>
    existsSync(join(root, name, 'lib')) ? readdirSync(join(root, name, 'lib')) : [],
  );
}
