/** Datasets made of the images of another one: they share its blocks and differ in their splits. */
import type { Dataset } from '../../shared/dataset.ts';
import { expected } from '../../shared/failure.ts';
import { blockBytes, sha256, syncBlocks, writeBlock } from './blocks.ts';
import type { BlockEntry } from './blocks.ts';
import { readOrigin, writeOrigin } from './beside.ts';
import { blocksOf, readManifest, soundManifest, writeManifest } from './manifest.ts';
import type { Manifest } from './manifest.ts';
import { DatasetReader } from './reader.ts';
import { ChannelStatistics } from './statistics.ts';

/** A split of the new dataset: some images of a split of the old one. */
export interface DerivedSplit {
  readonly name: string;
  readonly from: string;
  /** Rising. */
  readonly indices: Int32Array;
}

const readAtOnce = 512;

function writeIntegers(home: string, integers: Int32Array): BlockEntry[] {
  const bytes = new Uint8Array(integers.buffer, integers.byteOffset, integers.byteLength);
  const blocks: BlockEntry[] = [];
  for (let from = 0; from < bytes.length; from += blockBytes)
    blocks.push(writeBlock(home, bytes.subarray(from, from + blockBytes)));
  return blocks;
}

async function statisticsOf(open: DatasetReader, { from, indices }: DerivedSplit) {
  const { image } = open.dataset;
  const imageBytes = image.height * image.width * image.channels;
  const statistics = new ChannelStatistics(image.channels);
  const buffer = new Uint8Array(readAtOnce * imageBytes);
  for (let at = 0; at < indices.length; at += readAtOnce) {
    const some = indices.subarray(at, at + readAtOnce);
    await open.readAhead(from, some, buffer);
    statistics.add(buffer.subarray(0, some.length * imageBytes));
    await new Promise(setImmediate);
  }
  return statistics.result();
}

/**
 * Puts the new dataset into the library; only its indices and labels are stored anew. Mean and deviation are those of its
 * training split. Where it is there already, it is found under the name it has.
 * Fails with `data.unknown`, `data.damaged`, `disk.full` and `folder.denied`.
 */
export async function deriveDataset(
  home: string,
  id: string,
  { name, note, splits }: { readonly name: string; readonly note: string; readonly splits: readonly DerivedSplit[] },
): Promise<Dataset> {
  const manifest = readManifest(home, id);
  if (!manifest) throw expected('data.unknown', { name: id, near: '' });
  const open = new DatasetReader(home, manifest);
  try {
    const parts = splits.map((split) => {
      const old = manifest.splits.find((each) => each.name === split.from);
      if (!old) throw new Error(`${manifest.dataset.name} has no split called ${split.from}.`);
      const [labels, stored] = [open.labels(split.from), open.stored(split.from)];
      const indices = writeIntegers(
        home,
        split.indices.map((index) => (stored ? stored[index]! : index)),
      );
      const ofSplit = writeIntegers(
        home,
        split.indices.map((index) => labels[index]!),
      );
      return { name: split.name, pixels: old.pixels, labels: ofSplit, indices };
    });
    const content = {
      of: manifest.dataset.hash,
      splits: parts.map((part, place) => [part.name, splits[place]!.indices.length, part.labels, part.indices]),
    };
    const hash = sha256(JSON.stringify(content));
    const present = soundManifest(home, hash.slice(0, 16));
    if (present?.dataset.hash === hash) return present.dataset;
    const training = splits.find((split) => split.name === 'train') ?? splits[0]!;
    const derived: Manifest = {
      ...manifest,
      dataset: {
        ...manifest.dataset,
        ...(await statisticsOf(open, training)),
        id: hash.slice(0, 16),
        name,
        hash,
        splits: splits.map((split) => ({ name: split.name, images: split.indices.length })),
        builtIn: false,
        addedAtMs: Date.now(),
        note,
      },
      splits: parts,
    };
    derived.dataset.bytes = blocksOf(derived).reduce((sum, block) => sum + block.bytes, 0);
    syncBlocks(home);
    writeManifest(home, derived);
    const origin = readOrigin(home, id);
    if (origin) writeOrigin(home, derived.dataset.id, origin);
    return derived.dataset;
  } finally {
    open.close();
  }
}
