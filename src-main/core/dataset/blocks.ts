/** Blocks of bytes named by their SHA-256, in `<home>/blocks`. A block never changes; equal content is stored once. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expected } from '../../shared/failure.ts';
import { makeFolder, syncFolder, writeWhole } from './files.ts';
import { tell } from '../../shared/told.ts';

/** The most bytes of one block. */
export const blockBytes = 16 * 1024 * 1024;

/** Name and length of a block as a manifest lists it. */
export interface BlockEntry {
  /** SHA-256, hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
}

/** Blocks that this process has read whole and found right: path → size and time of change then. */
const verified = new Map<string, string>();

/** Blocks of datasets that are being written: path → number of writers. They stay although no manifest names them yet. */
const inWork = new Map<string, number>();

/** Keeps a block from being removed until `letGo` is called as often. */
export function hold(home: string, hash: string): void {
  const path = blockPath(home, hash);
  inWork.set(path, (inWork.get(path) ?? 0) + 1);
}

export function letGo(home: string, hash: string): void {
  const path = blockPath(home, hash);
  const left = (inWork.get(path) ?? 0) - 1;
  if (left > 0) inWork.set(path, left);
  else inWork.delete(path);
}

export const isHeld = (home: string, hash: string): boolean => inWork.has(blockPath(home, hash));

export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** Where a block lies. */
export const blockPath = (home: string, hash: string): string => join(home, 'blocks', hash);

/** Prepares the folder of blocks. */
export function openBlocks(home: string): void {
  makeFolder(join(home, 'blocks'));
}

/**
 * Stores bytes and returns their entry. A block that is there and right is left alone; a damaged one is replaced.
 * `onNew` hears the hash of one that was not there.
 */
export function writeBlock(home: string, bytes: Uint8Array, onNew: (hash: string) => void = () => {}): BlockEntry {
  const entry = { sha256: sha256(bytes), bytes: bytes.length };
  if (!isWhole(home, entry)) {
    onNew(entry.sha256);
    const path = blockPath(home, entry.sha256);
    writeWhole(path, bytes);
    verified.set(path, stamp(path));
  }
  return entry;
}

/** Makes all blocks written so far last through a power cut. */
export function syncBlocks(home: string): void {
  syncFolder(join(home, 'blocks'));
}

function isWhole(home: string, entry: BlockEntry): boolean {
  const path = blockPath(home, entry.sha256);
  if (!existsSync(path)) return false;
  return statSync(path).size === entry.bytes && sha256(readFileSync(path)) === entry.sha256;
}

const stamp = (path: string): string => {
  const { size, mtimeMs, ino } = statSync(path);
  return `${size} ${mtimeMs} ${ino}`;
};

/** Fails with `data.damaged` where a block is missing or has the wrong length; reads nothing. */
export function checkBlockLength(home: string, entry: BlockEntry, dataset: string): void {
  const found = statSync(blockPath(home, entry.sha256), { throwIfNoEntry: false });
  if (!found)
    throw expected('data.damaged', {
      name: dataset,
      what: tell('block {sha256} is missing', { sha256: entry.sha256.slice(0, 8) }),
    });
  if (found.size !== entry.bytes)
    throw expected('data.damaged', {
      name: dataset,
      what: tell('block {sha256} has {size} bytes instead of {bytes}', {
        sha256: entry.sha256.slice(0, 8),
        size: found.size,
        bytes: entry.bytes,
      }),
    });
}

/** The bytes of a block, checked against its hash. Fails with `data.damaged`. */
export function readBlock(home: string, entry: BlockEntry, dataset: string): Uint8Array {
  checkBlockLength(home, entry, dataset);
  const path = blockPath(home, entry.sha256);
  const bytes = readFileSync(path);
  if (verified.get(path) === stamp(path)) return bytes;
  if (sha256(bytes) !== entry.sha256)
    throw expected('data.damaged', {
      name: dataset,
      what: tell('block {sha256} has changed on the disk', { sha256: entry.sha256.slice(0, 8) }),
    });
  verified.set(path, stamp(path));
  return bytes;
}

/** Reads a block whole once in the life of this process, so that damage is found before its pixels are used. */
export function verifyBlock(home: string, entry: BlockEntry, dataset: string): void {
  const path = blockPath(home, entry.sha256);
  checkBlockLength(home, entry, dataset);
  if (verified.get(path) !== stamp(path)) readBlock(home, entry, dataset);
}
