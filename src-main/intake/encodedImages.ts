/**
 * Images that each are a file of their own, in a folder, an archive or a column of a table: sizes looked at before an
 * import, and decoding, several at a time.
 */
import { Expected } from '../shared/failure.ts';
import type { IntakeLimits, OddFile, Treatment } from '../shared/import.ts';
import type { Shape } from '../shared/network/spec.ts';
import type { Entry } from './entry.ts';
import type { Chunk, Found } from './format.ts';
import { imagesPerChunk } from './format.ts';
import { decode, measure } from './image.ts';
import { treat } from './treat.ts';
import { tell, toldFailure } from '../shared/told.ts';
import type { Told } from '../shared/told.ts';

/** Images whose size is looked at before an import. */
const measuredImages = 256;
/** Images in work at a time. */
const inWork = 16;

export interface EncodedImage {
  readonly entry: Pick<Entry, 'path' | 'read'>;
  /** Class index. */
  readonly label: number;
}

interface Measured {
  readonly image: Shape;
  readonly sizes: Found['sizes'];
  readonly measured: number;
  readonly notes: Told[];
}

/** Looks at images spread over all classes and proposes a size: theirs where it is one, else one that is common in use. */
export async function measureSome(all: readonly EncodedImage[], limits: IntakeLimits): Promise<Measured> {
  const step = Math.max(1, all.length / measuredImages);
  const shapes: Shape[] = [];
  let first: Expected | null = null;
  for (let place = 0; place < all.length; place += step) {
    const { entry } = all[Math.floor(place)] as EncodedImage;
    try {
      shapes.push(await measure(await entry.read(), entry.path, limits));
    } catch (thrown) {
      if (!(thrown instanceof Expected)) throw thrown;
      first ??= thrown;
    }
  }
  // Where none can be read, the first says why.
  if (shapes.length === 0 && first) throw first;
  const counts = new Map<string, number>();
  for (const { height, width } of shapes) counts.set(`${height} ${width}`, (counts.get(`${height} ${width}`) ?? 0) + 1);
  const sizes = [...counts]
    .map(([key, images]) => {
      const [height = 0, width = 0] = key.split(' ').map(Number);
      return { height, width, images };
    })
    .sort((a, b) => b.images - a.images || a.height - b.height);
  const channels = shapes.every((shape) => shape.channels === 1) ? 1 : 3;
  const [only] = sizes;
  const fits = only && sizes.length === 1 && only.height <= 1024 && only.width <= 1024;
  const side = usualSide(shapes.map(({ height, width }) => Math.min(height, width)));
  return {
    image: fits ? { height: only.height, width: only.width, channels } : { height: side, width: side, channels },
    sizes: sizes.slice(0, 20),
    measured: shapes.length,
    notes: fits ? [] : [tell('The images differ in size; they are brought to {side} × {side}.', { side })],
  };
}

const usualSides = [28, 32, 48, 64, 96, 128, 160, 224];

/** The largest common size that at least half of the images reach. */
function usualSide(sides: readonly number[]): number {
  const middle = [...sides].sort((a, b) => a - b)[Math.floor((sides.length - 1) / 2)] as number;
  return usualSides.filter((side) => side <= middle).at(-1) ?? (usualSides[0] as number);
}

/** Decodes images, several at a time, and gives them in order; those that cannot be decoded are named instead. */
export async function* readImages(
  list: readonly EncodedImage[],
  treatment: Treatment,
  limits: IntakeLimits,
): AsyncGenerator<Chunk> {
  const { height, width, channels } = treatment.image;
  const imageBytes = height * width * channels;
  const most = imagesPerChunk(treatment.image);
  const one = async ({ entry }: EncodedImage): Promise<Uint8Array | OddFile> => {
    try {
      return await treat(await decode(await entry.read(), entry.path, limits), treatment);
    } catch (thrown) {
      if (thrown instanceof Expected) return { path: entry.path, reason: toldFailure(thrown) };
      throw thrown;
    }
  };
  for (let from = 0; from < list.length; from += most) {
    const part = list.slice(from, from + most);
    const results = new Array<Uint8Array | OddFile>(part.length);
    let next = 0;
    const lane = async () => {
      while (next < part.length) {
        const place = next++;
        results[place] = await one(part[place] as EncodedImage);
      }
    };
    await Promise.all(Array.from({ length: inWork }, lane));
    const good = part.flatMap(({ label }, place) => {
      const result = results[place];
      return result instanceof Uint8Array ? [{ label, pixels: result }] : [];
    });
    const pixels = new Uint8Array(good.length * imageBytes);
    good.forEach((image, place) => pixels.set(image.pixels, place * imageBytes));
    yield {
      pixels,
      labels: Int32Array.from(good, ({ label }) => label),
      odd: results.filter((result): result is OddFile => !(result instanceof Uint8Array)),
    };
  }
}
