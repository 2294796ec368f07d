/**
 * CIFAR-10 and CIFAR-100, Python distribution: pickles of a dictionary with `data`, a NumPy array of N × 3072 bytes (the
 * red, green and blue planes of 32 × 32 pixels), and `labels`, or `fine_labels` and `coarse_labels` (Krizhevsky,
 * www.cs.toronto.edu/~kriz/cifar.html, "Python / Matlab versions").
 */
import type { IntakeLimits } from '../shared/import.ts';
import { readWhole } from './entry.ts';
import type { Entry, Source } from './entry.ts';
import type { Format, Found } from './format.ts';
import { baseName, imagesPerChunk, numbered } from './format.ts';
import type { NumpyArray } from './numpyArray.ts';
import { numberReader } from './numpyArray.ts';
import { isPickle, readPickle, textOf } from './pickle.ts';
import type { PickleValue } from './pickle.ts';
import { keepWithin, malformed } from './refuse.ts';
import type { Batch } from './table.ts';
import { chosen } from './table.ts';
import { interleaved } from './treat.ts';
import { tell, verbatim } from '../shared/told.ts';
import type { Words } from '../shared/language.ts';

const pixels = 32 * 32;
const shape = { height: 32, width: 32, channels: 3 };
/** A pickle is read at once; that of CIFAR-100's training images has 155 MB. */
const mostBytes = 512e6;
const mostPickles = 64;

interface Kind {
  readonly format: string;
  readonly formatName: Words;
  readonly name: string;
  readonly labels: string;
  readonly names: string;
  readonly classes: number;
}

const kinds: readonly Kind[] = [
  {
    format: 'cifar100-python',
    formatName: 'CIFAR-100, Python distribution',
    name: 'CIFAR-100',
    labels: 'fine_labels',
    names: 'fine_label_names',
    classes: 100,
  },
  {
    format: 'cifar10-python',
    formatName: 'CIFAR-10, Python distribution',
    name: 'CIFAR-10',
    labels: 'labels',
    names: 'label_names',
    classes: 10,
  },
];

type Dictionary = Map<string, PickleValue>;

async function dictionaryOf(entry: Entry, limits: IntakeLimits): Promise<Dictionary> {
  const value = readPickle(await readWhole(entry, mostBytes, limits), entry.path);
  if (!(value instanceof Map))
    throw malformed(entry.path, tell('a dictionary in the pickle, as CIFAR has it'), tell('another value'));
  return value;
}

const isArray = (value: PickleValue | undefined): value is NumpyArray =>
  typeof value === 'object' && value !== null && 'dtype' in value && 'shape' in value;

/** The rows of bytes of a batch, checked for its shape. */
function rowsOf(dictionary: Dictionary, file: string): NumpyArray {
  const data = dictionary.get('data');
  const isRight =
    isArray(data) &&
    data.dtype.kind === 'u' &&
    data.dtype.bytes === 1 &&
    data.shape.length === 2 &&
    data.shape[1] === 3 * pixels &&
    !data.byColumns;
  if (!isRight)
    throw malformed(
      file,
      tell('"data" of N × {count} bytes', { count: 3 * pixels }),
      isArray(data) ? verbatim(data.shape.join(' × ')) : tell('something else'),
    );
  return data;
}

function numbersOf({ dtype, data }: NumpyArray): number[] {
  const value = numberReader(dtype, data);
  return Array.from({ length: data.length / dtype.bytes }, (_, index) => value(index));
}

function labelsOf(dictionary: Dictionary, { labels: key, classes }: Kind, images: number, file: string): Int32Array {
  const value = dictionary.get(key);
  const list = isArray(value) ? numbersOf(value) : value;
  if (!Array.isArray(list) || list.length !== images)
    throw malformed(
      file,
      tell('"{key}" with {images} labels', { key, images }),
      Array.isArray(list) ? verbatim(list.length) : tell('something else'),
    );
  return Int32Array.from(list, (label) => {
    if (typeof label !== 'number' || !Number.isInteger(label) || label < 0 || label >= classes)
      throw malformed(
        file,
        tell('labels from 0 to {count}', { count: classes - 1 }),
        verbatim(String(label).slice(0, 40)),
      );
    return label;
  });
}

interface Part {
  readonly entry: Entry;
  readonly labels: Int32Array;
}

async function* batchesOf(parts: readonly Part[], limits: IntakeLimits): AsyncGenerator<Batch> {
  const most = imagesPerChunk(shape);
  let first = 0;
  for (const { entry, labels } of parts) {
    const { data } = rowsOf(await dictionaryOf(entry, limits), entry.path);
    for (let from = 0; from < labels.length; from += most) {
      const count = Math.min(most, labels.length - from);
      const planes = data.subarray(from * 3 * pixels, (from + count) * 3 * pixels);
      yield { first: first + from, count, pixels: interleaved(planes, count, 3, pixels) };
    }
    first += labels.length;
  }
}

function classNames(metas: readonly (readonly [Entry, Dictionary])[], { names: key, classes }: Kind): string[] {
  const [meta] = metas.filter(([, dictionary]) => dictionary.has(key));
  if (!meta) return numbered(classes);
  const [entry, dictionary] = meta;
  const list = dictionary.get(key);
  const names = Array.isArray(list) ? list.map(textOf).filter((name) => name !== null) : [];
  if (names.length !== classes || new Set(names).size !== classes)
    throw malformed(entry.path, tell('{classes} names of classes', { classes }), verbatim(names.length));
  return names;
}

function describe(source: Source, parts: readonly Part[], classes: string[], kind: Kind, limits: IntakeLimits): Found {
  const isTest = ({ entry }: Part) => /test/i.test(baseName(entry.path));
  const [train, test] = [parts.filter((part) => !isTest(part)), parts.filter(isTest)];
  const byName = new Map([
    ['train', train.length > 0 ? train : test],
    ['test', train.length > 0 ? test : []],
  ]);
  const splits = [...byName]
    .filter(([, found]) => found.length > 0)
    .map(([name, found]) => ({ name, labels: Int32Array.from(found.flatMap(({ labels }) => [...labels])) }));
  const images = splits.reduce((sum, { labels }) => sum + labels.length, 0);
  const taken = new Set(parts.map(({ entry }) => entry.path));
  return {
    format: kind.format,
    formatName: kind.formatName,
    name: kind.name,
    classes,
    mirrors: true,
    splits,
    image: shape,
    sizes: [{ height: 32, width: 32, images }],
    measured: images,
    odd: source.entries
      .filter(({ path }) => !taken.has(path) && !/(\.html|\.txt|(^|\/)(batches\.)?meta)$/i.test(path))
      .map(({ path }) => ({ path, reason: tell('not a batch of CIFAR') })),
    notes: [],
    read: (split, indices, treatment) =>
      chosen(
        batchesOf(byName.get(split) ?? [], limits),
        indices,
        splits.find(({ name }) => name === split)?.labels ?? new Int32Array(0),
        shape,
        treatment,
      ),
  };
}

export const cifarPython: Format = {
  async recognise(source, limits) {
    if (source.entries.length > mostPickles) return null;
    const batches: (Part & { readonly kind: Kind })[] = [];
    const metas: (readonly [Entry, Dictionary])[] = [];
    for (const entry of source.entries) {
      if (!isPickle(await entry.head(2))) continue;
      const dictionary = await dictionaryOf(entry, limits);
      if (!dictionary.has('data')) {
        metas.push([entry, dictionary]);
        continue;
      }
      const kind = kinds.find(({ labels }) => dictionary.has(labels));
      if (!kind)
        throw malformed(
          entry.path,
          tell('"labels" or "fine_labels" in the pickle, as CIFAR has them'),
          tell('neither'),
        );
      const images = rowsOf(dictionary, entry.path).shape[0] as number;
      keepWithin(limits, 'entries', images, entry.path);
      batches.push({ entry, kind, labels: labelsOf(dictionary, kind, images, entry.path) });
    }
    const [first] = batches;
    if (!first) {
      const [meta] = metas;
      if (meta) throw malformed(meta[0].path, tell('batches of CIFAR beside this pickle'), tell('none'));
      return null;
    }
    const stranger = batches.find(({ kind }) => kind !== first.kind);
    if (stranger)
      throw malformed(
        stranger.entry.path,
        tell('a batch of {name}, as the others are', { name: first.kind.name }),
        verbatim(stranger.kind.name),
      );
    return describe(source, batches, classNames(metas, first.kind), first.kind, limits);
  },
};
