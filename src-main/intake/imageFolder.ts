/**
 * A folder of images for each class, with or without folders for the splits above them: `cat/1.png`, `train/cat/1.png`.
 * Folders below a class belong to it.
 */
import { expected } from '../shared/failure.ts';
import { Expected } from '../shared/failure.ts';
import type { IntakeLimits, OddFile, Treatment } from '../shared/import.ts';
import type { Shape } from '../shared/network/spec.ts';
import type { Entry, Source } from './entry.ts';
import type { Chunk, Format, Found } from './format.ts';
import { baseName, imagesPerChunk } from './format.ts';
import { decode, imageKind, measure } from './image.ts';
import { keepWithin, shown } from './refuse.ts';
import { treat } from './treat.ts';

const splitWords: Readonly<Record<string, string>> = {
  train: 'train',
  training: 'train',
  test: 'test',
  testing: 'test',
  val: 'val',
  valid: 'val',
  validation: 'val',
  eval: 'val',
};

/** Images whose size is looked at before an import. */
const measuredImages = 256;
/** Images in work at a time. */
const inWork = 16;

interface Labelled {
  readonly entry: Entry;
  readonly label: number;
}

const isNamedImage = (path: string) => /\.(png|jpe?g|jfif|webp|gif|bmp)$/i.test(path);

/** Named like an image, or in small folders one by its first bytes. */
async function imagesOf(source: Source): Promise<{ images: Entry[]; odd: OddFile[] }> {
  const [images, odd]: [Entry[], OddFile[]] = [[], []];
  let looked = 0;
  for (const entry of source.entries) {
    const isImage = isNamedImage(entry.path) || (looked++ < 2000 && imageKind(await entry.head(12)) !== null);
    if (isImage) images.push(entry);
    else odd.push({ path: entry.path, reason: 'not an image' });
  }
  return { images, odd };
}

/** Takes folders away that all paths share. */
function withoutCommon(paths: readonly string[][]): string[][] {
  let common = 0;
  const [first = []] = paths;
  const shared = (depth: number) => paths.every((parts) => parts.length > depth + 1 && parts[depth] === first[depth]);
  while (shared(common)) common++;
  return paths.map((parts) => parts.slice(common));
}

const isWholeNumber = (text: string) => /^\d{1,9}$/.test(text);

/** Numbers by their value, everything else by its letters as torchvision does. */
const sortedNames = (names: Iterable<string>): string[] => {
  const all = [...names];
  return all.every(isWholeNumber) ? all.sort((a, b) => Number(a) - Number(b)) : all.sort();
};

interface Layout {
  readonly classes: string[];
  readonly splits: Map<string, Labelled[]>;
  readonly odd: OddFile[];
}

function layOut(images: readonly Entry[], limits: IntakeLimits, name: string): Layout {
  const paths = withoutCommon(images.map(({ path }) => path.split('/')));
  const tops = new Set(paths.filter((parts) => parts.length > 1).map(([top]) => (top as string).toLowerCase()));
  const hasSplits =
    tops.size > 0 && [...tops].every((top) => Object.hasOwn(splitWords, top)) && tops.has([...tops][0] as string);
  const odd: OddFile[] = [];
  const placed = images.flatMap((entry, index) => {
    const parts = paths[index] as string[];
    const split = hasSplits && parts.length > 1 ? (splitWords[(parts[0] as string).toLowerCase()] as string) : 'train';
    const rest = hasSplits ? parts.slice(1) : parts;
    if (rest.length < 2) {
      odd.push({ path: entry.path, reason: 'not in a folder of a class' });
      return [];
    }
    return [{ entry, split, className: rest[0] as string }];
  });
  const training = placed.some(({ split }) => split === 'train') ? 'train' : (placed[0]?.split ?? 'train');
  const classes = sortedNames(new Set(placed.filter(({ split }) => split === training).map((one) => one.className)));
  keepWithin(limits, 'classes', classes.length, name);
  const labels = new Map(classes.map((className, index) => [className, index]));
  const splits = new Map<string, Labelled[]>();
  for (const { entry, split, className } of placed) {
    const label = labels.get(className);
    if (label === undefined) {
      odd.push({ path: entry.path, reason: `the class ${shown(className)} is not in the training split` });
      continue;
    }
    const itsName = split === training ? 'train' : split;
    const list = splits.get(itsName) ?? [];
    splits.set(itsName, list);
    list.push({ entry, label });
  }
  return { classes, splits: renamed(splits), odd };
}

/** Where there is `val` and no `test`, the one is the other. */
function renamed(splits: Map<string, Labelled[]>): Map<string, Labelled[]> {
  const names = ['train', 'val', 'test'].filter((name) => splits.has(name));
  const isTest = names.includes('val') && !names.includes('test');
  return new Map(names.map((name) => [isTest && name === 'val' ? 'test' : name, splits.get(name) as Labelled[]]));
}

interface Measured {
  readonly image: Shape;
  readonly sizes: Found['sizes'];
  readonly measured: number;
  readonly notes: string[];
}

/** Looks at images spread over all classes and proposes a size: theirs where it is one, else one that is common in use. */
async function measureSome(all: readonly Labelled[], limits: IntakeLimits): Promise<Measured> {
  const step = Math.max(1, all.length / measuredImages);
  const shapes: Shape[] = [];
  for (let place = 0; place < all.length; place += step) {
    const { entry } = all[Math.floor(place)] as Labelled;
    try {
      shapes.push(await measure(await entry.read(), entry.path, limits));
    } catch (thrown) {
      if (!(thrown instanceof Expected)) throw thrown;
    }
  }
  if (shapes.length === 0)
    throw expected('import.unknown', {
      name: shown((all[0] as Labelled).entry.path),
      found: 'no image in it can be decoded',
    });
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
    notes: fits ? [] : [`The images differ in size; they are brought to ${side} × ${side}.`],
  };
}

const usualSides = [28, 32, 48, 64, 96, 128, 160, 224];

/** The largest common size that at least half of the images reach. */
function usualSide(sides: readonly number[]): number {
  const middle = [...sides].sort((a, b) => a - b)[Math.floor((sides.length - 1) / 2)] as number;
  return usualSides.filter((side) => side <= middle).at(-1) ?? (usualSides[0] as number);
}

/** Decodes images, several at a time, and gives them in order; those that cannot be decoded are named instead. */
async function* readImages(
  list: readonly Labelled[],
  treatment: Treatment,
  limits: IntakeLimits,
): AsyncGenerator<Chunk> {
  const { height, width, channels } = treatment.image;
  const imageBytes = height * width * channels;
  const most = imagesPerChunk(treatment.image);
  const one = async ({ entry }: Labelled): Promise<Uint8Array | OddFile> => {
    try {
      return await treat(await decode(await entry.read(), entry.path, limits), treatment);
    } catch (thrown) {
      if (thrown instanceof Expected) return { path: entry.path, reason: thrown.message };
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
        results[place] = await one(part[place] as Labelled);
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

export const imageFolder: Format = {
  async recognise(source, limits) {
    const { images, odd } = await imagesOf(source);
    if (images.length === 0) return null;
    const layout = layOut(images, limits, source.name);
    if (layout.classes.length < 2)
      throw expected('import.unknown', {
        name: shown(source.name),
        found:
          layout.classes.length === 1
            ? `all images belong to one class (${shown(layout.classes[0] as string)}); at least two are needed`
            : `${images.length} images, but no folders that say their classes`,
      });
    const all = [...layout.splits.values()].flat();
    const { image, sizes, measured, notes } = await measureSome(all, limits);
    return {
      format: 'image-folder',
      formatName: 'a folder of images for each class',
      name: null,
      classes: layout.classes,
      mirrors: !layout.classes.every((name) => name.length === 1),
      splits: [...layout.splits].map(([name, list]) => ({ name, labels: Int32Array.from(list, ({ label }) => label) })),
      image,
      sizes,
      measured,
      odd: [
        ...odd.filter(({ path }) => !/^(readme|license|licence|labels?|classes)/i.test(baseName(path))),
        ...layout.odd,
      ],
      notes,
      read: (split, indices, treatment) => {
        const list = layout.splits.get(split) ?? [];
        return readImages(
          Array.from(indices, (index) => list[index] as Labelled),
          treatment,
          limits,
        );
      },
    };
  },
};
