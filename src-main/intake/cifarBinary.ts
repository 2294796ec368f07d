/**
 * CIFAR-10 and CIFAR-100, binary distribution: records of one label byte (CIFAR-100: coarse, then fine) and 3 × 1024
 * bytes, the red, green and blue planes of 32 × 32 pixels (Krizhevsky, www.cs.toronto.edu/~kriz/cifar.html, "Binary
 * version").
 */
import type { Entry, Source } from './entry.ts';
import { records } from './entry.ts';
import type { Format, Found } from './format.ts';
import { baseName, numbered } from './format.ts';
import { malformed } from './refuse.ts';
import type { Batch } from './table.ts';
import { chosen } from './table.ts';
import { interleaved } from './treat.ts';
import { tell, verbatim } from '../shared/told.ts';
import type { Words } from '../shared/language.ts';

const pixels = 32 * 32;
const shape = { height: 32, width: 32, channels: 3 };

interface Kind {
  readonly format: string;
  readonly formatName: Words;
  readonly name: string;
  readonly labelBytes: number;
  readonly classes: number;
  readonly metas: readonly string[];
}

const kinds: readonly Kind[] = [
  {
    format: 'cifar10-binary',
    formatName: 'CIFAR-10, binary distribution',
    name: 'CIFAR-10',
    labelBytes: 1,
    classes: 10,
    metas: ['batches.meta.txt'],
  },
  {
    format: 'cifar100-binary',
    formatName: 'CIFAR-100, binary distribution',
    name: 'CIFAR-100',
    labelBytes: 2,
    classes: 100,
    metas: ['fine_label_names.txt'],
  },
];

interface Part {
  readonly entry: Entry;
  readonly labels: Int32Array;
}

/** The labels of a file of records, or null where it is something else: its length or a label does not fit. */
async function labelsOf(entry: Entry, { labelBytes, classes }: Kind): Promise<Int32Array | null> {
  const recordBytes = labelBytes + 3 * pixels;
  const images = (entry.bytes ?? 0) / recordBytes;
  if (images === 0 || !Number.isInteger(images)) return null;
  const labels = new Int32Array(images);
  let place = 0;
  for await (const some of records(entry.stream(), recordBytes, 1024, entry.path))
    for (let at = 0; at < some.length; at += recordBytes) {
      const label = some[at + labelBytes - 1] as number;
      if (label >= classes || (labelBytes === 2 && (some[at] as number) >= 20)) return null;
      labels[place++] = label;
    }
  return labels;
}

const isTest = (entry: Entry) => /^test/i.test(baseName(entry.path));

async function* batchesOf(parts: readonly Part[], labelBytes: number): AsyncGenerator<Batch> {
  const recordBytes = labelBytes + 3 * pixels;
  let first = 0;
  for (const { entry } of parts)
    for await (const some of records(entry.stream(), recordBytes, 512, entry.path)) {
      const count = some.length / recordBytes;
      const planes = new Uint8Array(count * 3 * pixels);
      for (let image = 0; image < count; image++)
        planes.set(some.subarray(image * recordBytes + labelBytes, (image + 1) * recordBytes), image * 3 * pixels);
      yield { first, count, pixels: interleaved(planes, count, 3, pixels) };
      first += count;
    }
}

async function classNames(source: Source, kind: Kind): Promise<string[]> {
  const meta = source.entries.find((entry) => kind.metas.includes(baseName(entry.path)));
  if (!meta || (meta.bytes ?? 0) > 64 * 1024) return numbered(kind.classes);
  const lines = new TextDecoder().decode(await meta.read()).split('\n');
  const names = lines.map((line) => line.trim()).filter((line) => line !== '');
  if (names.length !== kind.classes || new Set(names).size !== names.length)
    throw malformed(meta.path, tell('{classes} names of classes', { classes: kind.classes }), verbatim(names.length));
  return names;
}

async function recogniseKind(source: Source, kind: Kind): Promise<Found | null> {
  const recordBytes = kind.labelBytes + 3 * pixels;
  const fits = (entry: Entry) => (entry.bytes ?? 0) > 0 && (entry.bytes as number) % recordBytes === 0;
  const candidates = source.entries.filter(fits);
  // Many files of one size are images of something else.
  if (candidates.length === 0 || candidates.length > 64) return null;
  const parts: Part[] = [];
  const strangers: Entry[] = [];
  for (const entry of candidates) {
    const labels = await labelsOf(entry, kind);
    if (labels) parts.push({ entry, labels });
    else strangers.push(entry);
  }
  if (parts.length === 0) return null;
  const named = (name: string, found: readonly Part[]) => ({
    name,
    labels: Int32Array.from(found.flatMap(({ labels }) => [...labels])),
  });
  const test = parts.filter(({ entry }) => isTest(entry));
  const train = parts.filter(({ entry }) => !isTest(entry));
  const byName = new Map([
    ['train', train.length > 0 ? train : test],
    ['test', train.length > 0 ? test : []],
  ]);
  const splits = [...byName].filter(([, found]) => found.length > 0).map(([name, found]) => named(name, found));
  const known = new Set([...parts.map(({ entry }) => entry.path)]);
  const images = splits.reduce((sum, { labels }) => sum + labels.length, 0);
  return {
    format: kind.format,
    formatName: kind.formatName,
    name: kind.name,
    classes: await classNames(source, kind),
    mirrors: true,
    splits,
    image: shape,
    sizes: [{ height: 32, width: 32, images }],
    measured: images,
    odd: source.entries
      .filter(({ path }) => !known.has(path) && !/\.(txt|html|meta)$/i.test(path))
      .map(({ path }) => ({ path, reason: tell('not a file of CIFAR records') })),
    notes: strangers.length > 0 ? [tell('A file has the length of CIFAR records but labels that do not exist.')] : [],
    read: (split, indices, treatment) =>
      chosen(
        batchesOf(byName.get(split) ?? [], kind.labelBytes),
        indices,
        splits.find(({ name }) => name === split)?.labels ?? new Int32Array(0),
        shape,
        treatment,
      ),
  };
}

export const cifarBinary: Format = {
  async recognise(source) {
    for (const kind of kinds) {
      const found = await recogniseKind(source, kind);
      if (found) return found;
    }
    return null;
  },
};
