/**
 * What an installed app brings beside its archive: core and its siblings, their native packages, the prebuilt addon, and
 * the plain Node that runs them. Laid out as a checkout is, so that the programs find everything as they do there.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { SetupFailure } from './failure.mjs';

/** Packages that the bundles leave outside. */
const roots = ['better-sqlite3', '@tensorflow/tfjs-node-gpu', 'sharp', '@cwasm/jpeg-turbo'];

/** Parts of packages that only developers read: sources, maps, typings, bundles for browsers, other machines' binaries. */
const leftOut = [
  /\.(map|ts|md|markdown|flow|cc|h|gyp|gypi)$/,
  /\.(es2017|fesm|min)\./,
  /\/(test|tests|docs|examples|\.github|\.bin)\//,
  /^better-sqlite3\/(deps|src)\//,
  /^better-sqlite3\/prebuilds\/(?!linux-x64|$)/,
  /^@tensorflow\/[^/]+\/(src|binding|scripts|src_|wasm-src)\//,
];

/**
 * The packages that these need at run time, themselves included, as folders below `node_modules`.
 * @param {string} checkout
 * @param {readonly string[]} names
 * @returns {string[]} paths of package folders, sorted
 */
export function packageClosure(checkout, names) {
  /** @type {Set<string>} */
  const found = new Set();
  /** @param {string} name @param {string} from folder of the package that asks */
  const visit = (name, from) => {
    const folder = resolvePackage(name, from, checkout);
    if (folder === null || found.has(folder)) return;
    found.add(folder);
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(
      readFileSync(join(folder, 'package.json'), 'utf8'),
    );
    // Typings have nothing to run; of the optional ones those are there that fit this machine.
    for (const needed of Object.keys({ ...dependencies, ...optionalDependencies }))
      if (!needed.startsWith('@types/')) visit(needed, folder);
  };
  for (const name of names) {
    if (resolvePackage(name, checkout, checkout) === null)
      throw new SetupFailure(`The npm package ${name} is missing.`, 'Run `npm ci`, then start again.');
    visit(name, checkout);
  }
  return [...found].sort();
}

/** Node's own way: `node_modules` of the asking folder, then of the folders above. @param {string} name @param {string} from @param {string} checkout */
function resolvePackage(name, from, checkout) {
  for (let folder = from; folder.startsWith(checkout); folder = dirname(folder)) {
    if (basename(folder) === 'node_modules') continue;
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
  }
  return null;
}

/** @param {string} path inside `node_modules`, with slashes */
export const isShipped = (path) => !leftOut.some((pattern) => pattern.test(path));

/**
 * Lays everything out anew.
 * @param {{ checkout: string, folder: string, addon: string, node: string }} options `addon` and `node`: files to bring
 */
export function stage({ checkout, folder, addon, node }) {
  rmSync(folder, { recursive: true, force: true });
  const core = join(folder, 'core');
  mkdirSync(join(core, 'out', 'engine'), { recursive: true });
  for (const name of ['cli', 'core', 'trainer', 'intake', 'probe']) {
    const bundle = join(checkout, 'out', `${name}.mjs`);
    if (existsSync(bundle)) cpSync(bundle, join(core, 'out', `${name}.mjs`));
  }
  // The served page is the window's.
  cpSync(join(checkout, 'out', 'page'), join(core, 'out', 'page'), { recursive: true });
  cpSync(addon, join(core, 'out', 'engine', 'tfjs_binding.node'));
  const { name, version, type } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'));
  writeFileSync(join(core, 'package.json'), JSON.stringify({ name, version, type, private: true }));
  cpSync(join(checkout, 'resources', 'digits'), join(core, 'resources', 'digits'), { recursive: true });
  copyPackages(checkout, core);
  const binary = join(folder, 'node', 'bin', 'node');
  mkdirSync(dirname(binary), { recursive: true });
  cpSync(node, binary);
  const license = join(dirname(node), '..', 'LICENSE');
  if (existsSync(license)) cpSync(license, join(folder, 'node', 'LICENSE'));
}

/** @param {string} checkout @param {string} target */
function copyPackages(checkout, target) {
  const modules = join(checkout, 'node_modules');
  for (const folder of packageClosure(checkout, roots)) {
    const filter = (/** @type {string} */ path) => {
      const inside = relative(modules, path).split(sep).join('/');
      // Packages inside packages are in the list themselves where they are needed.
      if (path !== folder && basename(path) === 'node_modules') return false;
      return isShipped(inside) && isShipped(`${inside}/`);
    };
    cpSync(folder, join(target, relative(checkout, folder)), { recursive: true, filter });
  }
}
