/**
 * IDX, the format of MNIST and its followers: two zero bytes, a type (8: uint8), the number of dimensions, each as a
 * big-endian int32, then the values (LeCun, Cortes and Burges, "The MNIST database", file format). Images have three
 * dimensions, or four with channels last; labels have one.
 */
import { records, withoutFirst } from './entry.ts';
import type { Entry, Source } from './entry.ts';
import type { Format, Found } from './format.ts';
import { baseName, imagesPerChunk, numbered } from './format.ts';
import type { IntakeLimits } from '../shared/import.ts';
import { keepWithin, malformed } from './refuse.ts';
import type { Batch } from './table.ts';
import { chosen } from './table.ts';
import { tell, verbatim } from '../shared/told.ts';

interface IdxFile {
  readonly entry: Entry;
  readonly dimensions: readonly number[];
  readonly headerBytes: number;
}

/** The header of an IDX file of bytes, or null. @throws malformed for other types, or a length that does not fit */
async function headerOf(entry: Entry): Promise<IdxFile | null> {
  const head = await entry.head(20);
  if (head.length < 8 || head[0] !== 0 || head[1] !== 0) return null;
  const [type, count] = [head[2] as number, head[3] as number];
  if (![8, 9, 11, 12, 13, 14].includes(type) || count < 1 || count > 4) return null;
  const headerBytes = 4 + 4 * count;
  if (head.length < headerBytes) return null;
  const view = new DataView(head.buffer, head.byteOffset);
  const dimensions = Array.from({ length: count }, (_, index) => view.getUint32(4 + 4 * index));
  if (type !== 8) throw malformed(entry.path, tell('IDX values of one byte (type 8)'), tell('type {type}', { type }));
  const bytes = dimensions.reduce((product, size) => product * size, 1) + headerBytes;
  if (!Number.isSafeInteger(bytes))
    throw malformed(entry.path, tell('sizes that a file can have'), verbatim(dimensions.join(' × ')));
  if (entry.bytes !== null && entry.bytes !== bytes)
    throw malformed(
      entry.path,
      tell('{bytes} bytes for {sizes} values', { bytes, sizes: dimensions.join(' × ') }),
      verbatim(entry.bytes),
    );
  return { entry, dimensions, headerBytes };
}

/** The values of an IDX file behind its header, checked for their number. */
async function* valuesOf({ entry, dimensions, headerBytes }: IdxFile): AsyncGenerator<Uint8Array> {
  const wanted = dimensions.reduce((product, size) => product * size, 1);
  let taken = 0;
  for await (const values of withoutFirst(entry.stream(), headerBytes)) {
    taken += values.length;
    if (taken > wanted) throw malformed(entry.path, tell('{wanted} values', { wanted }), tell('more'));
    yield values;
  }
  if (taken !== wanted) throw malformed(entry.path, tell('{wanted} values', { wanted }), verbatim(taken));
}

async function labelsOf(file: IdxFile, limits: IntakeLimits): Promise<Int32Array> {
  keepWithin(limits, 'entries', file.dimensions[0] as number, file.entry.path);
  const parts: Uint8Array[] = [];
  for await (const values of valuesOf(file)) parts.push(values);
  return Int32Array.from(Buffer.concat(parts));
}

/** `train-images-idx3-ubyte` and `train-labels-idx1-ubyte` belong together; so does what differs in that word only. */
const stemOf = (path: string) =>
  baseName(path)
    .toLowerCase()
    .replace(/\.(gz|idx|bin)$/g, '')
    .replace(/images?|labels?|idx\d|ubyte|\.|-|_/g, '');

const splitNames: readonly (readonly [RegExp, string])[] = [
  [/train/, 'train'],
  [/t10k|test/, 'test'],
  [/val/, 'val'],
];

interface Pair {
  readonly name: string;
  readonly images: IdxFile;
  readonly labels: Int32Array;
}

async function pairsOf(files: readonly IdxFile[], limits: IntakeLimits): Promise<Pair[]> {
  const images = files.filter(({ dimensions }) => dimensions.length >= 3);
  const labels = files.filter(({ dimensions }) => dimensions.length === 1);
  const pairs: Pair[] = [];
  for (const image of images) {
    const fitting = labels.filter(({ entry }) => stemOf(entry.path) === stemOf(image.entry.path));
    const mine = fitting.length === 1 ? fitting[0] : images.length === 1 && labels.length === 1 ? labels[0] : undefined;
    if (!mine)
      throw malformed(image.entry.path, tell('a file of labels beside these images'), tell('none of its name'));
    if (mine.dimensions[0] !== image.dimensions[0])
      throw malformed(
        mine.entry.path,
        tell('{count} labels, one an image', { count: String(image.dimensions[0]) }),
        verbatim(String(mine.dimensions[0])),
      );
    const stem = baseName(image.entry.path).toLowerCase();
    const name = splitNames.find(([pattern]) => pattern.test(stem))?.[1] ?? 'train';
    if (pairs.some((pair) => pair.name === name))
      throw malformed(image.entry.path, tell('one file of images for {name}', { name }), tell('two'));
    pairs.push({ name, images: image, labels: await labelsOf(mine, limits) });
  }
  return pairs.sort((a, b) => order(a.name) - order(b.name));
}

const order = (name: string) => ['train', 'val', 'test'].indexOf(name);

async function* batchesOf(file: IdxFile, imageBytes: number, most: number): AsyncGenerator<Batch> {
  let first = 0;
  for await (const pixels of records(valuesOf(file), imageBytes, most, file.entry.path)) {
    const count = pixels.length / imageBytes;
    yield { first, count, pixels };
    first += count;
  }
}

function shapeOf({ entry, dimensions }: IdxFile) {
  const [, height = 0, width = 0, channels = 1] = dimensions;
  if (height < 1 || width < 1 || height > 1024 || width > 1024 || (channels !== 1 && channels !== 3))
    throw malformed(
      entry.path,
      tell('images of up to 1024 × 1024 in one or three channels'),
      verbatim(dimensions.slice(1).join(' × ')),
    );
  return { height, width, channels };
}

async function describe(source: Source, files: readonly IdxFile[], limits: IntakeLimits): Promise<Found> {
  const pairs = await pairsOf(files, limits);
  const [first] = pairs;
  if (!first)
    throw malformed((files[0] as IdxFile).entry.path, tell('IDX files of images and of labels'), tell('no images'));
  const shape = shapeOf(first.images);
  for (const { images } of pairs)
    if (JSON.stringify(shapeOf(images)) !== JSON.stringify(shape))
      throw malformed(images.entry.path, tell('images of one size in all files'), tell('two sizes'));
  const splits = pairs.map(({ name, labels }) => ({ name, labels }));
  const images = splits.reduce((sum, { labels }) => sum + labels.length, 0);
  const classes = splits.reduce((most, { labels }) => labels.reduce((a, b) => Math.max(a, b + 1), most), 0);
  const taken = new Set(files.map(({ entry }) => entry.path));
  return {
    format: 'idx',
    formatName: 'IDX, the format of MNIST',
    name: null,
    classes: numbered(classes),
    mirrors: false,
    splits,
    image: shape,
    sizes: [{ height: shape.height, width: shape.width, images }],
    measured: images,
    odd: source.entries
      .filter(({ path }) => !taken.has(path))
      .map(({ path }) => ({ path, reason: tell('not an IDX file') })),
    notes: [],
    read(split, indices, treatment) {
      const pair = pairs.find(({ name }) => name === split) as Pair;
      const bytes = shape.height * shape.width * shape.channels;
      return chosen(batchesOf(pair.images, bytes, imagesPerChunk(shape)), indices, pair.labels, shape, treatment);
    },
  };
}

export const idx: Format = {
  async recognise(source, limits) {
    if (source.entries.length > 64) return null;
    const files: IdxFile[] = [];
    for (const entry of source.entries) {
      const header = await headerOf(entry);
      if (header) files.push(header);
    }
    return files.length > 0 ? describe(source, files, limits) : null;
  },
};
