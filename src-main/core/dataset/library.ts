/**
 * The library of datasets in the data folder: `<home>/datasets/<id>/manifest.json` and `<home>/blocks/<sha256>`.
 *
 * Any number of programs may read and add at the same time: files are written whole and never changed.
 */
import type { Dataset } from '../../shared/dataset.ts';
import { Expected, expected } from '../../shared/failure.ts';
import type { Failure } from '../../shared/failure.ts';
import type { BuiltIn, NewSplit } from './builtIn.ts';
import { digits } from './digits.ts';
import { freeBytes } from './files.ts';
import { manifestIds, readManifest, soundManifest, writeManifest } from './manifest.ts';
import { nearest } from './nearest.ts';
import { DatasetReader } from './reader.ts';
import type { OpenDataset } from './reader.ts';
import { shapes } from './shapes.ts';
import { DatasetWriter } from './writer.ts';
import type { DatasetHead } from './writer.ts';

export type { OpenDataset } from './reader.ts';
export type { NewSplit } from './builtIn.ts';
export {
  discardDataset,
  emptyRemoved,
  removeDataset,
  removedDatasets,
  removeUnneeded,
  restoreDataset,
  usedSpace,
} from './removal.ts';
export { DatasetWriter } from './writer.ts';
export type { DatasetHead } from './writer.ts';

const builtIns: readonly BuiltIn[] = [digits, shapes];
/** Built-in sets that are listed before they were used. */
const alwaysListed = ['digits', 'shapes'] as const;

/** A whole dataset to be added. */
export interface NewDataset extends Omit<DatasetHead, 'builtInId'> {
  readonly splits: readonly NewSplit[];
}

/**
 * Opens a dataset by its id; a built-in one is made first where it is not in the library yet.
 * Fails with `data.unknown`, `data.damaged`, and, where a built-in one has to be made, `disk.full` and `folder.denied`.
 */
export function openDataset(home: string, id: string): OpenDataset {
  const builtIn = builtIns.find((candidate) => candidate.matches(id));
  if (builtIn) return openBuiltIn(home, id, builtIn);
  const manifest = readManifest(home, id);
  if (!manifest) throw unknown(home, id);
  return new DatasetReader(home, manifest);
}

/**
 * Puts a dataset into the library; it is there whole or not at all. Content that is there already is found, not stored
 * twice: its dataset is returned, under the name it has. Fails with `disk.full` and `folder.denied`.
 */
export function addDataset(home: string, dataset: NewDataset): Dataset {
  const { splits, ...head } = dataset;
  return write(home, head, splits);
}

/**
 * All datasets, built-in ones first, then by time of adding. One that cannot be read does not hide the others: it is
 * left out and told to `onDamaged`.
 */
export function listDatasets(home: string, onDamaged: (id: string, failure: Failure) => void = () => {}): Dataset[] {
  const listed: Dataset[] = [];
  for (const id of new Set([...alwaysListed, ...manifestIds(home)])) {
    try {
      const dataset = describe(home, id);
      if (dataset) listed.push(dataset);
    } catch (error) {
      if (!(error instanceof Expected)) throw error;
      onDamaged(id, error.failure);
    }
  }
  return listed.sort((a, b) => (a.addedAtMs ?? 0) - (b.addedAtMs ?? 0));
}

/**
 * The dataset that a person means: by id, by the unique beginning of the id of one that was added (4
 * characters or more), or by name,
 * whatever its case. Fails with `data.unknown`, which names what comes near.
 */
export function findDataset(home: string, text: string): Dataset {
  const builtIn = describe(home, text);
  if (builtIn) return builtIn;
  const all = listDatasets(home);
  const wanted = text.trim().toLowerCase();
  const named = all.filter((dataset) => dataset.name.toLowerCase() === wanted);
  const begun = wanted.length < 4 ? [] : all.filter((dataset) => !dataset.builtIn && dataset.id.startsWith(wanted));
  const matches = named.length > 0 ? named : begun;
  if (matches.length === 1) return matches[0]!;
  if (matches.length > 1)
    throw expected('data.unknown', { name: text, near: matches.map((dataset) => dataset.id).join(' or ') });
  throw unknown(home, text, all);
}

/** Gives a dataset another name. @throws {Expected} `data.unknown`, `data.builtIn`, `disk.full`, `folder.denied` */
export function renameDataset(home: string, id: string, name: string): Dataset {
  const manifest = readManifest(home, id);
  if (!manifest) throw unknown(home, id);
  if (manifest.dataset.builtIn) throw expected('data.builtIn', { name: manifest.dataset.name });
  const dataset = { ...manifest.dataset, name };
  writeManifest(home, { ...manifest, dataset });
  return dataset;
}

function describe(home: string, id: string): Dataset | null {
  const builtIn = builtIns.find((candidate) => candidate.matches(id));
  if (!builtIn) return readManifest(home, id)?.dataset ?? null;
  return soundManifest(home, id)?.dataset ?? write(home, builtIn.head(id), builtIn.splits(id));
}

/** A damaged built-in set is made anew: nobody can add it again by hand. */
function openBuiltIn(home: string, id: string, builtIn: BuiltIn): OpenDataset {
  try {
    const manifest = readManifest(home, id);
    if (manifest) return new DatasetReader(home, manifest);
  } catch (error) {
    if (!(error instanceof Expected) || error.failure.code !== 'data.damaged') throw error;
  }
  write(home, builtIn.head(id), builtIn.splits(id));
  return new DatasetReader(home, readManifest(home, id)!);
}

function write(home: string, head: DatasetHead, splits: readonly NewSplit[]): Dataset {
  checkRoom(home, head, splits);
  const writer = new DatasetWriter(home, head);
  for (const split of splits) {
    writer.beginSplit(split.name);
    for (const chunk of split.pixels) writer.append(chunk);
    writer.endSplit(split.labels);
  }
  return writer.finish();
}

function checkRoom(home: string, { image }: DatasetHead, splits: readonly NewSplit[]): void {
  const images = splits.reduce((sum, split) => sum + split.labels.length, 0);
  const neededBytes = images * (image.height * image.width * image.channels + Int32Array.BYTES_PER_ELEMENT);
  const free = freeBytes(home);
  if (free < neededBytes) throw expected('disk.full', { path: home, neededBytes, freeBytes: free });
}

function unknown(home: string, text: string, all: readonly Dataset[] = listDatasets(home)): Expected {
  const candidates = all.flatMap((dataset) => (dataset.builtIn ? [dataset.id] : [dataset.name, dataset.id]));
  return expected('data.unknown', { name: text, near: nearest(text, candidates) });
}
