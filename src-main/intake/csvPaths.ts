/** Tables that say the class of each image file beside them: a column of paths or names, one of labels, perhaps one of splits. */
import type { IntakeLimits, OddFile } from '../shared/import.ts';
import { classesOf, labelOf } from './classes.ts';
import type { RawLabel } from './classes.ts';
import { rowsOf } from './csvText.ts';
import type { TextTable } from './csvText.ts';
import { measureSome, readImages } from './encodedImages.ts';
import type { EncodedImage } from './encodedImages.ts';
import type { Entry, Source } from './entry.ts';
import type { Found } from './format.ts';
import { baseName, inSplitOrder, splitNamed, splitOfPath } from './format.ts';
import { keepWithin, malformed } from './refuse.ts';
import { tell } from '../shared/told.ts';

const pathTitle = /^(image|img|file|filename|path|filepath|(image|img|file)[ _]?(path|name|id|file)|id|name)$/i;
const labelTitle =
  /^(label|labels|class|classname|target|y|category|species|breed|diagnosis|(class|label)[ _]?(name|id))$/i;
const splitTitle = /^(split|subset|set|usage|partition|phase)$/i;
const isImageName = (path: string) => /\.(png|jpe?g|jfif|webp|gif|bmp)$/i.test(path);

const plain = (path: string) =>
  path
    .replaceAll('\\', '/')
    .replace(/^(\.?\/)+/, '')
    .toLowerCase();

/** Finds image files by path, by the end of it, by name or by name without ending, whichever is written in a table. */
export class ImageFiles {
  readonly images: readonly Entry[];
  readonly #places = new Map<string, Entry | null>();

  constructor(source: Source) {
    this.images = source.entries.filter(({ path }) => isImageName(path));
    for (const entry of this.images) {
      const path = plain(entry.path);
      const parts = path.split('/');
      const keys = parts.map((_, from) => parts.slice(from).join('/'));
      for (const key of [...keys, ...keys.map((each) => each.replace(/\.[^./]+$/, ''))]) this.#add(key, entry);
    }
  }

  /** Null where there is none, or more than one. */
  find(written: string): Entry | null {
    const path = plain(written);
    for (let from = 0; from >= 0;) {
      const found = this.#places.get(path.slice(from));
      if (found) return found;
      const next = path.indexOf('/', from);
      from = next < 0 ? -1 : next + 1;
    }
    return null;
  }

  #add(key: string, entry: Entry): void {
    const there = this.#places.get(key);
    // Two files of one name are told apart by their folders alone.
    if (there === undefined) this.#places.set(key, entry);
    else if (there !== entry) this.#places.set(key, plain(entry.path) === key ? entry : null);
  }
}

interface Columns {
  readonly hasTitles: boolean;
  readonly path: number;
  readonly label: number;
  readonly split: number | null;
}

/** Which column is what; null where no column names image files that are there. */
export function pathColumns({ first }: TextTable, files: ImageFiles): Columns | null {
  const [titles, ...rows] = first as [readonly string[], ...(readonly string[])[]];
  const width = titles.length;
  const known = Array.from(
    { length: width },
    (_, column) => rows.filter((row) => files.find(row[column] as string)).length,
  );
  const most = Math.max(...known);
  // Classes called 0, 1, … may be names of files as well, so a title counts for more.
  const isTitled = (column: number) => pathTitle.test(titles[column] as string);
  const candidates = [...known.keys()].filter((column) => (known[column] as number) > 0);
  const path = candidates.find(isTitled) ?? candidates.find((column) => known[column] === most) ?? -1;
  if (path < 0) return null;
  const hasTitles = files.find(titles[path] as string) === null;
  const titled = (pattern: RegExp) =>
    hasTitles ? titles.findIndex((title, column) => column !== path && pattern.test(title)) : -1;
  const split = titled(splitTitle);
  const others = [...titles.keys()].filter((column) => column !== path && column !== split && !isTitled(column));
  const label = titled(labelTitle) >= 0 ? titled(labelTitle) : (others[0] ?? -1);
  return label < 0 ? null : { hasTitles, path, label, split: split < 0 ? null : split };
}

interface Placed {
  readonly entry: Entry;
  readonly label: RawLabel;
}

/** A dataset out of tables of paths. @throws {Expected} `import.malformed`, `import.limit`, `import.unknown` */
export async function describePaths(
  source: Source,
  tables: readonly { readonly table: TextTable; readonly columns: Columns }[],
  files: ImageFiles,
  limits: IntakeLimits,
): Promise<Found> {
  const placed = new Map<string, Placed[]>();
  const taken = new Map<Entry, RawLabel>();
  const odd: OddFile[] = [];
  for (const { table, columns } of tables) {
    const standing = splitOfPath(table.entry.path);
    let row = 0;
    for await (const cells of rowsOf(table)) {
      if (row++ === 0 && columns.hasTitles) continue;
      keepWithin(limits, 'entries', row, table.entry.path);
      const written = cells[columns.path] ?? '';
      const entry = files.find(written);
      const label = labelOf(cells[columns.label] ?? '');
      if (!entry) {
        odd.push({
          path: `${table.entry.path}, row ${row}`,
          reason: tell('there is no image {written}', { written: written.slice(0, 80) }),
        });
        continue;
      }
      const before = taken.get(entry);
      if (before !== undefined) {
        if (before !== label)
          throw malformed(
            table.entry.path,
            tell('one class for {path}', { path: baseName(entry.path) }),
            tell('{before} and {label}', { before, label }),
          );
        continue;
      }
      taken.set(entry, label);
      const split = (columns.split === null ? null : splitNamed(cells[columns.split] ?? '')) ?? standing;
      const list = placed.get(split) ?? [];
      placed.set(split, list);
      list.push({ entry, label });
    }
  }
  const { classes, labels } = classesOf(
    [...placed.values()].map((list) => list.map(({ label }) => label)),
    (tables[0] as { table: TextTable }).table.entry.path,
    limits,
  );
  const images = [...placed.values()].map((list, index): EncodedImage[] =>
    list.map(({ entry }, place) => ({ entry, label: (labels[index] as Int32Array)[place] as number })),
  );
  const splits = inSplitOrder(
    new Map([...placed.keys()].map((name, index) => [name, images[index] as EncodedImage[]])),
  );
  const measured = await measureSome([...splits.values()].flat(), limits);
  const tableEntries = new Set(tables.map(({ table }) => table.entry));
  return {
    format: 'csv-paths',
    formatName: 'images with a table of their classes (CSV)',
    name: null,
    classes,
    mirrors: !classes.every((name) => name.length === 1),
    splits: [...splits].map(([name, list]) => ({ name, labels: Int32Array.from(list, ({ label }) => label) })),
    ...measured,
    odd: [
      ...odd,
      ...source.entries
        .filter((entry) => !taken.has(entry) && !tableEntries.has(entry))
        .map(({ path }) => ({ path, reason: isImageName(path) ? tell('not in the table') : tell('not an image') })),
    ],
    read: (split, indices, treatment) => {
      const list = splits.get(split) ?? [];
      return readImages(
        Array.from(indices, (index) => list[index] as EncodedImage),
        treatment,
        limits,
      );
    },
  };
}
