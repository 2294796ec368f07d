/**
 * Files that a browser sent to `serve`: they lie in the data folder under names of our own until they are imported, at
 * most for a day.
 */
import { randomUUID } from 'node:crypto';
import { createWriteStream, existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { expected } from '../../shared/failure.ts';
import { freeBytes, makeFolder, writeFailure } from '../dataset/files.ts';
import type { DroppedFile } from './import.ts';

const keptMs = 24 * 3600_000;
/** Room that an upload leaves on the disk. */
const leftBytes = 500e6;

const folderOf = (home: string) => join(home, 'uploads');
const isUploadId = (text: string) => /^[0-9a-f-]{36}$/.test(text);

/** Removes uploads that nobody imported. */
function removeOld(home: string): void {
  const folder = folderOf(home);
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) > keptMs) rmSync(path, { force: true });
  }
}

/**
 * Keeps a file as it streams in; `name` is what the person calls it, `bytes` what it says to have. A stream that breaks off leaves nothing.
 * @returns the id for `data.inspect`
 * @throws {Expected} `disk.full`, `folder.denied`
 */
export async function receiveUpload(home: string, name: string, body: Readable, bytes = 0): Promise<string> {
  makeFolder(folderOf(home));
  removeOld(home);
  const id = randomUUID();
  const path = join(folderOf(home), id);
  const mostBytes = freeBytes(home) - leftBytes;
  const full = (neededBytes: number) => expected('disk.full', { path: home, neededBytes, freeBytes: freeBytes(home) });
  if (bytes > mostBytes) throw full(bytes + leftBytes);
  let taken = 0;
  const bounded = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      taken += chunk.length;
      if (taken <= mostBytes) done(null, chunk);
      else done(full(taken + leftBytes));
    },
  });
  try {
    await pipeline(body, bounded, createWriteStream(path, { flags: 'wx' }));
    writeFileSync(`${path}.name`, name.slice(0, 1000));
  } catch (thrown) {
    rmSync(path, { force: true });
    throw writeFailure(thrown, home, taken);
  }
  return id;
}

/** An upload as a dropped file. @throws {Expected} `import.gone` where there is none of this id */
export function openUpload(home: string, id: string): DroppedFile {
  const path = join(folderOf(home), id);
  if (!isUploadId(id) || !existsSync(`${path}.name`)) throw expected('import.gone', { import: id.slice(0, 40) });
  return { path, name: readFileSync(`${path}.name`, 'utf8') || 'upload' };
}

/** Frees the space of uploads once they are imported or given up. */
export function removeUpload(home: string, id: string): void {
  if (!isUploadId(id)) return;
  for (const ending of ['', '.name']) rmSync(join(folderOf(home), `${id}${ending}`), { force: true });
}
