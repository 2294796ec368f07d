/**
 * Why TensorFlow does not reach a card that is there: from what hides it, which library cannot be opened, and what the
 * driver answered. There is always a reason and a mend.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { tell } from './told.mjs';

/** The library of NVIDIA's driver; all others come with the engine. */
const driverLibrary = 'libcuda.so.1';

/** The libraries that TensorFlow's CUDA build opens. */
const engineLibraries = [
  'libcudart.so.12',
  'libcublas.so.12',
  'libcublasLt.so.12',
  'libcufft.so.11',
  'libcusolver.so.11',
  'libcusparse.so.12',
  'libcudnn.so.9',
  'libnccl.so.2',
  'libcupti.so.12',
];

const repair = tell('Install the engine anew: npm start -- doctor --repair');

/** CUDA 12 needs this driver at least. */
const driverMend = tell(
  'Install NVIDIA driver 525 or newer and start again (in WSL2 it comes with Windows; in a container pass the card through with --gpus all)',
);

/** Codes of the CUDA driver that people meet. @type {Record<string, import('./told.mjs').Told>} */
const driverAnswers = {
  34: tell('only a stub of the driver is installed'),
  35: tell('the driver is older than CUDA 12 needs'),
  100: tell('it finds no card'),
  101: tell('it does not know the card'),
  303: tell('a part of it cannot be loaded'),
  802: tell('the card is not ready yet'),
  803: tell('its parts have different versions; restart the machine'),
  804: tell('its parts do not fit the card'),
  999: tell('unknown error; restart the machine'),
};

/**
 * The libraries to try, with their paths where the engine has them.
 * @param {string} folder of the engine
 * @returns {string[]}
 */
export function cudaLibraries(folder) {
  const root = join(folder, 'nvidia');
  const places = existsSync(root) ? readdirSync(root).map((name) => join(root, name, 'lib')) : [];
  const find = (/** @type {string} */ library) =>
    places.map((place) => join(place, library)).find((path) => existsSync(path));
  return [driverLibrary, ...engineLibraries.map((library) => find(library) ?? library)];
}

/**
 * Why a present card is not reached.
 * @param {{ flavour: 'cpu' | 'cuda', log: string, unloadable: { library: string, reason: string } | null, hidden: string | undefined }} found
 *   `log`: what TensorFlow wrote while it loaded; `unloadable`: the first library that cannot be opened; `hidden`:
 *   CUDA_VISIBLE_DEVICES
 * @returns {{ reason: import('./told.mjs').Told, mend: import('./told.mjs').Told }}
 */
export function explainMissingGpu({ flavour, log, unloadable, hidden }) {
  if (flavour === 'cpu') {
    return {
      reason: tell('the CPU build of the engine is installed'),
      mend: tell('Install the build for cards: npm start -- doctor --install'),
    };
  }
  if (hidden === '' || hidden === '-1') {
    return {
      reason: tell('CUDA_VISIBLE_DEVICES={hidden} hides the card', { hidden }),
      mend: tell('Unset it: unset CUDA_VISIBLE_DEVICES'),
    };
  }
  if (unloadable) return explainLibrary(unloadable);
  const code = /cuInit: .*?\((\d+)\)/.exec(log)?.[1] ?? /CUDA_ERROR_\w+/.exec(log)?.[0];
  if (code)
    return {
      reason: tell('the NVIDIA driver refused to start: {answer}', {
        answer: driverAnswers[code] ?? tell('error {code}', { code }),
      }),
      mend: driverMend,
    };
  return { reason: tell('TensorFlow lists no GPU and gives no reason'), mend: repair };
}

/** @param {{ library: string, reason: string }} unloadable */
function explainLibrary({ library, reason }) {
  // The loader names the file that is missing, which may be one that this library needs.
  const missing = /(lib[\w.+-]+\.so[\w.]*): cannot open shared object file/.exec(reason)?.[1];
  const name = missing ?? library.split('/').at(-1) ?? library;
  if (name === driverLibrary || library === driverLibrary) {
    return {
      reason: missing
        ? tell('{name}, a part of the NVIDIA driver, is missing', { name })
        : tell('{name}, a part of the NVIDIA driver, cannot be loaded ({reason})', { name, reason }),
      mend: driverMend,
    };
  }
  return {
    reason: missing
      ? tell('{name} is missing from the engine', { name })
      : tell('{name} cannot be loaded ({reason})', { name, reason }),
    mend: repair,
  };
}
