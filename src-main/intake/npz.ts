/**
 * Arrays of NumPy as datasets: `.npz` (a zip of arrays) and `.npy` files, by the names that are in use: `x_train`,
 * `y_train`, `x_test`, `y_test` (Keras), `train_images`, `train_labels`, …, `images`, `labels`; where names say nothing,
 * the shapes do.
 */
import type { IntakeLimits } from '../shared/import.ts';
import { readWhole } from './entry.ts';
import type { Entry, Source } from './entry.ts';
import { imagesOf, layoutOf, scaleOf } from './arrayPixels.ts';
import type { Layout } from './arrayPixels.ts';
import { classesOf } from './classes.ts';
import type { RawLabel } from './classes.ts';
import type { Format, Found } from './format.ts';
import { baseName, splitOrder } from './format.ts';
import { npyHeader } from './npy.ts';
import type { NpyFile } from './npy.ts';
import { numberReader, stringReader } from './numpyArray.ts';
import { keepWithin, malformed } from './refuse.ts';
import { chosen } from './table.ts';
import { tell, verbatim } from '../shared/told.ts';

const mostArrays = 256;
const mostLabelBytes = 512e6;

interface Named {
  readonly file: NpyFile;
  readonly split: string;
  readonly role: 'images' | 'labels' | null;
}

const splitWords = /training|train|tr$|validation|valid|val|testing|test|te$/g;

/** The split by the file's name and the folder or archive it lies in, the role by the name alone or else by the shape. */
function named(file: NpyFile): Named {
  const parts = file.entry.path.toLowerCase().split('/').slice(-2);
  const name = (parts.at(-1) ?? '').replace(/\.npy$/, '');
  const word = (name.match(splitWords) ?? parts.join('/').match(splitWords) ?? ['train'])[0];
  const split = /^te/.test(word) ? 'test' : /^va/.test(word) ? 'val' : 'train';
  const rest = name.replace(splitWords, '').replace(/[^a-z]/g, '');
  const [images, ...inner] = file.shape;
  const fits = images !== undefined && layoutOf(inner) !== null;
  const isColumn = file.shape.length === 1 || (file.shape.length === 2 && (file.shape[1] as number) <= 1);
  const role = /^(x|images?|imgs?|data|features|pixels)$/.test(rest)
    ? 'images'
    : /^(y|labels?|targets?|class|classes)$/.test(rest)
      ? 'labels'
      : isColumn
        ? 'labels'
        : fits
          ? 'images'
          : null;
  return { file, split, role };
}

/** Labels as they are in a file: a column, or rows with a single 1 (one-hot). */
async function labelsOf(file: NpyFile, limits: IntakeLimits): Promise<RawLabel[]> {
  const { entry, dtype, headerBytes } = file;
  const [rows = 0, columns = 1, ...more] = file.shape;
  keepWithin(limits, 'entries', rows, entry.path);
  const data = (await readWhole(entry, mostLabelBytes, limits)).subarray(headerBytes);
  if (more.length > 0 || data.length !== rows * columns * dtype.bytes)
    throw malformed(
      entry.path,
      tell('one label an image'),
      tell('an array of {shape}', { shape: file.shape.join(' × ') }),
    );
  if (dtype.kind === 'U' || dtype.kind === 'S') {
    const text = stringReader(dtype, data);
    if (columns !== 1) throw malformed(entry.path, tell('one label an image'), verbatim(columns));
    return Array.from({ length: rows }, (_, row) => text(row));
  }
  const value = numberReader(dtype, data);
  if (columns === 1) return Array.from({ length: rows }, (_, row) => value(row));
  const at = (row: number, column: number) => value(file.byColumns ? column * rows + row : row * columns + column);
  return Array.from({ length: rows }, (_, row) => {
    let label = -1;
    for (let column = 0; column < columns; column++) {
      const one = at(row, column);
      if (one !== 0 && (one !== 1 || label >= 0))
        throw malformed(
          entry.path,
          tell('one label an image, or rows with a single 1'),
          tell('row {row} with other values', { row }),
        );
      if (one === 1) label = column;
    }
    if (label < 0)
      throw malformed(
        entry.path,
        tell('one label an image, or rows with a single 1'),
        tell('row {row} without a 1', { row }),
      );
    return label;
  });
}

interface Pair {
  readonly split: string;
  readonly images: NpyFile;
  readonly labels: NpyFile;
}

function pairsOf(all: readonly Named[]): Pair[] {
  const pairs: Pair[] = [];
  for (const split of splitOrder) {
    const [images, labels] = (['images', 'labels'] as const).map((role) =>
      all.filter((each) => each.split === split && each.role === role).map(({ file }) => file),
    ) as [NpyFile[], NpyFile[]];
    const [image, label] = [images[0], labels[0]];
    if (!image) continue;
    if (images.length > 1)
      throw malformed(image.entry.path, tell('one array of images for {split}', { split }), verbatim(images.length));
    if (!label) throw malformed(image.entry.path, tell('an array of labels beside these images'), tell('none'));
    if (labels.length > 1)
      throw malformed(label.entry.path, tell('one array of labels for {split}', { split }), verbatim(labels.length));
    if (image.shape[0] !== label.shape[0])
      throw malformed(
        label.entry.path,
        tell('{count} labels, one an image', { count: image.shape[0] ?? 0 }),
        verbatim(label.shape[0] ?? 0),
      );
    pairs.push({ split, images: image, labels: label });
  }
  return pairs;
}

function sameLayout(pairs: readonly Pair[]): Layout {
  const layouts = pairs.map(({ images }) => {
    const [, ...inner] = images.shape;
    const layout = layoutOf(inner);
    if (layout) return layout;
    throw malformed(
      images.entry.path,
      tell('images of up to 1024 × 1024 in one or three channels'),
      verbatim(images.shape.join(' × ')),
    );
  });
  const [first] = layouts as [Layout, ...Layout[]];
  const other = layouts.findIndex((layout) => JSON.stringify(layout) !== JSON.stringify(first));
  if (other >= 0)
    throw malformed(
      (pairs[other] as Pair).images.entry.path,
      tell('images of one size in all splits'),
      tell('two sizes'),
    );
  return first;
}

async function describe(source: Source, all: readonly Named[], limits: IntakeLimits): Promise<Found> {
  const pairs = pairsOf(all);
  const [any] = all as [Named, ...Named[]];
  if (pairs.length === 0)
    throw malformed(
      any.file.entry.path,
      tell('an array of images and one of labels'),
      tell('an array of {shape}', { shape: any.file.shape.join(' × ') }),
    );
  const layout = sameLayout(pairs);
  const scale = await scaleOf(pairs.map(({ images }) => images));
  const raw: RawLabel[][] = [];
  for (const { labels } of pairs) raw.push(await labelsOf(labels, limits));
  const { classes, labels } = classesOf(raw, (pairs[0] as Pair).labels.entry.path, limits);
  const splits = pairs.map(({ split }, index) => ({ name: split, labels: labels[index] as Int32Array }));
  const images = splits.reduce((sum, split) => sum + split.labels.length, 0);
  const taken = new Set<Entry>(pairs.flatMap((pair) => [pair.images.entry, pair.labels.entry]));
  const { height, width } = layout.shape;
  return {
    format: 'npz',
    formatName: 'arrays of NumPy',
    name: null,
    classes,
    mirrors: layout.shape.channels === 3 && !classes.every((name) => name.length === 1),
    splits,
    image: layout.shape,
    sizes: [{ height, width, images }],
    measured: images,
    odd: source.entries
      .filter((entry) => !taken.has(entry))
      .map(({ path }) => ({
        path,
        reason: /\.npy$/i.test(baseName(path)) ? tell('neither images nor labels') : tell('not an array'),
      })),
    notes: scale.note ? [scale.note] : [],
    read(split, indices, treatment) {
      const index = pairs.findIndex((pair) => pair.split === split);
      const pair = pairs[index] as Pair;
      const batches = imagesOf(pair.images, layout, scale, limits);
      return chosen(batches, indices, labels[index] as Int32Array, layout.shape, treatment);
    },
  };
}

export const npz: Format = {
  async recognise(source, limits) {
    if (source.entries.length > mostArrays) return null;
    const all: Named[] = [];
    for (const entry of source.entries) {
      const file = await npyHeader(entry);
      if (file) all.push(named(file));
    }
    return all.length > 0 ? describe(source, all, limits) : null;
  },
};
