/**
 * Tables of images in Parquet, as Hugging Face's datasets keep them: a column `image` of `bytes` and `path` (or of plain
 * bytes), a column of labels, and the names of the classes in the footer's note "huggingface".
 */
import type { IntakeLimits, OddFile, Treatment } from '../shared/import.ts';
import { classesOf } from './classes.ts';
import type { RawLabel } from './classes.ts';
import { measureSome, readImages } from './encodedImages.ts';
import type { EncodedImage } from './encodedImages.ts';
import { randomAccess } from './entry.ts';
import type { Bytes, Entry, Source } from './entry.ts';
import type { Chunk, Format, Found, SplitName } from './format.ts';
import { imagesPerChunk, inSplitOrder, splitOfPath } from './format.ts';
import { imageKind } from './image.ts';
import { isParquet, openParquet, valuesOf } from './parquetFile.ts';
import type { ParquetFile, RowGroup } from './parquetFile.ts';
import type { Column } from './parquetPage.ts';
import { malformed, shown } from './refuse.ts';
import { tell } from '../shared/told.ts';

const mostFiles = 256;
const measuredRows = 256;
/** Text of class names and the like in a footer. */
const mostNoteLength = 4_000_000;

const imageTitles = [
  'image',
  'img',
  'images',
  'picture',
  'photo',
  'image_bytes',
  'bytes',
  'jpg',
  'png',
  'jpeg',
  'webp',
];
const labelTitles = ['fine_label', 'label', 'labels', 'class', 'target', 'y', 'category', 'digit', 'cls', 'class_name'];

const nameOf = ({ path }: Column) => path.join('.');

/** Columns of the table, with those that are called as expected first. */
function byTitle(columns: readonly Column[], titles: readonly string[]): Column[] {
  const rank = ({ path }: Column) => {
    const place = titles.indexOf((path[0] as string).toLowerCase());
    return place < 0 ? titles.length : place;
  };
  return [...columns].sort((a, b) => rank(a) - rank(b));
}

async function firstBytes(file: ParquetFile, column: Column, limits: IntakeLimits): Promise<Uint8Array | null> {
  for (const group of file.groups)
    for await (const values of valuesOf(file, group, column, limits)) {
      const value = values.find((each) => each instanceof Uint8Array);
      if (value) return value as Uint8Array;
    }
  return null;
}

/** The column whose values begin as images do. */
async function imageColumn(file: ParquetFile, limits: IntakeLimits): Promise<Column> {
  const columns = byTitle(
    file.columns.filter(({ type }) => type === 'bytes'),
    imageTitles,
  );
  for (const column of columns) {
    const value = await firstBytes(file, column, limits);
    if (value && imageKind(value.subarray(0, 12))) return column;
  }
  throw malformed(file.file, tell('a column of images (PNG, JPEG, WebP, GIF or BMP)'), columnsShown(file));
}

const columnsShown = ({ columns }: ParquetFile) =>
  columns.length === 0
    ? tell('no columns that can be read')
    : tell('the columns {names}', { names: shown(columns.map(nameOf).join(', ')) });

function labelColumn(file: ParquetFile, images: Column): Column {
  const others = file.columns.filter((column) => column !== images && column.path[0] !== images.path[0]);
  const [first] = byTitle(others, labelTitles);
  const isTitled = first && labelTitles.includes((first.path[0] as string).toLowerCase());
  if (first && (isTitled || others.length === 1)) return first;
  throw malformed(file.file, tell('a column called "label" beside the images'), columnsShown(file));
}

/** Names of classes that Hugging Face's library noted: `info.features.LABEL.names`. */
function notedNames(file: ParquetFile, label: Column): string[] | null {
  const text = file.notes.get('huggingface') ?? '';
  if (text === '' || text.length > mostNoteLength) return null;
  try {
    const note = JSON.parse(text) as { info?: { features?: Record<string, { names?: unknown }> } };
    const features = note.info?.features ?? {};
    const names = Object.hasOwn(features, label.path[0] as string) ? features[label.path[0] as string]?.names : null;
    return Array.isArray(names) && names.every((name) => typeof name === 'string') && names.length > 0 ? names : null;
  } catch {
    // A note that is no JSON says nothing; the numbers stand for themselves.
    return null;
  }
}

async function labelsOf(file: ParquetFile, column: Column, limits: IntakeLimits): Promise<(RawLabel | null)[]> {
  const labels: (RawLabel | null)[] = [];
  for (const group of file.groups)
    for await (const values of valuesOf(file, group, column, limits))
      for (const value of values) labels.push(value instanceof Uint8Array ? new TextDecoder().decode(value) : value);
  return labels;
}

interface Part {
  readonly file: ParquetFile;
  readonly split: SplitName;
  readonly images: Column;
  readonly label: Column;
  readonly labels: readonly (RawLabel | null)[];
}

/** A row of a part, by the place among the rows that have a label. */
interface Row {
  readonly part: Part;
  readonly row: number;
}

const imageOf = (file: ParquetFile, row: number, value: Uint8Array, label: number): EncodedImage => ({
  label,
  entry: { path: `${file.file}, row ${row + 1}`, read: () => Promise.resolve(value) },
});

/** Images of the chosen rows, which rise within each file and follow the files' order. */
async function* readRows(
  rows: readonly Row[],
  labels: Int32Array,
  treatment: Treatment,
  limits: IntakeLimits,
): AsyncGenerator<Chunk> {
  const most = imagesPerChunk(treatment.image);
  let [next, images, odd]: [number, EncodedImage[], OddFile[]] = [0, [], []];
  async function* ready(isLast: boolean): AsyncGenerator<Chunk> {
    if (images.length < most && !isLast) return;
    for await (const chunk of readImages(images, treatment, limits))
      yield { ...chunk, odd: [...odd, ...(chunk.odd ?? [])] };
    if (images.length === 0 && odd.length > 0) yield { pixels: new Uint8Array(0), labels: new Int32Array(0), odd };
    [images, odd] = [[], []];
  }
  while (next < rows.length) {
    const { part } = rows[next] as Row;
    let begin = 0;
    for (const group of part.file.groups) {
      const isAsked = rows[next]?.part === part && (rows[next] as Row).row < begin + group.rows;
      if (isAsked) {
        let at = begin;
        for await (const values of valuesOf(part.file, group, part.images, limits)) {
          for (; rows[next]?.part === part && (rows[next] as Row).row < at + values.length; next++) {
            const { row } = rows[next] as Row;
            const value = values[row - at];
            if (value instanceof Uint8Array) images.push(imageOf(part.file, row, value, labels[next] as number));
            else odd.push({ path: `${part.file.file}, row ${row + 1}`, reason: tell('a row without an image') });
            yield* ready(false);
          }
          at += values.length;
        }
      }
      begin += group.rows;
    }
  }
  yield* ready(true);
}

/** Some images of every file, for their sizes. */
async function sample(parts: readonly Part[], limits: IntakeLimits): Promise<EncodedImage[]> {
  const found: EncodedImage[] = [];
  const each = Math.max(1, Math.floor(measuredRows / parts.length));
  for (const { file, images } of parts) {
    let taken = 0;
    for await (const values of valuesOf(file, file.groups.find(({ rows }) => rows > 0) as RowGroup, images, limits)) {
      for (const value of values)
        if (value instanceof Uint8Array && taken < each) found.push(imageOf(file, taken++, value, 0));
      if (taken >= each) break;
    }
  }
  return found;
}

async function describe(source: Source, parts: readonly Part[], limits: IntakeLimits): Promise<Found> {
  const [first] = parts as [Part, ...Part[]];
  const rows = new Map<string, Row[]>();
  for (const part of parts) {
    const list = rows.get(part.split) ?? [];
    rows.set(part.split, list);
    part.labels.forEach((label, row) => void (label !== null && list.push({ part, row })));
  }
  const raw = [...rows.values()].map((list) => list.map(({ part, row }) => part.labels[row] as RawLabel));
  const named = first.label.type === 'integer' ? notedNames(first.file, first.label) : null;
  const { classes, labels } = classesOf(raw, first.file.file, limits, named);
  const stored = inSplitOrder(
    new Map([...rows].map(([name, list], index) => [name, { list, labels: labels[index] as Int32Array }])),
  );
  const taken = new Set(parts.map(({ file }) => file.file));
  const unlabelled = parts.reduce((sum, part) => sum + part.labels.filter((label) => label === null).length, 0);
  return {
    format: 'parquet',
    formatName: 'images in Parquet',
    name: null,
    classes,
    mirrors: !classes.every((name) => name.length === 1),
    splits: [...stored].map(([name, one]) => ({ name, labels: one.labels })),
    ...(await measureSome(await sample(parts, limits), limits).then((measured) => ({
      ...measured,
      notes: [
        ...measured.notes,
        ...(unlabelled > 0 ? [tell('{unlabelled} rows have no label and are left out.', { unlabelled })] : []),
      ],
    }))),
    odd: source.entries
      .filter(({ path }) => !taken.has(path))
      .map(({ path }) => ({ path, reason: tell('not a Parquet file') })),
    read(split, indices, treatment) {
      const one = stored.get(split) as { list: Row[]; labels: Int32Array };
      return readRows(
        Array.from(indices, (index) => one.list[index] as Row),
        indices.map((index) => one.labels[index] as number),
        treatment,
        limits,
      );
    },
  };
}

async function partOf(entry: Entry, bytes: Bytes, limits: IntakeLimits): Promise<Part | null> {
  const file = openParquet(bytes, entry.path, limits);
  if (file.rows === 0) return null;
  const images = await imageColumn(file, limits);
  const label = labelColumn(file, images);
  return { file, split: splitOfPath(entry.path), images, label, labels: await labelsOf(file, label, limits) };
}

export const parquet: Format = {
  async recognise(source, limits) {
    if (source.entries.length > mostFiles) return null;
    const parts: Part[] = [];
    let empty: Entry | null = null;
    for (const entry of source.entries) {
      if (!isParquet(await entry.head(4))) continue;
      const part = await partOf(entry, await randomAccess(entry, limits), limits);
      if (part) parts.push(part);
      else empty = entry;
    }
    if (parts.length > 0) return describe(source, parts, limits);
    if (empty) throw malformed(empty.path, tell('rows'), tell('none'));
    return null;
  },
};
