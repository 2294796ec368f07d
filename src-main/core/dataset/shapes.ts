/**
 * The built-in set `shapes`: drawn 32×32 colour pictures, 10 classes, any size.
 *
 * `shapes` has 5,000 training and 1,000 test images, `shapes-N` N training images and a fifth of that for testing
 * (at most 10,000). A picture is a pure function of its split and index, so a larger set contains the smaller ones.
 */
import type { BuiltIn, NewSplit } from './builtIn.ts';
import { draw, shapeNames, side } from './drawing.ts';
import { Random } from './random.ts';

const imageBytes = side * side * 3;
const chunkImages = 256;
const defaultImages = 5000;
const seed = 20160;

/** The pictures `from` to `from + count` of a split (0 train, 1 test): uint8, NHWC. The label of picture i is i mod 10. */
export function drawShapes(split: 0 | 1, from: number, count: number): Uint8Array {
  const pixels = new Uint8Array(count * imageBytes);
  for (let place = 0; place < count; place++) {
    const index = from + place;
    draw(index % shapeNames.length, new Random(seed, split, index), pixels, place * imageBytes);
  }
  return pixels;
}

function* chunks(split: 0 | 1, images: number): Generator<Uint8Array> {
  for (let from = 0; from < images; from += chunkImages)
    yield drawShapes(split, from, Math.min(chunkImages, images - from));
}

function newSplit(name: string, split: 0 | 1, images: number): NewSplit {
  return {
    name,
    pixels: chunks(split, images),
    labels: Int32Array.from({ length: images }, (_, index) => index % shapeNames.length),
  };
}

/** The number of training images that an id asks for, 10 to 1,000,000; null where it means another set. */
function trainingImages(id: string): number | null {
  if (id === 'shapes') return defaultImages;
  const size = /^shapes-([1-9]\d{1,6})$/.exec(id)?.[1];
  const images = Number(size);
  return size && images <= 1_000_000 && images !== defaultImages ? images : null;
}

export const shapes: BuiltIn = {
  matches: (id) => trainingImages(id) !== null,
  head: (id) => ({
    builtInId: id,
    name: id === 'shapes' ? 'Shapes' : `Shapes, ${trainingImages(id)!.toLocaleString('en-US')}`,
    image: { height: side, width: side, channels: 3 },
    classes: shapeNames,
    mirrors: true,
    note: 'Drawn by Residua: one shape of random place, size, turn and colour on a noisy ground. For trying things out.',
  }),
  splits: (id) => {
    const images = trainingImages(id)!;
    return [newSplit('train', 0, images), newSplit('test', 1, Math.min(10_000, Math.ceil(images / 5)))];
  },
};
