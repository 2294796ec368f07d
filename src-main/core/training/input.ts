/** From stored bytes to what the first layer sees: choose, crop, flip, scale, all inside the graph. */
import type { Shape } from '../../shared/network/spec.ts';
import type { Recipe } from '../../shared/recipe.ts';
import type { Graph } from '../graph/graph.ts';
import * as op from '../graph/operations/index.ts';
import type { Tensor } from '../graph/tensor.ts';

/** What turns bytes into numbers: (value − offset) · factor, for each channel. */
export interface Scaling {
  readonly offset: readonly number[];
  readonly factor: readonly number[];
}

/**
 * `standardise`: by mean and deviation of the training split (0 to 255); a channel without variation is only shifted.
 * `scale`: from 0 … 255 to −1 … 1.
 */
export function scaling(
  normalisation: Recipe['normalisation'],
  mean: readonly number[],
  deviation: readonly number[],
): Scaling {
  if (normalisation === 'scale') return { offset: mean.map(() => 127.5), factor: mean.map(() => 1 / 127.5) };
  return { offset: mean, factor: deviation.map((value) => (value > 1e-6 ? 1 / value : 1)) };
}

/** Images given as int32 words (four bytes each) as uint8 [images, height, width, channels]. */
export function unpackImages(graph: Graph, words: Tensor, images: number, { height, width, channels }: Shape): Tensor {
  const count = images * height * width * channels;
  const bytes = op.reshape(graph, op.bitcast(graph, words, 'uint8'), [(words.shape[0] ?? 0) * 4]);
  const exact = bytes.shape[0] === count ? bytes : op.slice(graph, bytes, [0], [count]);
  return op.reshape(graph, exact, [images, height, width, channels]);
}

/** Number of int32 words that hold some images. */
export const imageWords = (images: number, { height, width, channels }: Shape): number =>
  Math.ceil((images * height * width * channels) / 4);

/** Feeds that choose pixels (core/batches/augment.ts), as tensors. */
export interface ChoiceFeeds {
  readonly rows: Tensor;
  readonly columns: Tensor;
  readonly cutRows: Tensor | null;
  readonly cutColumns: Tensor | null;
}

/** uint8 [n, h, w, c] → the chosen pixels, uint8 [n, h, w, c]; row and column number `h` and `w` are zeros. */
export function choosePixels(graph: Graph, images: Tensor, choice: ChoiceFeeds): Tensor {
  const bordered = op.pad(graph, images, [
    [0, 0],
    [0, 1],
    [0, 1],
    [0, 0],
  ]);
  return op.gatherInBatch(graph, op.gatherInBatch(graph, bordered, choice.rows, 1), choice.columns, 2);
}

/** uint8 [n, h, w, c] → float32 [n, h, w, c]. */
export function scaleImages(graph: Graph, images: Tensor, { offset, factor }: Scaling): Tensor {
  const channels = [offset.length];
  const values = op.cast(graph, images, 'float32');
  return op.multiply(
    graph,
    op.subtract(graph, values, graph.constant('float32', offset, channels)),
    graph.constant('float32', factor, channels),
  );
}

/** Sets the cut-out square to 0, which after scaling is the mean. */
export function cutOut(graph: Graph, images: Tensor, rows: Tensor, columns: Tensor): Tensor {
  const [count = 0, height = 0, width = 0] = images.shape;
  const tall = op.reshape(graph, op.cast(graph, rows, 'float32'), [count, height, 1, 1]);
  const wide = op.reshape(graph, op.cast(graph, columns, 'float32'), [count, 1, width, 1]);
  return op.multiply(graph, images, op.subtract(graph, graph.constant('float32', 1), op.multiply(graph, tall, wide)));
}
