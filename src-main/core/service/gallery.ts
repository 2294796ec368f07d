/** Calls that show images of datasets. */
import { chooseAugmentation } from '../batches/augment.ts';
import { choosePixels } from '../batches/choose.ts';
import { findDataset, openDataset } from '../dataset/library.ts';
import type { OpenDataset } from '../dataset/library.ts';
import { thumbnails } from '../dataset/thumbnails.ts';
import type { Place } from '../../shared/dataset.ts';
import { expected } from '../../shared/failure.ts';
import type { Handlers } from './answer.ts';
import { augmentationFor } from './recipe.ts';
import { tell } from '../../shared/told.ts';

/** Opens a dataset for one answer. */
async function withDataset<Value>(home: string, data: string, use: (open: OpenDataset) => Value | Promise<Value>) {
  const open = openDataset(home, findDataset(home, data).id);
  try {
    return await use(open);
  } finally {
    open.close();
  }
}

function imagesOf({ dataset }: OpenDataset, split: string, call: string): number {
  const known = dataset.splits.find(({ name }) => name === split);
  if (!known)
    throw expected('call.invalid', {
      call,
      problem: tell('{data} has no split "{split}"', { data: dataset.name, split }),
    });
  return known.images;
}

async function shown(open: OpenDataset, places: readonly Place[]) {
  const { image } = open.dataset;
  const imageBytes = image.height * image.width * image.channels;
  // Reduced one by one: many large images at once would take much memory.
  const small: Uint8Array[] = [];
  let reduced = image;
  const buffer = new Uint8Array(imageBytes);
  for (const { split, index } of places) {
    await open.readAhead(split, [index], buffer);
    const thumbnail = thumbnails(buffer, image);
    reduced = thumbnail.image;
    small.push(thumbnail.pixels.slice());
  }
  return {
    image: reduced,
    pixels: new Uint8Array(Buffer.concat(small)),
    labels: Int32Array.from(places, ({ split, index }) => open.labels(split)[index] as number),
  };
}

/** Indices of the images of one class, or of all. */
function indicesOf(labels: Int32Array, wanted: number | null): Int32Array {
  const indices = Int32Array.from(labels, (_, index) => index);
  return wanted === null ? indices : indices.filter((index) => labels[index] === wanted);
}

/** The first images of each class in turn, rising. */
function firstOfEach(labels: Int32Array, most: number): Int32Array {
  const seen = new Map<number, number>();
  const ranked: [round: number, index: number][] = [];
  labels.forEach((label, index) => {
    const round = seen.get(label) ?? 0;
    seen.set(label, round + 1);
    if (round < most) ranked.push([round, index]);
  });
  ranked.sort(([a, first], [b, second]) => a - b || first - second);
  return Int32Array.from(ranked.slice(0, most), ([, index]) => index).sort();
}

export function galleryHandlers(home: string): Pick<Handlers, 'data.gallery' | 'data.pick' | 'data.augmented'> {
  return {
    'data.gallery': ({ data, split, class: wanted, from, count }) =>
      withDataset(home, data, async (open) => {
        imagesOf(open, split, 'data.gallery');
        const all = indicesOf(open.labels(split), wanted);
        const indices = all.slice(from, from + count);
        const images = await shown(
          open,
          Array.from(indices, (index) => ({ split, index })),
        );
        return { ...images, indices, total: all.length };
      }),
    'data.pick': ({ data, images }) =>
      withDataset(home, data, (open) => {
        for (const { split, index } of images)
          if (index >= imagesOf(open, split, 'data.pick'))
            throw expected('call.invalid', {
              call: 'data.pick',
              problem: tell('{split} has no image {index}', { split, index }),
            });
        return shown(open, images);
      }),
    'data.augmented': ({ data, augmentation: asked, seed, epoch, count }) =>
      withDataset(home, data, async (open) => {
        const { image, mean } = open.dataset;
        const augmentation = asked ?? augmentationFor(open.dataset, null);
        imagesOf(open, 'train', 'data.augmented');
        const labels = open.labels('train');
        const indices = firstOfEach(labels, count);
        const buffer = new Uint8Array(image.height * image.width * image.channels);
        let reduced = image;
        const small: Uint8Array[] = [];
        for (const index of indices) {
          await open.readAhead('train', [index], buffer);
          const { height, width } = image;
          const choice = chooseAugmentation(Int32Array.of(index), height, width, augmentation, seed, epoch);
          const thumbnail = thumbnails(choosePixels(buffer, image, choice, mean), image);
          reduced = thumbnail.image;
          small.push(thumbnail.pixels);
        }
        return {
          image: reduced,
          pixels: new Uint8Array(Buffer.concat(small)),
          labels: indices.map((index) => labels[index] as number),
          augmentation,
        };
      }),
  };
}
