/**
 * Tar archives (POSIX.1-2001 "ustar" and "pax", GNU's long names, old v7), as a list of the places where files lie, so
 * that they can be read in any order. Nothing is ever extracted.
 */
import type { IntakeLimits, OddFile } from '../shared/import.ts';
import { storedEntry } from './entry.ts';
import type { Bytes, Entry } from './entry.ts';
import { isLitter } from './folder.ts';
import { keepWithin, malformed, objectionToPath, refused, shown } from './refuse.ts';
import { tell } from '../shared/told.ts';
import type { Told } from '../shared/told.ts';

const blockBytes = 512;
/** Names and pax records are small. */
const mostExtraBytes = 64 * 1024;

const text = (bytes: Uint8Array): string => {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
};

/** Octal digits, or for what does not fit GNU's big-endian binary; NaN where it is neither. */
function numberOf(field: Uint8Array): number {
  if ((field[0] as number) & 0x80) {
    if (field[0] !== 0x80) return NaN;
    return field.subarray(1).reduce((value, byte) => value * 256 + byte, 0);
  }
  const digits = text(field).trim();
  return /^[0-7]*$/.test(digits) ? Number.parseInt(digits || '0', 8) : NaN;
}

/** The sum of all bytes of a header with its own field taken as spaces. */
function sumOf(header: Uint8Array): number {
  let sum = 8 * 0x20;
  header.forEach((byte, index) => {
    if (index < 148 || index >= 156) sum += byte;
  });
  return sum;
}

/** Whether 512 bytes are the header of a file in a tar. */
export const isTar = (head: Uint8Array): boolean =>
  head.length >= blockBytes && head[0] !== 0 && numberOf(head.subarray(148, 156)) === sumOf(head.subarray(0, 512));

/** `length key=value\n` records of a pax header. */
function paxRecords(bytes: Uint8Array, file: string): Map<string, string> {
  const found = new Map<string, string>();
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at);
    const length = space < 0 ? NaN : Number(text(bytes.subarray(at, space)));
    if (!Number.isInteger(length) || length < 5 || at + length > bytes.length)
      throw malformed(file, tell('records of a tar header'), tell('something else'));
    const record = new TextDecoder().decode(bytes.subarray(space + 1, at + length - 1));
    const equals = record.indexOf('=');
    if (equals > 0) found.set(record.slice(0, equals), record.slice(equals + 1));
    at += length;
  }
  return found;
}

const kinds: Readonly<Record<string, Told>> = {
  '1': tell('a link'),
  '2': tell('a link'),
  '3': tell('a device'),
  '4': tell('a device'),
  '6': tell('a pipe'),
  S: tell('a file with holes'),
};

interface Header {
  readonly path: string;
  readonly bytes: number;
  readonly kind: string;
}

function headerOf(block: Uint8Array, at: number, file: string): Header {
  if (numberOf(block.subarray(148, 156)) !== sumOf(block))
    throw malformed(file, tell('the header of a file at byte {at}', { at }), tell('something else'));
  const bytes = numberOf(block.subarray(124, 136));
  if (!Number.isSafeInteger(bytes)) throw malformed(file, tell('a size at byte {at}', { at }), tell('something else'));
  const isUstar = text(block.subarray(257, 262)) === 'ustar' && block[262] === 0;
  const prefix = isUstar ? text(block.subarray(345, 500)) : '';
  const name = text(block.subarray(0, 100));
  return {
    path: prefix ? `${prefix}/${name}` : name,
    bytes,
    kind: block[156] === 0 ? '0' : String.fromCharCode(block[156] as number),
  };
}

/** @throws Expected for archives that are damaged, over a limit, or made to do harm */
export function openTar(
  bytes: Bytes,
  name: string,
  limits: IntakeLimits,
): { readonly entries: Entry[]; readonly odd: OddFile[] } {
  const [entries, odd]: [Entry[], OddFile[]] = [[], []];
  let [longName, pax]: [string | null, Map<string, string>] = [null, new Map()];
  let [total, seen] = [0, 0];
  const names = new Set<string>();
  const take = (header: Header, path: string, from: number, length: number) => {
    const objection = objectionToPath(path);
    if (objection) throw refused(name, objection);
    keepWithin(limits, 'nameBytes', Buffer.byteLength(path), name);
    keepWithin(limits, 'depth', path.split('/').length, name);
    if (isLitter(path)) return;
    const isFile = header.kind === '0' || header.kind === '7';
    if (!isFile || pax.has('GNU.sparse.major'))
      odd.push({
        path,
        reason: isFile ? tell('a file with holes') : (kinds[header.kind] ?? tell('of an unknown kind')),
      });
    else {
      if (names.has(path)) throw refused(name, tell('it holds two files called {path}', { path: shown(path) }));
      names.add(path);
      keepWithin(limits, 'entryBytes', length, path);
      total += length;
      keepWithin(limits, 'bytes', total, name);
      entries.push(storedEntry(path, bytes, from, length));
    }
  };
  for (let at = 0; at + blockBytes <= bytes.length;) {
    const block = bytes.at(at, blockBytes);
    if (block.every((byte) => byte === 0)) break;
    keepWithin(limits, 'entries', ++seen, name);
    const header = headerOf(block, at, name);
    const length = pax.has('size') && !'xgLK'.includes(header.kind) ? Number(pax.get('size')) : header.bytes;
    const from = at + blockBytes;
    if (!Number.isSafeInteger(length) || length < 0 || from + length > bytes.length)
      throw malformed(
        name,
        tell('{count} bytes of {file}', { count: length, file: shown(longName ?? header.path) }),
        tell('{count} up to the end', { count: bytes.length - from }),
      );
    const extra = () => {
      keepWithin({ ...limits, nameBytes: mostExtraBytes }, 'nameBytes', length, name);
      return bytes.at(from, length);
    };
    if (header.kind === 'x') pax = new Map([...pax, ...paxRecords(extra(), name)]);
    else if (header.kind === 'L') longName = text(extra());
    else if (header.kind !== 'g' && header.kind !== 'K') {
      const path = (pax.get('path') ?? longName ?? header.path).replace(/^(\.\/)+/, '');
      // A folder's size, where a program writes one, is not followed by bytes.
      if (header.kind !== '5' && !path.endsWith('/')) take(header, path, from, length);
      else if (path !== '' && path !== '.' && objectionToPath(path)) throw refused(name, objectionToPath(path) as Told);
      [longName, pax] = [null, new Map()];
    }
    at = from + Math.ceil((header.kind === '5' ? 0 : length) / blockBytes) * blockBytes;
  }
  entries.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { entries, odd };
}
