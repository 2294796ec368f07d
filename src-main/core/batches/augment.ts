/**
 * Random crop, flip and cut-out as choices of pixels.
 *
 * For each image the crop and flip are two lists: which source row and which source column each output row and column
 * takes. The graph gathers by them (core/training/input.ts). Row `height` and column `width` are zeros.
 */
import type { Augmentation } from '../../shared/recipe.ts';
import { Draws } from './random.ts';

export interface PixelChoice {
  /** int32 [images, height]: source rows, 0 … height; `height` is the row of zeros. */
  readonly rows: Int32Array;
  /** int32 [images, width]. */
  readonly columns: Int32Array;
  /** int32 [images, height], 1 in the rows of the cut-out square; null without cut-out. */
  readonly cutRows: Int32Array | null;
  readonly cutColumns: Int32Array | null;
}

/** Where a position outside lands: on the row of zeros, or mirrored without repeating the border. */
const source = (position: number, size: number, fill: Augmentation['cropFill']): number => {
  if (position >= 0 && position < size) return position;
  if (fill === 'zero') return size;
  const period = 2 * Math.max(1, size - 1);
  const folded = ((position % period) + period) % period;
  return folded < size ? folded : period - folded;
};

/**
 * The choices for some images of an epoch: a pure function of (seed, epoch, image), whatever batch the image is in.
 * @param images indices in the split. @param epoch from 1.
 */
export function chooseAugmentation(
  images: Int32Array,
  height: number,
  width: number,
  augmentation: Augmentation,
  seed: number,
  epoch: number,
): PixelChoice {
  const { crop, cropFill, flip, cutout } = augmentation;
  const rows = new Int32Array(images.length * height);
  const columns = new Int32Array(images.length * width);
  const cutRows = cutout > 0 ? new Int32Array(images.length * height) : null;
  const cutColumns = cutout > 0 ? new Int32Array(images.length * width) : null;
  images.forEach((image, at) => {
    const draws = new Draws(seed, 'augmentation', epoch, image);
    const top = draws.below(2 * crop + 1) - crop;
    const left = draws.below(2 * crop + 1) - crop;
    const mirrored = draws.below(2) === 1 && flip;
    const [centreRow, centreColumn] = [draws.below(height), draws.below(width)];
    for (let row = 0; row < height; row += 1) rows[at * height + row] = source(row + top, height, cropFill);
    for (let column = 0; column < width; column += 1) {
      const unflipped = mirrored ? width - 1 - column : column;
      columns[at * width + column] = source(unflipped + left, width, cropFill);
    }
    markSquare(cutRows, at * height, height, centreRow, cutout);
    markSquare(cutColumns, at * width, width, centreColumn, cutout);
  });
  return { rows, columns, cutRows, cutColumns };
}

/** Marks `side` positions around `centre`, those outside left out, as in the authors' program of cut-out. */
function markSquare(marks: Int32Array | null, offset: number, size: number, centre: number, side: number): void {
  if (!marks) return;
  const from = centre - Math.floor(side / 2);
  for (let position = Math.max(0, from); position < Math.min(size, from + side); position += 1)
    marks[offset + position] = 1;
}
