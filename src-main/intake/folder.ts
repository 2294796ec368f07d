/** Lists a folder: ordinary files only, links and devices left aside. */
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { IntakeLimits, OddFile } from '../shared/import.ts';
import { fileEntry, unreadable } from './entry.ts';
import type { Entry } from './entry.ts';
import { keepWithin } from './refuse.ts';
import { tell } from '../shared/told.ts';

/** Files that systems strew about; nobody misses them. */
export const isLitter = (path: string): boolean =>
  path.split('/').some((part) => part.startsWith('.') || part === '__MACOSX') ||
  /(^|\/)(Thumbs\.db|desktop\.ini)$/i.test(path);

/** All files below a folder, sorted by path. */
export function listFolder(
  folder: string,
  name: string,
  prefix: string,
  limits: IntakeLimits,
): { readonly entries: Entry[]; readonly odd: OddFile[] } {
  const entries: Entry[] = [];
  const odd: OddFile[] = [];
  let bytes = 0;
  const list = (onDisk: string, path: string, depth: number) => {
    keepWithin(limits, 'depth', depth, name);
    let found;
    try {
      found = readdirSync(onDisk, { withFileTypes: true });
    } catch (thrown) {
      throw unreadable(path || name, thrown);
    }
    for (const item of found.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const itsPath = path === '' ? item.name : `${path}/${item.name}`;
      const itsPlace = join(onDisk, item.name);
      if (isLitter(item.name)) continue;
      if (item.isDirectory()) list(itsPlace, itsPath, depth + 1);
      else if (item.isFile()) {
        const { size } = lstatSync(itsPlace);
        bytes += size;
        entries.push(fileEntry(itsPath, itsPlace, size));
        keepWithin(limits, 'entries', entries.length, name);
        keepWithin(limits, 'bytes', bytes, name);
        keepWithin(limits, 'entryBytes', size, itsPath);
      } else odd.push({ path: itsPath, reason: item.isSymbolicLink() ? tell('a link') : tell('not an ordinary file') });
    }
  };
  list(folder, prefix, 1);
  return { entries, odd };
}
