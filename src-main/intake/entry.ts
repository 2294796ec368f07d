/** Files as intake sees them, wherever they lie: in a folder, in a zip or tar archive, or packed with gzip. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { expected } from '../shared/failure.ts';
import type { IntakeLimits, OddFile } from '../shared/import.ts';
import { unpacked, unpackedChunkBytes } from './unpack.ts';
import { keepRatio, keepWithin, malformed, shown } from './refuse.ts';
import { tell } from '../shared/told.ts';
import type { Told } from '../shared/told.ts';

/** One file. Reading checks that it has the bytes it claims. */
export interface Entry {
  /** Relative, with `/`. */
  readonly path: string;
  /** Unpacked bytes as claimed; null where only reading tells (gzip). */
  readonly bytes: number | null;
  /** The first bytes, fewer where there are fewer. */
  head(count: number): Promise<Uint8Array>;
  /** All of it at once; for files that may be large use `stream`. */
  read(): Promise<Uint8Array>;
  stream(): AsyncIterable<Uint8Array>;
  /** The bytes in any order, where they lie somewhere as they are; nothing is held open. */
  open?(): Bytes;
}

/** What was opened. */
export interface Source {
  /** The name of the file or folder that was dropped. */
  readonly name: string;
  /** `folder`, `zip`, `tar`, `tar.gz`, `file`, `files`. */
  readonly container: string;
  readonly entries: readonly Entry[];
  /** Files that are left aside: links, devices and the like. */
  readonly odd: readonly OddFile[];
  /** Where one file was dropped, that file as it is. */
  readonly dropped: Entry | null;
  close(): void;
}

/** Bytes that can be read at any place: a file on the disk. */
export interface Bytes {
  readonly length: number;
  /** @throws malformed where the bytes end too early */
  at(position: number, length: number): Uint8Array;
  close(): void;
}

export const chunkBytes = 1024 * 1024;

/** @throws malformed where so many bytes from a position on are not among the `all` of a file */
function mustHold(file: string, all: number, position: number, count: number): void {
  if (position < 0 || count < 0 || position + count > all)
    throw malformed(
      file,
      tell('{length} bytes from byte {from} on', { length: count, from: position }),
      tell('{count} bytes in all', { count: all }),
    );
}

/** A file of this machine; links, devices and folders are not opened. */
export function openFile(path: string, name: string): Bytes {
  let descriptor: number;
  try {
    // Never through a link that was put there after the listing, and never waiting for a pipe's other end.
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (thrown) {
    throw unreadable(name, thrown);
  }
  const facts = fstatSync(descriptor);
  if (!facts.isFile()) {
    closeSync(descriptor);
    throw expected('import.unreadable', { file: shown(name), reason: tell('it is not an ordinary file') });
  }
  return {
    length: facts.size,
    at(position, length) {
      mustHold(name, facts.size, position, length);
      const bytes = new Uint8Array(length);
      for (let done = 0; done < length;) {
        const read = readSync(descriptor, bytes, done, length - done, position + done);
        if (read === 0) throw malformed(name, tell('{count} bytes', { count: facts.size }), tell('an earlier end'));
        done += read;
      }
      return bytes;
    },
    close: () => closeSync(descriptor),
  };
}

/** The system's words for a file that cannot be opened. */
export function unreadable(name: string, thrown: unknown): Error {
  const code = (thrown as NodeJS.ErrnoException).code ?? '';
  const reasons: Record<string, Told> = {
    ENOENT: tell('it is not there'),
    EACCES: tell('its permissions do not allow it'),
    EPERM: tell('its permissions do not allow it'),
    ELOOP: tell('it is a link'),
    EISDIR: tell('it is a folder'),
    ENXIO: tell('it is not an ordinary file'),
  };
  const reason = reasons[code];
  return reason
    ? expected('import.unreadable', { file: shown(name), reason })
    : thrown instanceof Error
      ? thrown
      : new Error(String(thrown));
}

/** An entry that is a range of bytes, stored as they are. */
export function storedEntry(path: string, bytes: Bytes, from: number, length: number): Entry {
  return {
    path,
    bytes: length,
    head: (count) => Promise.resolve(bytes.at(from, Math.min(count, length))),
    read: () => Promise.resolve(bytes.at(from, length)),
    open: () => ({
      length,
      at(position, count) {
        mustHold(path, length, position, count);
        return bytes.at(from + position, count);
      },
      close: () => undefined,
    }),

    async *stream() {
      for (let done = 0; done < length; done += chunkBytes)
        yield bytes.at(from + done, Math.min(chunkBytes, length - done));
    },
  };
}

/** A file on the disk as an entry; it is opened for each reading only. */
export function fileEntry(path: string, onDisk: string, length: number): Entry {
  const using = <Value>(use: (bytes: Bytes) => Value): Promise<Value> =>
    new Promise((resolve) => {
      const bytes = openFile(onDisk, path);
      try {
        resolve(use(bytes));
      } finally {
        bytes.close();
      }
    });
  return {
    path,
    bytes: length,
    head: (count) => using((bytes) => bytes.at(0, Math.min(count, bytes.length))),
    read: () => using((bytes) => bytes.at(0, bytes.length)),
    open: () => ({
      length,
      at(position, count) {
        const bytes = openFile(onDisk, path);
        try {
          return bytes.at(position, count);
        } finally {
          bytes.close();
        }
      },
      close: () => undefined,
    }),

    async *stream() {
      const bytes = openFile(onDisk, path);
      try {
        for (let done = 0; done < bytes.length; done += chunkBytes)
          yield bytes.at(done, Math.min(chunkBytes, bytes.length - done));
      } finally {
        bytes.close();
      }
    },
  };
}

export const isGzip = (head: Uint8Array): boolean => head[0] === 0x1f && head[1] === 0x8b;

/** Unpacks gzip as it comes, within the limits; several members one behind the other are one file. */
export async function* gunzip(
  packed: AsyncIterable<Uint8Array>,
  file: string,
  limits: IntakeLimits,
): AsyncGenerator<Uint8Array> {
  let [given, taken] = [0, 0];
  const unpacker = createGunzip({ chunkSize: unpackedChunkBytes });
  for await (const chunk of unpacked(unpacker, packed, file, tell('gzip data'), (bytes) => (given = bytes))) {
    taken += chunk.length;
    keepWithin(limits, 'entryBytes', taken, file);
    keepRatio(limits, taken, given, file);
    yield chunk;
  }
}

/** What a `.gz` file holds, as an entry of its own. */
export function gunzippedEntry(packed: Entry, limits: IntakeLimits): Entry {
  const stream = () => gunzip(packed.stream(), packed.path, limits);
  return {
    path: packed.path.replace(/\.gz$/i, ''),
    bytes: null,
    head: (count) => firstBytes(stream(), count),
    read: () => allBytes(stream()),
    stream,
  };
}

export async function allBytes(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

export async function firstBytes(chunks: AsyncIterable<Uint8Array>, count: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    length += chunk.length;
    if (length >= count) break;
  }
  return Buffer.concat(parts).subarray(0, count);
}

/** All bytes of a file that has to stand in memory at once, `most` of them at most. @throws {Expected} `import.limit` */
export async function readWhole(entry: Entry, most: number, limits: IntakeLimits): Promise<Uint8Array> {
  const bounds = { ...limits, entryBytes: Math.min(limits.entryBytes, most) };
  keepWithin(bounds, 'entryBytes', entry.bytes ?? 0, entry.path);
  if (entry.bytes !== null) return entry.read();
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of entry.stream()) {
    length += chunk.length;
    keepWithin(bounds, 'entryBytes', length, entry.path);
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}

/** What is packed and read out of order stands in memory. */
const mostInMemoryBytes = 1e9;

/** The bytes of a file in any order; those of a packed one are unpacked for it. */
export async function randomAccess(entry: Entry, limits: IntakeLimits): Promise<Bytes> {
  if (entry.open) return entry.open();
  const all = await readWhole(entry, mostInMemoryBytes, limits);
  return {
    length: all.length,
    at(position, count) {
      mustHold(entry.path, all.length, position, count);
      return all.subarray(position, position + count);
    },
    close: () => undefined,
  };
}

/** A stream without its first bytes. */
export async function* withoutFirst(chunks: AsyncIterable<Uint8Array>, count: number): AsyncGenerator<Uint8Array> {
  let left = count;
  for await (const chunk of chunks) {
    const rest = chunk.subarray(Math.min(left, chunk.length));
    left -= chunk.length - rest.length;
    if (rest.length > 0) yield rest;
  }
}

/** Cuts a stream into records of one length; the last may not be cut short. */
export async function* records(
  chunks: AsyncIterable<Uint8Array>,
  recordBytes: number,
  most: number,
  file: string,
): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array = new Uint8Array(0);
  for await (const chunk of chunks) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const whole = Math.floor(bytes.length / recordBytes);
    for (let from = 0; from < whole; from += most)
      yield bytes.subarray(from * recordBytes, Math.min(whole, from + most) * recordBytes);
    rest = bytes.subarray(whole * recordBytes);
  }
  if (rest.length > 0)
    throw malformed(
      file,
      tell('whole records of {bytes} bytes', { bytes: recordBytes }),
      tell('{count} bytes too many', { count: rest.length }),
    );
}
