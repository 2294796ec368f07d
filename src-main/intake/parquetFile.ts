/**
 * A Parquet file's footer and the values of its flat columns (apache/parquet-format, README and parquet.thrift).
 *
 * The library for the format believes the lengths of runs: one wrong byte makes it write a thousand million values. Here
 * every count is held against the rows of its group.
 */
import type { IntakeLimits } from '../shared/import.ts';
import type { Bytes } from './entry.ts';
import { decode, hybrid, plain, unpack } from './parquetPage.ts';
import type { Column, Value } from './parquetPage.ts';
import { keepRatio, keepWithin, malformed, refused, shown } from './refuse.ts';
import { EarlyEnd, numberIn, readStruct, structIn, structsIn, textIn, textsIn } from './thrift.ts';
import type { Struct } from './thrift.ts';
import { tell, verbatim } from '../shared/told.ts';

const mostFooterBytes = 64 * 1024 * 1024;
const mostPageBytes = 512 * 1024 * 1024;
const firstHeaderBytes = 16 * 1024;
const mostHeaderBytes = 16 * 1024 * 1024;

interface ColumnChunk {
  readonly codec: number;
  readonly from: number;
  readonly length: number;
}

export interface RowGroup {
  readonly rows: number;
  /** By the path of the column, joined with dots. */
  readonly chunks: ReadonlyMap<string, ColumnChunk>;
}

export interface ParquetFile {
  readonly file: string;
  readonly bytes: Bytes;
  readonly columns: readonly Column[];
  readonly groups: readonly RowGroup[];
  readonly rows: number;
  /** What a writer noted beside the data, by its key. */
  readonly notes: ReadonlyMap<string, string>;
}

const word = (bytes: Uint8Array) => Buffer.from(bytes.subarray(0, 4)).toString('latin1');
export const isParquet = (head: Uint8Array): boolean => word(head) === 'PAR1' || word(head) === 'PARE';

/** Columns that can be read, with the path of each; lists and their like are passed over. */
function columnsOf(schema: readonly Struct[], file: string): Column[] {
  const found: Column[] = [];
  let next = 1;
  const read = (path: readonly string[], levels: number, isFlat: boolean) => {
    const element = schema[next++];
    if (!element || path.length > 16) throw malformed(file, tell('a tree of columns'), tell('something else'));
    const repetition = numberIn(element, 3) ?? 0;
    const here = [...path, textIn(element, 4)];
    const hereLevels = levels + (repetition === 1 ? 1 : 0);
    const hereFlat = isFlat && repetition !== 2;
    const children = numberIn(element, 5) ?? 0;
    if (children > 0) for (let child = 0; child < children; child++) read(here, hereLevels, hereFlat);
    else if (hereFlat) {
      const type = numberIn(element, 1);
      if (type === 1 || type === 2)
        found.push({ path: here, type: 'integer', bytesEach: type === 1 ? 4 : 8, levels: hereLevels });
      if (type === 6) found.push({ path: here, type: 'bytes', bytesEach: 0, levels: hereLevels });
    }
  };
  const children = numberIn(schema[0] ?? null, 5) ?? 0;
  for (let child = 0; child < children; child++) read([], 0, true);
  return found;
}

function groupOf(group: Struct, bytes: Bytes, file: string): RowGroup {
  const rows = numberIn(group, 3) ?? -1;
  if (!Number.isSafeInteger(rows) || rows < 0)
    throw malformed(file, tell('groups with a number of rows'), verbatim(rows));
  const chunks = new Map<string, ColumnChunk>();
  for (const column of structsIn(group, 1)) {
    const facts = structIn(column, 3);
    if (textIn(column, 1) !== '') throw refused(file, tell('it keeps columns in other files'));
    const data = numberIn(facts, 9) ?? -1;
    const dictionary = numberIn(facts, 11) ?? data;
    const from = dictionary > 0 ? Math.min(data, dictionary) : data;
    const length = numberIn(facts, 7) ?? -1;
    if (!(from >= 4 && length >= 0 && from + length <= bytes.length))
      throw malformed(
        file,
        tell('columns inside the file'),
        tell('{length} bytes from byte {from} on', { length, from }),
      );
    chunks.set(textsIn(facts, 3).join('.'), { codec: numberIn(facts, 4) ?? 0, from, length });
  }
  return { rows, chunks };
}

/** Reads the footer. @throws {Expected} `import.malformed`, `import.refused`, `import.limit` */
export function openParquet(bytes: Bytes, file: string, limits: IntakeLimits): ParquetFile {
  if (bytes.length < 12) throw malformed(file, tell('a Parquet file'), tell('{count} bytes', { count: bytes.length }));
  const tail = bytes.at(bytes.length - 8, 8);
  if (word(tail.subarray(4)) === 'PARE') throw refused(file, tell('it is encrypted'));
  if (word(tail.subarray(4)) !== 'PAR1')
    throw malformed(file, tell('PAR1 at the end of a Parquet file'), tell('something else'));
  const length = new DataView(tail.buffer, tail.byteOffset).getUint32(0, true);
  if (length > bytes.length - 12)
    throw malformed(
      file,
      tell('a footer of {length} bytes', { length }),
      tell('{count} at most', { count: bytes.length - 12 }),
    );
  if (length > mostFooterBytes)
    throw malformed(file, tell('a footer of at most {most} bytes', { most: mostFooterBytes }), verbatim(length));
  const footer = parse(() => readStruct(bytes.at(bytes.length - 8 - length, length), file).struct, file);
  const columns = columnsOf(structsIn(footer, 2), file);
  const groups = structsIn(footer, 4).map((group) => groupOf(group, bytes, file));
  const rows = groups.reduce((sum, group) => sum + group.rows, 0);
  keepWithin(limits, 'entries', rows, file);
  const notes = new Map(structsIn(footer, 5).map((note) => [textIn(note, 1), textIn(note, 2)]));
  return { file, bytes, columns, groups, rows, notes };
}

function parse<Result>(read: () => Result, file: string): Result {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof EarlyEnd)
      throw malformed(
        file,
        tell('{message} in a structure of Parquet', { message: thrown.message }),
        tell('an earlier end'),
      );
    throw thrown;
  }
}

interface Page {
  readonly header: Struct;
  readonly body: Uint8Array;
  readonly unpackedBytes: number;
}

/** The pages of a column's chunk, one after the other, still packed. */
function* pagesOf({ bytes, file }: ParquetFile, { from, length }: ColumnChunk): Generator<Page> {
  for (let at = from; at < from + length;) {
    let read: ReturnType<typeof readStruct> | null = null;
    for (let window = firstHeaderBytes; !read; window *= 8) {
      const left = Math.min(window, from + length - at);
      try {
        read = readStruct(bytes.at(at, left), file);
      } catch (thrown) {
        if (!(thrown instanceof EarlyEnd) || left < window || window >= mostHeaderBytes)
          throw thrown instanceof EarlyEnd
            ? malformed(file, tell('the header of a page'), tell('an earlier end'))
            : thrown;
      }
    }
    const packedBytes = numberIn(read.struct, 3) ?? -1;
    const unpackedBytes = numberIn(read.struct, 2) ?? -1;
    const body = at + read.length;
    if (packedBytes < 0 || unpackedBytes < 0 || body + packedBytes > from + length)
      throw malformed(file, tell('pages inside their column'), tell('one of {bytes} bytes', { bytes: packedBytes }));
    if (unpackedBytes > mostPageBytes || packedBytes > mostPageBytes)
      throw malformed(
        file,
        tell('pages of at most {most} bytes', { most: mostPageBytes }),
        verbatim(Math.max(unpackedBytes, packedBytes)),
      );
    yield { header: read.struct, body: bytes.at(body, packedBytes), unpackedBytes };
    at = body + packedBytes;
  }
}

/** What stands before the values of a page: which rows have one. */
interface Levels {
  readonly has: Uint32Array | null;
  readonly values: Uint8Array;
}

async function contentOf(
  { file }: ParquetFile,
  { header, body, unpackedBytes }: Page,
  { levels }: Column,
  codec: number,
  count: number,
): Promise<Levels> {
  const second = structIn(header, 8);
  const width = 32 - Math.clz32(levels);
  if (second) {
    const [defined, repeated] = [numberIn(second, 5) ?? 0, numberIn(second, 6) ?? 0];
    if (defined < 0 || repeated < 0 || defined + repeated > Math.min(body.length, unpackedBytes))
      throw malformed(
        file,
        tell('levels inside their page'),
        tell('{length} bytes of them', { length: defined + repeated }),
      );
    const packed = body.subarray(defined + repeated);
    const isPacked = second.get(7) !== false;
    return {
      has: levels > 0 ? hybrid(body.subarray(repeated, repeated + defined), width, count, file) : null,
      values: isPacked ? await unpack(codec, packed, unpackedBytes - defined - repeated, file) : packed,
    };
  }
  const page = await unpack(codec, body, unpackedBytes, file);
  if (levels === 0) return { has: null, values: page };
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
  const length = page.length < 4 ? NaN : view.getUint32(0, true);
  if (!(4 + length <= page.length))
    throw malformed(file, tell('levels inside their page'), tell('{length} bytes of them', { length }));
  return { has: hybrid(page.subarray(4, 4 + length), width, count, file), values: page.subarray(4 + length) };
}

/**
 * The values of a column in one group of rows, page by page. Bytes are views of their page.
 * @throws {Expected} `import.malformed`, `import.refused`, `import.limit`
 */
export async function* valuesOf(
  parquet: ParquetFile,
  group: RowGroup,
  column: Column,
  limits: IntakeLimits,
): AsyncGenerator<Value[]> {
  const { file } = parquet;
  const chunk = group.chunks.get(column.path.join('.'));
  if (!chunk)
    throw malformed(
      file,
      tell('the column {path} in every group of rows', { path: shown(column.path.join('.')) }),
      tell('a group without it'),
    );
  let dictionary: Value[] | null = null;
  let [done, given, taken] = [0, 0, 0];
  for (const page of pagesOf(parquet, chunk)) {
    if (done >= group.rows) break;
    given += page.body.length;
    taken += page.unpackedBytes;
    keepRatio(limits, taken, given, file);
    keepWithin(limits, 'bytes', taken, file);
    const kind = numberIn(page.header, 1);
    const first = structIn(page.header, 7);
    if (kind === 2 && first) {
      const count = numberIn(first, 1) ?? -1;
      // A dictionary may keep what no row has, but a value takes a byte of its page at least.
      if (count < 0 || count > page.unpackedBytes)
        throw malformed(file, tell('a dictionary of values'), tell('one of {count}', { count }));
      dictionary = plain(await unpack(chunk.codec, page.body, page.unpackedBytes, file), column, count, file);
      continue;
    }
    const facts = structIn(page.header, 8) ?? structIn(page.header, 5);
    if (!facts) continue;
    const count = numberIn(facts, 1) ?? -1;
    if (count < 0 || done + count > group.rows)
      throw malformed(file, tell('{rows} values in a group of rows', { rows: group.rows }), tell('more'));
    const encoding = numberIn(facts, structIn(page.header, 8) ? 4 : 2) ?? -1;
    const { has, values: raw } = await contentOf(parquet, page, column, chunk.codec, count);
    const present = has ? has.reduce((sum, level) => sum + (level === column.levels ? 1 : 0), 0) : count;
    const values = decode(raw, column, present, encoding, dictionary, file);
    done += count;
    let next = 0;
    yield has ? Array.from(has, (level) => (level === column.levels ? (values[next++] as Value) : null)) : values;
  }
  if (done !== group.rows)
    throw malformed(file, tell('{rows} values in a group of rows', { rows: group.rows }), verbatim(done));
}
