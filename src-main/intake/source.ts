/** Opens what was dropped: one file, one folder, one archive, or several files and folders together. */
import { closeSync, lstatSync, openSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expected } from '../shared/failure.ts';
import type { IntakeLimits, OddFile } from '../shared/import.ts';
import {
  fileEntry,
  firstBytes,
  gunzip,
  gunzippedEntry,
  isGzip,
  openFile,
  randomAccess,
  storedEntry,
  unreadable,
} from './entry.ts';
import type { Bytes, Entry, Source } from './entry.ts';
import { listFolder } from './folder.ts';
import { keepWithin, refused } from './refuse.ts';
import { isTar, openTar } from './tar.ts';
import { isZip, openZip } from './zip.ts';
import { tell } from '../shared/told.ts';
import type { Told } from '../shared/told.ts';

/** A dropped file or folder: where it lies, and the name by which the person knows it. */
export interface Dropped {
  readonly path: string;
  readonly name: string;
}

export type OnOpening = (bytes: number, total: number | null) => void;

/** Among at most this many files each is looked at for gzip; in larger sets only those that are named so. */
const lookedAt = 256;

/** What kind of thing these first bytes begin that cannot be opened, with the way out. */
function objectionToHead(head: Uint8Array): Told | null {
  const begins = (...bytes: number[]) => bytes.every((byte, index) => head[index] === byte);
  if (begins(0xfd, 0x37, 0x7a, 0x58, 0x5a))
    return tell('it is packed with xz, which Residua does not read; unpack it first');
  if (begins(0x42, 0x5a, 0x68)) return tell('it is packed with bzip2, which Residua does not read; unpack it first');
  if (begins(0x28, 0xb5, 0x2f, 0xfd))
    return tell('it is packed with zstd, which Residua does not read; unpack it first');
  if (begins(0x37, 0x7a, 0xbc, 0xaf)) return tell('it is a 7z archive, which Residua does not read; unpack it first');
  if (begins(0x52, 0x61, 0x72, 0x21)) return tell('it is a RAR archive, which Residua does not read; unpack it first');
  return null;
}

/** What `write` returns; a full disk is nobody's fault. @throws {Expected} `disk.full` */
function written(write: () => number, folder: string, neededBytes: number): number {
  try {
    return write();
  } catch (thrown) {
    if (!['ENOSPC', 'EDQUOT', 'EFBIG'].includes((thrown as NodeJS.ErrnoException).code ?? '')) throw thrown;
    const { bavail, bsize } = statfsSync(folder);
    throw expected('disk.full', { path: folder, neededBytes, freeBytes: bavail * bsize });
  }
}

async function spool(
  bytes: Bytes,
  name: string,
  scratch: string,
  limits: IntakeLimits,
  onOpening: OnOpening,
): Promise<Bytes> {
  const path = join(scratch, 'unpacked.tar');
  const file = openSync(path, 'wx');
  let size = 0;
  try {
    // A whole archive in one gzip file is bounded by all bytes together, not by those of one file.
    const bounds = { ...limits, entryBytes: limits.bytes };
    for await (const chunk of gunzip(storedEntry(name, bytes, 0, bytes.length).stream(), name, bounds)) {
      for (let done = 0; done < chunk.length;) done += written(() => writeSync(file, chunk, done), scratch, size);
      size += chunk.length;
      onOpening(size, null);
    }
  } finally {
    closeSync(file);
  }
  return openFile(path, name);
}

async function openSingle(
  dropped: Dropped,
  scratch: string,
  limits: IntakeLimits,
  onOpening: OnOpening,
): Promise<Source> {
  const bytes = openFile(dropped.path, dropped.name);
  try {
    return await openBytes(bytes, dropped.name, scratch, limits, onOpening);
  } catch (thrown) {
    bytes.close();
    throw thrown;
  }
}

async function openBytes(
  bytes: Bytes,
  name: string,
  scratch: string,
  limits: IntakeLimits,
  onOpening: OnOpening,
): Promise<Source> {
  const head = bytes.at(0, Math.min(512, bytes.length));
  const objection = objectionToHead(head);
  if (objection) throw refused(name, objection);
  const whole = (container: string, found: { entries: Entry[]; odd: OddFile[] }, held: Bytes = bytes): Source => ({
    name,
    container,
    ...found,
    dropped: null,
    close: () => held.close(),
  });
  if (isZip(head)) return whole('zip', await openZip(bytes, name, limits));
  if (isTar(head)) return whole('tar', openTar(bytes, name, limits));
  if (isGzip(head)) {
    const packed = storedEntry(name, bytes, 0, bytes.length);
    const inner = await firstBytes(gunzip(packed.stream(), name, limits), 512);
    if (isTar(inner)) {
      const unpacked = await spool(bytes, name, scratch, limits, onOpening);
      try {
        const found = openTar(unpacked, name, limits);
        bytes.close();
        return whole('tar.gz', found, unpacked);
      } catch (thrown) {
        unpacked.close();
        throw thrown;
      }
    }
    return whole('gz', { entries: [gunzippedEntry(packed, limits)], odd: [] });
  }
  return whole('file', { entries: [storedEntry(name, bytes, 0, bytes.length)], odd: [] });
}

/** The arrays of an `.npz` inside a folder or an archive, as files of their own; null for other archives. */
async function arraysIn(entry: Entry, limits: IntakeLimits): Promise<Entry[] | null> {
  const { entries } = await openZip(await randomAccess(entry, limits), entry.path, limits);
  if (entries.length === 0 || !entries.every(({ path }) => /\.npy$/i.test(path))) return null;
  return entries.map((array) => ({ ...array, path: `${entry.path}/${array.path}` }));
}

/** Packed files among others (`train-images-idx3-ubyte.gz`, `train.npz`) are read as what they hold. */
async function unpackEach(entries: readonly Entry[], limits: IntakeLimits): Promise<Entry[]> {
  const few = entries.length <= lookedAt;
  const unpacked: Entry[] = [];
  for (const entry of entries) {
    const head = few || /\.(gz|npz)$/i.test(entry.path) ? await entry.head(4) : new Uint8Array(0);
    if (isGzip(head)) unpacked.push(gunzippedEntry(entry, limits));
    else if (isZip(head)) unpacked.push(...((await arraysIn(entry, limits)) ?? [entry]));
    else unpacked.push(entry);
    keepWithin(limits, 'entries', unpacked.length, entry.path);
  }
  return unpacked;
}

/** Whether a folder holds nothing but one archive. */
async function onlyArchive(entries: readonly Entry[]): Promise<boolean> {
  const [only] = entries;
  if (!only || entries.length > 1) return false;
  const head = await only.head(512);
  return isZip(head) || isTar(head) || isGzip(head);
}

function factsOf({ path, name }: Dropped) {
  try {
    return lstatSync(path);
  } catch (thrown) {
    throw unreadable(name, thrown);
  }
}

/**
 * Opens the dropped files. `scratch` is a folder for one unpacked tar. Fails with `import.unreadable`,
 * `import.malformed`, `import.refused` and `import.limit`.
 */
export async function openSource(
  dropped: readonly Dropped[],
  scratch: string,
  limits: IntakeLimits,
  onOpening: OnOpening,
): Promise<Source> {
  const [first] = dropped;
  if (!first) throw new Error('Nothing was dropped.');
  if (dropped.length === 1 && factsOf(first).isFile()) {
    const source = await openSingle(first, scratch, limits, onOpening);
    return {
      ...source,
      entries: await unpackEach(source.entries, limits),
      dropped: fileEntry(first.name, first.path, factsOf(first).size),
    };
  }
  const [entries, odd]: [Entry[], OddFile[]] = [[], []];
  for (const each of dropped) {
    const facts = factsOf(each);
    if (facts.isDirectory()) {
      const found = listFolder(each.path, each.name, dropped.length === 1 ? '' : each.name, limits);
      entries.push(...found.entries);
      odd.push(...found.odd);
    } else if (facts.isFile()) entries.push(fileEntry(each.name, each.path, facts.size));
    else odd.push({ path: each.name, reason: facts.isSymbolicLink() ? tell('a link') : tell('not an ordinary file') });
    keepWithin(limits, 'entries', entries.length, first.name);
  }
  if (dropped.length === 1 && (await onlyArchive(entries))) {
    const [{ path }] = entries as [Entry];
    const inside = { path: join(first.path, path), name: path };
    const opened = await openSource([inside], scratch, limits, onOpening);
    return { ...opened, name: first.name, odd: [...odd, ...opened.odd] };
  }
  return {
    name: first.name,
    container: dropped.length === 1 ? 'folder' : 'files',
    entries: await unpackEach(entries, limits),
    odd,
    dropped: null,
    close: () => undefined,
  };
}
