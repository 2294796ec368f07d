/**
 * Programs and shared libraries of the system that a window and the tests need. On Debian and Ubuntu they are installed
 * as root, or unpacked into the cache without; elsewhere the one command is named.
 */
import { existsSync, readdirSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { findProgram, run } from './child.mjs';
import { SetupFailure } from './failure.mjs';
import { cacheFolder, ensureFolder } from './paths.mjs';

/** Debian packages that bring what Chromium links against. */
export const windowPackages = ['libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1'];

/** Debian packages by the program that is looked for. @type {Record<string, string>} */
const programPackages = { Xvfb: 'xvfb', chromium: 'chromium' };

/**
 * @typedef {object} SystemOptions
 * @property {AbortSignal | undefined} [signal]
 * @property {string} [cache]
 * @property {NodeJS.ProcessEnv} [environment]
 * @property {(phase: string) => void} [onPhase]
 */

/**
 * Shared libraries that a program needs and that are nowhere.
 * @param {string} executable
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<string[]>}
 */
export async function missingLibraries(executable, environment) {
  const { stdout } = await run('ldd', [executable], { env: environment });
  return [...stdout.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1] ?? '');
}

/** Folders of unpacked packages, as additions to the environment; {} where nothing was unpacked. @param {string} cache @param {NodeJS.ProcessEnv} environment */
function unpackedEnvironment(cache, environment) {
  const root = join(cache, 'system');
  if (!existsSync(root)) return {};
  const libraries = ['usr/lib/x86_64-linux-gnu', 'lib/x86_64-linux-gnu', 'usr/lib/aarch64-linux-gnu', 'usr/lib'].map(
    (path) => join(root, path),
  );
  const present = libraries.filter((path) => existsSync(path));
  const join_ = (/** @type {(string | undefined)[]} */ ...paths) => paths.filter(Boolean).join(delimiter);
  return {
    LD_LIBRARY_PATH: join_(...present, environment.LD_LIBRARY_PATH),
    PATH: join_(environment.PATH, join(root, 'usr/bin')),
  };
}

/**
 * Makes sure that an executable finds its libraries.
 * @param {string} executable
 * @param {SystemOptions} [options]
 * @returns {Promise<NodeJS.ProcessEnv>} what to add to its environment
 * @throws {SetupFailure} that names the command where they cannot be had
 */
export async function ensureLibraries(
  executable,
  { signal, cache = cacheFolder(), environment = process.env, onPhase } = {},
) {
  if (process.platform !== 'linux') return {};
  if ((await missingLibraries(executable, environment)).length === 0) return {};
  let added = unpackedEnvironment(cache, environment);
  let missing = await missingLibraries(executable, { ...environment, ...added });
  if (missing.length === 0) return added;
  onPhase?.(`Installing system libraries (${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ' …' : ''})`);
  await providePackages(windowPackages, { signal, cache, environment });
  added = unpackedEnvironment(cache, environment);
  missing = await missingLibraries(executable, { ...environment, ...added });
  if (missing.length > 0)
    throw new SetupFailure(
      `Shared libraries are missing that a window needs: ${missing.join(', ')}.`,
      `Install them: sudo apt-get install -y ${windowPackages.join(' ')}`,
    );
  return added;
}

/**
 * Makes sure that a program is there.
 * @param {string} program
 * @param {SystemOptions} [options]
 * @returns {Promise<{ path: string | null, environment: NodeJS.ProcessEnv }>} `path` null where it cannot be had
 */
export async function ensureProgram(
  program,
  { signal, cache = cacheFolder(), environment = process.env, onPhase } = {},
) {
  const look = () => {
    const added = unpackedEnvironment(cache, environment);
    return {
      path: findProgram(program, environment) ?? findProgram(program, { ...environment, ...added }),
      environment: added,
    };
  };
  const found = look();
  if (found.path) return found;
  onPhase?.(`Installing ${program}`);
  await providePackages([programPackages[program] ?? program], { signal, cache, environment });
  return look();
}

/**
 * Installs Debian packages as root, else unpacks them into the cache; does nothing where neither is possible.
 * @param {readonly string[]} packages
 * @param {SystemOptions} options
 */
async function providePackages(packages, { signal, cache = cacheFolder(), environment = process.env }) {
  if (!findProgram('apt-get', environment)) return;
  const env = { ...environment, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
  const apt = (/** @type {string[]} */ args, cwd = '/') => run('apt-get', args, { env, signal, cwd });
  if (process.getuid?.() === 0) {
    const install = async () =>
      (await apt(['install', '-y', '--no-install-recommends', ...(await presentNames(packages, env))])).status === 0;
    if (await install()) return;
    await apt(['update']);
    await install();
    return;
  }
  await unpackPackages(await presentNames(packages, env), { apt, cache, signal });
}

/** Newer releases have renamed some packages for 64-bit times. @param {readonly string[]} packages @param {NodeJS.ProcessEnv} env */
async function presentNames(packages, env) {
  const names = [];
  for (const name of packages) {
    const renamed = await run('apt-cache', ['show', `${name}t64`], { env });
    names.push(renamed.status === 0 && renamed.stdout.includes('Package:') ? `${name}t64` : name);
  }
  return names;
}

/**
 * @param {readonly string[]} packages
 * @param {{ apt: (args: string[], cwd?: string) => Promise<import('./child.mjs').Finished>, cache: string, signal: AbortSignal | undefined }} options
 */
async function unpackPackages(packages, { apt, cache, signal }) {
  const simulated = await apt(['install', '--simulate', '--no-install-recommends', ...packages]);
  const wanted = [...simulated.stdout.matchAll(/^Inst (\S+)/gm)].map((match) => match[1] ?? '');
  if (simulated.status !== 0 || wanted.length === 0 || !findProgram('dpkg')) return;
  const folder = ensureFolder(join(cache, 'downloads', `system-${process.pid}`));
  const draft = join(folder, 'root');
  try {
    if ((await apt(['download', ...wanted], folder)).status !== 0) return;
    for (const name of readdirSync(folder).filter((name) => name.endsWith('.deb')))
      await run('dpkg', ['-x', join(folder, name), draft], { signal });
    // What an earlier call unpacked stays: each unpacks its packages over it.
    if (existsSync(join(cache, 'system'))) await run('cp', ['-a', `${draft}/.`, join(cache, 'system')], { signal });
    else await rename(draft, join(cache, 'system'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
