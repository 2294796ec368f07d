/**
 * The addon through which Node reaches TensorFlow's C interface: compiled from the sources in the package
 * @tensorflow/tfjs-node-gpu, or copied where an installed app brings it. It is N-API and needs only C symbols, so that one
 * file serves every Node, and the CPU and the CUDA build alike.
 */
import { existsSync } from 'node:fs';
import { copyFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './child.mjs';
import { SetupFailure } from './failure.mjs';
import { checkoutFolder, ensureFolder } from './paths.mjs';
import { tell } from './told.mjs';

/** Said where the compiler is missing. */
export function missingCompiler() {
  return new SetupFailure(
    tell('g++ is missing, which compiles the link between Node and TensorFlow.'),
    tell('Install it: sudo apt-get install -y g++'),
  );
}

/** The addon that the build made for installed apps, null where there is none. @returns {string | null} */
export function prebuiltAddon() {
  const beside = fileURLToPath(new URL('./engine/tfjs_binding.node', import.meta.url));
  return (
    [beside, join(checkoutFolder(), 'out', 'engine', 'tfjs_binding.node')].find((path) => existsSync(path)) ?? null
  );
}

/** @param {string} name @returns {string} folder of an npm package */
function packageFolder(name) {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch {
    throw new SetupFailure(
      tell('The npm package {name} is missing.', { name }),
      tell('Run `npm ci`, then start again.'),
    );
  }
}

/**
 * Compiles the addon; it finds TensorFlow in the folder `tensorflow` beside itself.
 * @param {{ tensorflow: string, output: string, signal?: AbortSignal | undefined, onStart?: (child: import('node:child_process').ChildProcess) => void }} options
 *   `tensorflow`: folder with the libraries and `include`
 * @throws {SetupFailure} no compiler, or what it said
 */
export async function compileAddon({ tensorflow, output, signal, onStart }) {
  const binding = join(packageFolder('@tensorflow/tfjs-node-gpu'), 'binding');
  const headers = join(packageFolder('node-api-headers'), 'include');
  const draft = `${output}.draft-${process.pid}`;
  ensureFolder(dirname(output));
  const args = ['-std=c++17', '-O2', '-fPIC', '-shared', '-w'];
  args.push('-DNAPI_VERSION=8', '-DNODE_GYP_MODULE_NAME=tfjs_binding', '-DBUILDING_NODE_EXTENSION');
  args.push(
    join(binding, 'tfjs_backend.cc'),
    join(binding, 'tfjs_binding.cc'),
    `-I${join(tensorflow, 'include')}`,
    `-I${headers}`,
  );
  args.push(
    `-L${tensorflow}`,
    '-l:libtensorflow_cc.so.2',
    '-l:libtensorflow_framework.so.2',
    '-Wl,-rpath,$ORIGIN/tensorflow',
    '-o',
    draft,
  );
  try {
    const { status, stderr } = await run('g++', args, { signal, ...(onStart ? { onStart } : {}) });
    if (status === 127) throw missingCompiler();
    if (status !== 0) {
      const reason =
        stderr.split('\n').find((line) => /error|undefined reference/.test(line)) ?? stderr.trim().split('\n')[0] ?? '';
      throw new SetupFailure(
        tell("g++ could not compile the engine's addon: {reason}.", { reason: reason.trim() }),
        tell('It needs g++ 9 or newer and the C++ library headers: sudo apt-get install -y g++'),
      );
    }
    await rename(draft, output);
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Puts the addon into an engine's folder: the prebuilt one where there is one, else compiled.
 * @param {{ folder: string, prebuilt: string | null, signal?: AbortSignal | undefined, onStart?: (child: import('node:child_process').ChildProcess) => void }} options
 * @returns {Promise<'prebuilt' | 'compiled'>}
 */
export async function provideAddon({ folder, prebuilt, signal, onStart }) {
  const output = join(folder, 'tfjs_binding.node');
  if (prebuilt) {
    await copyFile(prebuilt, output);
    return 'prebuilt';
  }
  await compileAddon({ tensorflow: join(folder, 'tensorflow'), output, signal, ...(onStart ? { onStart } : {}) });
  return 'compiled';
}
