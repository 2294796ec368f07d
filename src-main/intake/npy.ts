/**
 * One array in a file of NumPy (numpy.lib.format, versions 1 to 3): a magic word, the length of a header, the header as a
 * literal of Python with `descr`, `fortran_order` and `shape`, and the values. The literal is matched, never evaluated.
 */
import { withoutFirst } from './entry.ts';
import type { Entry } from './entry.ts';
import { countOf, dtypeOf } from './numpyArray.ts';
import type { Dtype } from './numpyArray.ts';
import { malformed } from './refuse.ts';
import { tell, verbatim } from '../shared/told.ts';

export interface NpyFile {
  readonly entry: Entry;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly byColumns: boolean;
  readonly headerBytes: number;
}

const mostHeaderBytes = 64 * 1024;
const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

export const isNpy = (head: Uint8Array): boolean => magic.every((byte, index) => head[index] === byte);

/** The value behind a key of the header's dictionary. */
const valueOf = (header: string, key: string): string =>
  new RegExp(`'${key}':\\s*('[^']*'|True|False|\\([^()]*\\))\\s*[,}]`).exec(header)?.[1] ?? '';

/** The header of an array, or null where the file is something else. @throws {Expected} `import.malformed`, `import.refused` */
export async function npyHeader(entry: Entry): Promise<NpyFile | null> {
  const head = await entry.head(12);
  if (!isNpy(head)) return null;
  const version = head[6] as number;
  if (head.length < 12 || version < 1 || version > 3)
    throw malformed(entry.path, tell('an array of NumPy in version 1, 2 or 3'), tell('version {version}', { version }));
  const view = new DataView(head.buffer, head.byteOffset);
  const [prefix, length] = version === 1 ? [10, view.getUint16(8, true)] : [12, view.getUint32(8, true)];
  if (length > mostHeaderBytes)
    throw malformed(entry.path, tell('a header of at most {most} bytes', { most: mostHeaderBytes }), verbatim(length));
  const bytes = (await entry.head(prefix + length)).subarray(prefix);
  if (bytes.length < length)
    throw malformed(entry.path, tell('a header of {length} bytes', { length }), verbatim(bytes.length));
  const header = new TextDecoder().decode(bytes).trim();
  const [descr, order, shape] = ['descr', 'fortran_order', 'shape'].map((key) => valueOf(header, key));
  if (
    !/^\{.*\}$/s.test(header) ||
    !descr?.startsWith("'") ||
    !order ||
    !/^\(\s*(\d+\s*,\s*)*(\d+)?\s*\)$/.test(shape ?? '')
  )
    throw malformed(
      entry.path,
      tell('descr, fortran_order and shape in the header of an array'),
      tell('something else'),
    );
  const sizes = [...(shape as string).matchAll(/\d+/g)].map(([digits]) => Number(digits));
  const dtype = dtypeOf(descr.slice(1, -1), entry.path);
  const wanted = countOf(sizes, entry.path) * dtype.bytes + prefix + length;
  if (entry.bytes !== null && entry.bytes !== wanted)
    throw malformed(
      entry.path,
      tell('{wanted} bytes for an array of {sizes}', { wanted, sizes: sizes.join(' × ') }),
      verbatim(entry.bytes),
    );
  return { entry, dtype, shape: sizes, byColumns: order === 'True' && sizes.length > 1, headerBytes: prefix + length };
}

/** The bytes behind the header, counted. @throws {Expected} `import.malformed` where they are too few or too many */
export async function* npyBytes({ entry, dtype, shape, headerBytes }: NpyFile): AsyncGenerator<Uint8Array> {
  const wanted = countOf(shape, entry.path) * dtype.bytes;
  let taken = 0;
  for await (const chunk of withoutFirst(entry.stream(), headerBytes)) {
    taken += chunk.length;
    if (taken > wanted) break;
    yield chunk;
  }
  if (taken !== wanted)
    throw malformed(
      entry.path,
      tell('{count} bytes of values', { count: wanted }),
      taken > wanted ? tell('more') : verbatim(taken),
    );
}
