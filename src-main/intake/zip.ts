/**
 * Zip archives: the list comes from the central directory (yauzl), the bytes are read here, counted and checked against
 * their sum, because sizes in a zip are only claims.
 */
import { crc32, createInflateRaw, inflateRawSync } from 'node:zlib';
import yauzl from 'yauzl';
import type { Entry as ZipEntry } from 'yauzl';
import type { IntakeLimits, OddFile } from '../shared/import.ts';
import { allBytes, firstBytes, storedEntry } from './entry.ts';
import type { Bytes, Entry } from './entry.ts';
import { unpacked, unpackedChunkBytes } from './unpack.ts';
import { isLitter } from './folder.ts';
import { keepRatio, keepWithin, malformed, objectionToPath, refused, shown } from './refuse.ts';
import { tell, verbatim } from '../shared/told.ts';

/** Files up to this size are unpacked in one go. */
const atOnceBytes = 16 * 1024 * 1024;
const localHeaderBytes = 30;
const windowBytes = 256 * 1024;

export const isZip = (head: Uint8Array): boolean =>
  head[0] === 0x50 && head[1] === 0x4b && ((head[2] === 3 && head[3] === 4) || (head[2] === 5 && head[3] === 6));

/** Lets yauzl read through a window, which spares it two calls of the system for each file. */
class WindowReader extends yauzl.RandomAccessReader {
  readonly #bytes: Bytes;
  #window = new Uint8Array(0);
  #from = 0;

  constructor(bytes: Bytes) {
    super();
    this.#bytes = bytes;
  }
  override read(buffer: Buffer, offset: number, length: number, position: number, done: (error: Error | null) => void) {
    try {
      if (position < this.#from || position + length > this.#from + this.#window.length) {
        this.#from = position;
        this.#window = this.#bytes.at(
          position,
          Math.max(length, Math.min(windowBytes, this.#bytes.length - position)),
        ) as Uint8Array<ArrayBuffer>;
      }
      buffer.set(this.#window.subarray(position - this.#from, position - this.#from + length), offset);
    } catch (thrown) {
      queueMicrotask(() => done(thrown as Error));
      return;
    }
    queueMicrotask(() => done(null));
  }
  override close(done: (error: Error | null) => void): void {
    done(null);
  }
}

/** What yauzl says of a broken or malicious list, in our words. */
function explain(thrown: unknown, name: string): Error {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const path = /^(?:absolute path|invalid relative path): (.*)$/s.exec(message)?.[1];
  if (path !== undefined) return refused(name, objectionToPath(path) ?? tell('it holds a file without a proper name'));
  if (thrown instanceof Error && thrown.name === 'Expected') return thrown;
  return malformed(name, tell('a zip archive'), verbatim(message.slice(0, 200).replace(/[.:]+$/, '')));
}

async function list(bytes: Bytes, name: string, limits: IntakeLimits): Promise<ZipEntry[]> {
  const found: ZipEntry[] = [];
  try {
    const zip = await yauzl.fromRandomAccessReaderPromise(new WindowReader(bytes), bytes.length, {
      lazyEntries: true,
      autoClose: false,
      validateEntrySizes: true,
    });
    keepWithin(limits, 'entries', zip.entryCount, name);
    for await (const entry of zip.eachEntry()) {
      keepWithin(limits, 'nameBytes', entry.fileNameLength, name);
      const objection = objectionToPath(entry.fileName);
      if (objection) throw refused(name, objection);
      found.push(entry);
      keepWithin(limits, 'entries', found.length, name);
    }
  } catch (thrown) {
    throw explain(thrown, name);
  }
  return found;
}

/** Where each file's bytes must end: where the next file or the list begins. Files that lie over each other are a bomb. */
function placesOf(entries: readonly ZipEntry[], bytes: Bytes, name: string): Map<ZipEntry, number> {
  const sorted = [...entries].sort((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader);
  const ends = new Map<ZipEntry, number>();
  sorted.forEach((entry, index) => {
    const next = sorted[index + 1]?.relativeOffsetOfLocalHeader ?? bytes.length;
    const least = entry.relativeOffsetOfLocalHeader + localHeaderBytes + entry.compressedSize;
    if (least > next)
      throw index + 1 < sorted.length
        ? refused(name, tell('files in it lie over each other ({file})', { file: shown(entry.fileName) }))
        : malformed(
            name,
            tell('{count} bytes of {file}', { count: entry.compressedSize, file: shown(entry.fileName) }),
            tell('an earlier end'),
          );
    ends.set(entry, next);
  });
  return ends;
}

/** Why an entry is not an ordinary file; null where it is one. */
function kindOf(entry: ZipEntry): string | null {
  const isUnix = entry.versionMadeBy >> 8 === 3;
  const kind = isUnix ? (entry.externalFileAttributes >>> 16) & 0o170000 : 0;
  if (kind === 0o120000) return 'a link';
  return kind === 0 || kind === 0o100000 || kind === 0o040000 ? null : 'not an ordinary file';
}

function packedBytes(entry: ZipEntry, bytes: Bytes, end: number): { from: number; length: number } {
  const header = bytes.at(entry.relativeOffsetOfLocalHeader, localHeaderBytes);
  const view = new DataView(header.buffer, header.byteOffset);
  if (view.getUint32(0, true) !== 0x04034b50)
    throw malformed(entry.fileName, tell('the header of a file in a zip'), tell('something else'));
  const from =
    entry.relativeOffsetOfLocalHeader + localHeaderBytes + view.getUint16(26, true) + view.getUint16(28, true);
  if (from + entry.compressedSize > end)
    throw malformed(
      entry.fileName,
      tell('{bytes} packed bytes', { bytes: entry.compressedSize }),
      verbatim(Math.max(0, end - from)),
    );
  return { from, length: entry.compressedSize };
}

const wrongSize = (entry: ZipEntry) =>
  malformed(
    entry.fileName,
    tell('{bytes} unpacked bytes, as it claims', { bytes: entry.uncompressedSize }),
    tell('more or fewer'),
  );
const wrongSum = (entry: ZipEntry) =>
  malformed(entry.fileName, tell('the sum that the archive gives'), tell('another'));

function unpackAtOnce(entry: ZipEntry, packed: Uint8Array): Uint8Array {
  let unpacked: Uint8Array;
  try {
    unpacked = inflateRawSync(packed, { maxOutputLength: Math.max(1, entry.uncompressedSize) });
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw wrongSize(entry);
    throw malformed(
      entry.fileName,
      tell('packed data'),
      tell('an error in it ({code})', { code: String((thrown as NodeJS.ErrnoException).code) }),
    );
  }
  if (unpacked.length !== entry.uncompressedSize) throw wrongSize(entry);
  return unpacked;
}

const inflate = (entry: ZipEntry, packed: AsyncIterable<Uint8Array>) =>
  unpacked(createInflateRaw({ chunkSize: unpackedChunkBytes }), packed, entry.fileName, tell('packed data'));

/** Passes bytes on while it counts and sums them. */
async function* checked(entry: ZipEntry, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let [length, sum] = [0, 0];
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > entry.uncompressedSize) throw wrongSize(entry);
    sum = crc32(chunk, sum);
    yield chunk;
  }
  if (length !== entry.uncompressedSize) throw wrongSize(entry);
  if (sum !== entry.crc32) throw wrongSum(entry);
}

function entryOf(entry: ZipEntry, bytes: Bytes, end: number): Entry {
  const stored = () => {
    const { from, length } = packedBytes(entry, bytes, end);
    return storedEntry(entry.fileName, bytes, from, length);
  };
  const isPacked = entry.compressionMethod === 8;
  const stream = () => checked(entry, isPacked ? inflate(entry, stored().stream()) : stored().stream());
  const read = async () => {
    if (entry.uncompressedSize > atOnceBytes || entry.compressedSize > atOnceBytes) return await allBytes(stream());
    const packed = await stored().read();
    const unpacked = isPacked ? unpackAtOnce(entry, packed) : packed;
    if (crc32(unpacked) !== entry.crc32) throw wrongSum(entry);
    return unpacked;
  };
  return {
    path: entry.fileName,
    bytes: entry.uncompressedSize,
    read,
    stream,
    head: async (count) =>
      entry.uncompressedSize <= 64 * 1024 ? (await read()).subarray(0, count) : firstBytes(stream(), count),
  };
}

/** @throws Expected for archives that are damaged, encrypted, packed in unknown ways, over a limit, or made to do harm */
export async function openZip(
  bytes: Bytes,
  name: string,
  limits: IntakeLimits,
): Promise<{ readonly entries: Entry[]; readonly odd: OddFile[] }> {
  const all = await list(bytes, name, limits);
  const ends = placesOf(all, bytes, name);
  const [entries, odd]: [Entry[], OddFile[]] = [[], []];
  let [unpacked, packed] = [0, 0];
  const names = new Set<string>();
  for (const entry of all) {
    if (entry.fileName.endsWith('/') || isLitter(entry.fileName)) continue;
    const reason = kindOf(entry);
    if (reason) {
      odd.push({ path: entry.fileName, reason });
      continue;
    }
    if (entry.isEncrypted()) throw refused(name, tell('it is encrypted'));
    if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8)
      throw refused(
        name,
        tell('it is packed in a way that Residua does not know (method {method})', { method: entry.compressionMethod }),
      );
    if (names.has(entry.fileName))
      throw refused(name, tell('it holds two files called {path}', { path: shown(entry.fileName) }));
    names.add(entry.fileName);
    keepWithin(limits, 'depth', entry.fileName.split('/').length, name);
    keepWithin(limits, 'entryBytes', entry.uncompressedSize, entry.fileName);
    keepRatio(limits, entry.uncompressedSize, entry.compressedSize, entry.fileName);
    unpacked += entry.uncompressedSize;
    packed += entry.compressedSize;
    keepWithin(limits, 'bytes', unpacked, name);
    entries.push(entryOf(entry, bytes, ends.get(entry) ?? bytes.length));
  }
  keepRatio(limits, unpacked, packed, name);
  entries.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { entries, odd };
}
