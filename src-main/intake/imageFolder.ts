/**
 * A folder of images for each class, with or without folders for the splits above them: `cat/1.png`, `train/cat/1.png`.
 * Folders below a class belong to it.
 */
import { expected } from '../shared/failure.ts';
import type { IntakeLimits, OddFile } from '../shared/import.ts';
import { measureSome, readImages } from './encodedImages.ts';
import type { EncodedImage } from './encodedImages.ts';
import type { Entry, Source } from './entry.ts';
import type { Format } from './format.ts';
import { baseName, inSplitOrder, splitNamed } from './format.ts';
import { imageKind } from './image.ts';
import { keepWithin, shown } from './refuse.ts';
import { tell } from '../shared/told.ts';

const isNamedImage = (path: string) => /\.(png|jpe?g|jfif|webp|gif|bmp)$/i.test(path);

/** Named like an image, or in small folders one by its first bytes. */
async function imagesOf(source: Source): Promise<{ images: Entry[]; odd: OddFile[] }> {
  const [images, odd]: [Entry[], OddFile[]] = [[], []];
  let looked = 0;
  for (const entry of source.entries) {
    const isImage = isNamedImage(entry.path) || (looked++ < 2000 && imageKind(await entry.head(12)) !== null);
    if (isImage) images.push(entry);
    else odd.push({ path: entry.path, reason: tell('not an image') });
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
  readonly splits: Map<string, EncodedImage[]>;
  readonly odd: OddFile[];
}

function layOut(images: readonly Entry[], limits: IntakeLimits, name: string): Layout {
  const paths = withoutCommon(images.map(({ path }) => path.split('/')));
  const tops = new Set(paths.filter((parts) => parts.length > 1).map(([top]) => (top as string).toLowerCase()));
  const hasSplits = tops.size > 0 && [...tops].every((top) => splitNamed(top) !== null);
  const odd: OddFile[] = [];
  const placed = images.flatMap((entry, index) => {
    const parts = paths[index] as string[];
    const split = (hasSplits && parts.length > 1 && splitNamed(parts[0] as string)) || 'train';
    const rest = hasSplits ? parts.slice(1) : parts;
    if (rest.length < 2) {
      odd.push({ path: entry.path, reason: tell('not in a folder of a class') });
      return [];
    }
    return [{ entry, split, className: rest[0] as string }];
  });
  const training = placed.some(({ split }) => split === 'train') ? 'train' : (placed[0]?.split ?? 'train');
  const classes = sortedNames(new Set(placed.filter(({ split }) => split === training).map((one) => one.className)));
  keepWithin(limits, 'classes', classes.length, name);
  const labels = new Map(classes.map((className, index) => [className, index]));
  const splits = new Map<string, EncodedImage[]>();
  for (const { entry, split, className } of placed) {
    const label = labels.get(className);
    if (label === undefined) {
      odd.push({
        path: entry.path,
        reason: tell('the class {className} is not in the training split', { className: shown(className) }),
      });
      continue;
    }
    const itsName = split === training ? 'train' : split;
    const list = splits.get(itsName) ?? [];
    splits.set(itsName, list);
    list.push({ entry, label });
  }
  return { classes, splits: inSplitOrder(splits), odd };
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
            ? tell('all images belong to one class ({name}); at least two are needed', {
                name: shown(layout.classes[0] as string),
              })
            : tell('{count} images, but no folders that say their classes', { count: images.length }),
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
          Array.from(indices, (index) => list[index] as EncodedImage),
          treatment,
          limits,
        );
      },
    };
  },
};
