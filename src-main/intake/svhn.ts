/**
 * Images in MATLAB files: SVHN's cropped digits (Netzer et al., "Reading Digits in Natural Images with Unsupervised Feature
 * Learning", ufldl.stanford.edu/housenumbers, format 2), and what is laid out like them: H × W × C × N bytes, N labels.
 */
import type { IntakeLimits } from '../shared/import.ts';
import type { Shape } from '../shared/network/spec.ts';
import { classesOf } from './classes.ts';
import type { Entry, Source } from './entry.ts';
import type { Format, Found } from './format.ts';
import { baseName, imagesPerChunk, splitOrder } from './format.ts';
import { isMat, recordsOf, variablesOf } from './mat.ts';
import type { Variable } from './mat.ts';
import { keepWithin, malformed } from './refuse.ts';
import type { Batch } from './table.ts';
import { chosen } from './table.ts';
import { tell, verbatim } from '../shared/told.ts';

const mostFiles = 64;

interface Part {
  readonly entry: Entry;
  readonly split: string;
  readonly isExtra: boolean;
  readonly images: Variable;
  readonly shape: Shape;
  readonly labels: readonly number[];
}

const countOf = ({ dimensions }: Variable) => dimensions.reduce((product, size) => product * size, 1);

function partOf(entry: Entry, variables: readonly Variable[], limits: IntakeLimits): Part | null {
  const images = variables.find(({ dimensions }) => dimensions.length === 4 || dimensions.length === 3);
  if (!images) return null;
  const [height = 0, width = 0, ...rest] = images.dimensions;
  const [channels, count] = rest.length === 2 ? (rest as [number, number]) : [1, rest[0] as number];
  const isBytes = images.dtype.kind === 'u' && images.dtype.bytes === 1;
  const fits = height >= 1 && width >= 1 && height <= 1024 && width <= 1024 && (channels === 1 || channels === 3);
  if (!isBytes || !fits)
    throw malformed(
      entry.path,
      tell('bytes of H × W × C × N, up to 1024 × 1024 in one or three channels'),
      verbatim(images.dimensions.join(' × ')),
    );
  keepWithin(limits, 'entries', count, entry.path);
  const labels = variables.find((variable) => variable !== images && variable.values && countOf(variable) === count);
  if (!labels?.values) throw malformed(entry.path, tell('{count} labels beside the images', { count }), tell('none'));
  const name = baseName(entry.path).toLowerCase();
  return {
    entry,
    split: /test/.test(name) ? 'test' : /val/.test(name) ? 'val' : 'train',
    isExtra: /extra/.test(name),
    images,
    shape: { height, width, channels },
    labels: labels.values,
  };
}

/** Columns of each channel's plane, as MATLAB lays images out, to rows of pixels. */
function upright(columns: Uint8Array, { height, width, channels }: Shape): Uint8Array {
  const area = height * width;
  const pixels = new Uint8Array(columns.length);
  for (let from = 0; from < columns.length; from += area * channels)
    for (let channel = 0; channel < channels; channel++)
      for (let x = 0, at = from + channel * area; x < width; x++)
        for (let y = 0; y < height; y++) pixels[from + (y * width + x) * channels + channel] = columns[at++] as number;
  return pixels;
}

async function* batchesOf(parts: readonly Part[], shape: Shape, limits: IntakeLimits): AsyncGenerator<Batch> {
  const bytes = shape.height * shape.width * shape.channels;
  let first = 0;
  for (const { entry, images } of parts)
    for await (const some of recordsOf(entry, images.place, bytes, imagesPerChunk(shape), limits)) {
      const count = some.length / bytes;
      yield { first, count, pixels: upright(some, shape) };
      first += count;
    }
}

/** SVHN calls the digit 0 class 10. */
function isSvhn(parts: readonly Part[]): boolean {
  const values = new Set(parts.flatMap(({ labels }) => [...new Set(labels)]));
  const [{ shape }] = parts as [Part, ...Part[]];
  return (
    shape.height === 32 &&
    shape.width === 32 &&
    shape.channels === 3 &&
    values.has(10) &&
    [...values].every((label) => label >= 1 && label <= 10)
  );
}

function describe(source: Source, parts: readonly Part[], limits: IntakeLimits): Found {
  const [{ shape, entry }] = parts as [Part, ...Part[]];
  const other = parts.find((part) => JSON.stringify(part.shape) !== JSON.stringify(shape));
  if (other) throw malformed(other.entry.path, tell('images of one size in all files'), tell('two sizes'));
  const svhn = isSvhn(parts);
  const names = splitOrder.filter((name) => parts.some(({ split }) => split === name));
  const byName = new Map(names.map((name) => [name as string, parts.filter(({ split }) => split === name)]));
  const raw = [...byName.values()].map((some) =>
    some.flatMap(({ labels }) => (svhn ? labels.map((label) => label % 10) : [...labels])),
  );
  const { classes, labels } = classesOf(raw, entry.path, limits);
  const splits = [...byName.keys()].map((name, index) => ({ name, labels: labels[index] as Int32Array }));
  const images = splits.reduce((sum, split) => sum + split.labels.length, 0);
  const extra = parts.filter(({ isExtra }) => isExtra).reduce((sum, part) => sum + part.labels.length, 0);
  const taken = new Set(parts.map((part) => part.entry));
  return {
    format: svhn ? 'svhn' : 'mat',
    formatName: svhn ? 'SVHN, cropped digits' : 'images in a MATLAB file',
    name: svhn ? 'SVHN' : null,
    classes,
    mirrors: false,
    splits,
    image: shape,
    sizes: [{ height: shape.height, width: shape.width, images }],
    measured: images,
    odd: source.entries
      .filter((each) => !taken.has(each))
      .map(({ path }) => ({ path, reason: tell('not a MATLAB file of images') })),
    notes:
      extra > 0
        ? [
            tell('The {extra} extra images belong to training here; leave that file out to train without them.', {
              extra: extra.toLocaleString('en-US'),
            }),
          ]
        : [],
    read: (split, indices, treatment) =>
      chosen(
        batchesOf(byName.get(split) ?? [], shape, limits),
        indices,
        splits.find(({ name }) => name === split)?.labels ?? new Int32Array(0),
        shape,
        treatment,
      ),
  };
}

export const svhn: Format = {
  async recognise(source, limits) {
    if (source.entries.length > mostFiles) return null;
    const parts: Part[] = [];
    let seen: Entry | null = null;
    for (const entry of source.entries) {
      if (!isMat(await entry.head(128))) continue;
      seen = entry;
      const part = partOf(entry, await variablesOf(entry, limits), limits);
      if (part) parts.push(part);
    }
    if (parts.length > 0) return describe(source, parts, limits);
    if (seen) throw malformed(seen.path, tell('an array of images, H × W × C × N'), tell('none'));
    return null;
  },
};
