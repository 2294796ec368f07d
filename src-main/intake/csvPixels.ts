/**
 * Tables of pixels: a row for each image with its label and a column for each pixel (Kaggle's MNIST and its followers), or
 * with all pixels in one column, parted by spaces (FER2013).
 */
import type { IntakeLimits } from '../shared/import.ts';
import { layoutOf } from './arrayPixels.ts';
import type { Layout } from './arrayPixels.ts';
import { classesOf, labelOf } from './classes.ts';
import type { RawLabel } from './classes.ts';
import { rowsOf } from './csvText.ts';
import type { TextTable } from './csvText.ts';
import type { Source } from './entry.ts';
import type { Found } from './format.ts';
import { imagesPerChunk, inSplitOrder, splitNamed, splitOfPath } from './format.ts';
import { keepWithin, malformed } from './refuse.ts';
import type { Batch } from './table.ts';
import { chosen } from './table.ts';
import { interleaved } from './treat.ts';
import { tell, verbatim } from '../shared/told.ts';
import type { Told } from '../shared/told.ts';

const labelTitle = /^(label|labels|class|target|y|digit|emotion|category|"?class_?label"?)$/i;
const fewestPixels = 16;
const isNumber = (cell: string) => /^\d{1,9}$/.test(cell);

/** Where in a table the parts of an image are. */
interface Columns {
  readonly hasTitles: boolean;
  readonly label: number;
  /** Null: every column but the label's is a pixel. */
  readonly pixels: number | null;
  readonly split: number | null;
  readonly layout: Layout;
}

/** How a table holds pixels; null where it does not. */
export function pixelColumns({ first }: TextTable): Columns | null {
  const [titles, second] = first as [readonly string[], readonly string[]];
  const hasTitles = titles.some((cell) => !isNumber(cell));
  const cells = hasTitles ? second : titles;
  const together = hasTitles ? titles.findIndex((title) => /^pixels$/i.test(title)) : -1;
  const label = hasTitles ? titles.findIndex((title) => labelTitle.test(title)) : 0;
  if (together >= 0) {
    const layout = layoutOf([(cells[together] as string).split(' ').length]);
    const split = titles.findIndex((title) => /^(usage|split|set)$/i.test(title));
    return layout && label >= 0
      ? { hasTitles, label, pixels: together, split: split < 0 ? null : split, layout }
      : null;
  }
  if (cells.length <= fewestPixels || !cells.every((cell, column) => column === label || isNumber(cell))) return null;
  const layout = layoutOf([cells.length - (label < 0 ? 0 : 1)]);
  return layout ? { hasTitles, label, pixels: null, split: null, layout } : null;
}

interface Row {
  readonly label: RawLabel;
  readonly split: string;
  readonly pixels: Uint8Array;
}

const byteOf = (text: string): number => (/^\s*\d{1,3}\s*$/.test(text) && Number(text) <= 255 ? Number(text) : NaN);

/** Rows with every pixel as a number of its own: digits and separators alone, read byte by byte. */
async function* plainRows({ entry, separator }: TextTable, columns: Columns, values: number): AsyncGenerator<Row> {
  const [mark, labelColumn] = [separator.charCodeAt(0), columns.label];
  const split = splitOfPath(entry.path);
  let [pixels, place, column, number, digits, line] = [new Uint8Array(values), 0, 0, 0, 0, 1];
  let skipping = columns.hasTitles;
  let label = '';
  const wrong = (found: Told) =>
    malformed(
      entry.path,
      tell('{count} whole numbers from 0 to 255 in line {line}', { count: values + 1, line }),
      found,
    );
  const endCell = () => {
    if (column !== labelColumn) {
      if (digits === 0 || digits > 3 || number > 255)
        throw wrong(digits === 0 ? tell('an empty place') : verbatim(number));
      if (place >= values) throw wrong(tell('more'));
      pixels[place++] = number;
    }
    column++;
    number = digits = 0;
  };
  const endLine = (): Row | null => {
    if (column === 0 && digits === 0 && label === '') return null;
    endCell();
    if (place !== values || column !== values + 1) throw wrong(verbatim(column));
    const row = { label: labelOf(label.trim().replace(/^"(.*)"$/, '$1')), split, pixels };
    [pixels, place, column, label] = [new Uint8Array(values), 0, 0, ''];
    return row;
  };
  let wasReturn = false;
  for await (const chunk of entry.stream())
    for (const byte of chunk) {
      if (byte === 10 || byte === 13) {
        if (!(byte === 10 && wasReturn)) {
          if (!skipping) {
            const row = endLine();
            if (row) yield row;
          }
          skipping = false;
          line++;
        }
        wasReturn = byte === 13;
        continue;
      }
      wasReturn = false;
      if (skipping) continue;
      if (byte === mark) endCell();
      else if (column === labelColumn) {
        label += String.fromCharCode(byte);
        if (label.length > 200) throw wrong(tell('a label of more than 200 letters'));
        digits++;
      } else if (byte >= 48 && byte <= 57) {
        number = number * 10 + byte - 48;
        if (++digits > 9) throw wrong(tell('a longer number'));
      } else if (byte !== 32 && byte !== 34) throw wrong(tell('"{text}"', { text: String.fromCharCode(byte) }));
    }
  if (!skipping) {
    const row = endLine();
    if (row) yield row;
  }
}

/** Rows with all pixels in one place. */
async function* packedRows(table: TextTable, columns: Columns, values: number): AsyncGenerator<Row> {
  const { entry } = table;
  const standing = splitOfPath(entry.path);
  let line = 0;
  for await (const cells of rowsOf(table)) {
    if (line++ === 0) continue;
    const pixels = Uint8Array.from((cells[columns.pixels as number] as string).split(' '), (text) => {
      const value = byteOf(text);
      if (Number.isNaN(value))
        throw malformed(
          entry.path,
          tell('pixels from 0 to 255 in row {line}', { line }),
          tell('"{text}"', { text: text.slice(0, 20) }),
        );
      return value;
    });
    if (pixels.length !== values)
      throw malformed(entry.path, tell('{values} pixels in row {line}', { values, line }), verbatim(pixels.length));
    const split = columns.split === null ? standing : (splitNamed(cells[columns.split] as string) ?? standing);
    yield { label: labelOf(cells[columns.label] as string), split, pixels };
  }
}

interface Part {
  readonly table: TextTable;
  readonly columns: Columns;
}

const valuesOf = ({ shape }: Layout) => shape.height * shape.width * shape.channels;

const rowsIn = ({ table, columns }: Part): AsyncGenerator<Row> =>
  (columns.pixels === null ? plainRows : packedRows)(table, columns, valuesOf(columns.layout));

async function* batchesOf(parts: readonly Part[], split: string, layout: Layout): AsyncGenerator<Batch> {
  const { shape, isPlanar } = layout;
  const [values, most] = [valuesOf(layout), imagesPerChunk(shape)];
  let [first, count, raw] = [0, 0, new Uint8Array(most * values)];
  const batch = (): Batch => {
    const bytes = raw.subarray(0, count * values);
    return {
      first,
      count,
      pixels: isPlanar ? interleaved(bytes, count, shape.channels, shape.height * shape.width) : bytes,
    };
  };
  for (const part of parts)
    for await (const row of rowsIn(part)) {
      if (row.split !== split) continue;
      raw.set(row.pixels, count++ * values);
      if (count < most) continue;
      yield batch();
      [first, count, raw] = [first + count, 0, new Uint8Array(most * values)];
    }
  if (count > 0) yield batch();
}

/** A dataset out of tables of pixels. @throws {Expected} `import.malformed`, `import.limit` */
export async function describePixels(
  source: Source,
  tables: readonly { readonly table: TextTable; readonly columns: Columns }[],
  limits: IntakeLimits,
): Promise<Found> {
  const parts = tables.filter(({ columns }) => columns.label >= 0);
  const [first] = parts;
  if (!first) {
    const file = (tables[0] as Part).table.entry.path;
    throw malformed(file, tell('a column called "label" beside the pixels'), tell('none'));
  }
  const { layout } = first.columns;
  const other = parts.find(({ columns }) => JSON.stringify(columns.layout) !== JSON.stringify(layout));
  if (other)
    throw malformed(
      other.table.entry.path,
      tell('{layout} pixels, as the other tables have', { layout: valuesOf(layout) }),
      tell('others'),
    );
  const raw = new Map<string, RawLabel[]>();
  let images = 0;
  for (const part of parts)
    for await (const { label, split } of rowsIn(part)) {
      const list = raw.get(split) ?? [];
      raw.set(split, list);
      list.push(label);
      keepWithin(limits, 'entries', ++images, part.table.entry.path);
    }
  const { classes, labels } = classesOf([...raw.values()], first.table.entry.path, limits);
  const stored = inSplitOrder(
    new Map([...raw.keys()].map((split, index) => [split, { split, labels: labels[index] as Int32Array }])),
  );
  const taken = new Set(parts.map(({ table }) => table.entry));
  const unlabelled = new Set(tables.filter(({ columns }) => columns.label < 0).map(({ table }) => table.entry));
  const { height, width } = layout.shape;
  return {
    format: 'csv-pixels',
    formatName: 'a table of pixels (CSV)',
    name: null,
    classes,
    mirrors: false,
    splits: [...stored].map(([name, one]) => ({ name, labels: one.labels })),
    image: layout.shape,
    sizes: [{ height, width, images }],
    measured: images,
    odd: source.entries
      .filter((entry) => !taken.has(entry))
      .map((entry) => ({
        path: entry.path,
        reason: unlabelled.has(entry) ? tell('pixels without labels') : tell('not a table of pixels'),
      })),
    notes: [],
    read(split, indices, treatment) {
      const one = stored.get(split) as { split: string; labels: Int32Array };
      return chosen(batchesOf(parts, one.split, layout), indices, one.labels, layout.shape, treatment);
    },
  };
}
