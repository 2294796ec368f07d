/**
 * Fingerprints of sources: what was built from what, so that a start builds only what changed.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Parts of the build, in the order they are built, with what they are made from. */
export const parts = /** @type {const} */ ({
  programs: { sources: ['src-main'], entries: ['cli', 'core', 'trainer', 'intake'] },
  shell: { sources: ['src-main/shell', 'src-main/preload', 'src-main/shared'], entries: ['shell', 'preload'] },
  page: { sources: ['src-renderer', 'src-main/shared'], entries: [] },
});

/** @typedef {keyof typeof parts} Part */

/** The commit that is checked out, read without git; `unknown` outside a repository. @param {string} checkout */
export function commitOf(checkout) {
  try {
    let folder = join(checkout, '.git');
    if (statSync(folder).isFile()) folder = readFileSync(folder, 'utf8').replace('gitdir:', '').trim();
    const head = readFileSync(join(folder, 'HEAD'), 'utf8').trim();
    if (!head.startsWith('ref: ')) return head;
    const common = existsSync(join(folder, 'commondir'))
      ? join(folder, readFileSync(join(folder, 'commondir'), 'utf8').trim())
      : folder;
    const reference = head.slice(5);
    if (existsSync(join(common, reference))) return readFileSync(join(common, reference), 'utf8').trim();
    const packed = readFileSync(join(common, 'packed-refs'), 'utf8').split('\n');
    return packed.find((line) => line.endsWith(` ${reference}`))?.slice(0, 40) ?? 'unknown';
  } catch {
    return 'unknown';
  }
}

/**
 * Hash of the paths, sizes and times of all files that a part is made from.
 * @param {string} checkout
 * @param {Part} part
 */
export function fingerprint(checkout, part) {
  const hash = createHash('sha256');
  const add = (/** @type {string} */ path) => {
    const status = statSync(join(checkout, path), { throwIfNoEntry: false });
    if (!status) return;
    if (!status.isDirectory()) return void hash.update(`${path}\0${status.size}\0${status.mtimeMs}\n`);
    for (const name of readdirSync(join(checkout, path)).sort()) add(`${path}/${name}`);
  };
  for (const source of parts[part].sources) add(source);
  for (const path of ['package-lock.json', 'package.json', 'src-main/setup/build.mjs', 'src-main/setup/sources.mjs'])
    add(path);
  if (part !== 'page') hash.update(commitOf(checkout));
  return hash.digest('hex');
}

/** @param {string} checkout @returns {Partial<Record<Part, string>>} fingerprints of what `out` was built from */
export function builtFrom(checkout) {
  try {
    return JSON.parse(readFileSync(join(checkout, 'out', 'build.json'), 'utf8'));
  } catch {
    return {};
  }
}

/** The parts whose sources differ from what `out` was built from. @param {string} checkout */
export function staleParts(checkout) {
  const built = builtFrom(checkout);
  return /** @type {Part[]} */ (Object.keys(parts)).filter((part) => built[part] !== fingerprint(checkout, part));
}
