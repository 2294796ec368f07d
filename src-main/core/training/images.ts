/** Where a step's images come from in the graph: splits that the session holds, or feeds; moved, scaled and cut. */
import type { Shape } from '../../shared/network/spec.ts';
import type { Augmentation } from '../../shared/recipe.ts';
import type { Graph } from '../graph/graph.ts';
import * as op from '../graph/operations/index.ts';
import type { Variable } from '../graph/operations/index.ts';
import type { Tensor } from '../graph/tensor.ts';
import { choosePixels, cutOut, imageWords, scaleImages, unpackImages } from './input.ts';
import type { ChoiceFeeds, Scaling } from './input.ts';

/** Where images come from: a held split by their indices, or the feed itself, four bytes to an int32. */
export interface ImageFeeds {
  /** int32 [batch], into a held split; null where images are fed. */
  readonly indices: Tensor | null;
  /** int32 words of the images; null where they are held. */
  readonly words: Tensor | null;
  /** int32 [batch]; null where labels are held. */
  readonly labels: Tensor | null;
  readonly choice: ChoiceFeeds | null;
}

export interface HoldSplit {
  readonly name: string;
  readonly words: Tensor;
  readonly labels: Tensor;
  readonly done: Tensor;
}

const heldName = (split: string) => `dataset/${split}`;

export interface Held {
  readonly pixels: Variable;
  readonly labels: Variable;
  readonly hold: HoldSplit;
}

export function declareHeld(graph: Graph, name: string, images: number, image: Shape): Held {
  return graph.scope(heldName(name), () => {
    const pixels = graph.scope('pixels', () =>
      op.declareVariable(graph, `${heldName(name)}/pixels`, 'uint8', [
        images,
        image.height,
        image.width,
        image.channels,
      ]),
    );
    const labels = graph.scope('labels', () =>
      op.declareVariable(graph, `${heldName(name)}/labels`, 'int32', [images]),
    );
    const words = graph.placeholder(`hold_${name}_pixels`, 'int32', [imageWords(images, image)]);
    const labelFeed = graph.placeholder(`hold_${name}_labels`, 'int32', [images]);
    const assigned = [
      op.assign(graph, pixels, unpackImages(graph, words, images, image)),
      op.assign(graph, labels, labelFeed),
    ];
    return { pixels, labels, hold: { name, words, labels: labelFeed, done: op.done(graph, 'done', assigned) } };
  });
}

/** Images and labels of one step, as the network sees them. */
export function writeInput(
  graph: Graph,
  prefix: string,
  batch: number,
  image: Shape,
  held: Held | undefined,
  scale: Scaling,
  augmentation: Augmentation | null,
): { readonly feeds: ImageFeeds; readonly images: Tensor; readonly labels: Tensor } {
  const feed = (name: string, shape: readonly number[]) => graph.placeholder(`${prefix}_${name}`, 'int32', shape);
  const indices = held ? feed('indices', [batch]) : null;
  const words = held ? null : feed('words', [imageWords(batch, image)]);
  const labelFeed = held ? null : feed('labels', [batch]);
  const moves = augmentation && (augmentation.crop > 0 || augmentation.flip);
  const cuts = augmentation !== null && augmentation.cutout > 0;
  const choice: ChoiceFeeds | null =
    moves || cuts
      ? {
          rows: feed('rows', [batch, image.height]),
          columns: feed('columns', [batch, image.width]),
          cutRows: cuts ? feed('cutRows', [batch, image.height]) : null,
          cutColumns: cuts ? feed('cutColumns', [batch, image.width]) : null,
        }
      : null;

  return graph.scope('input', () => {
    const stored =
      held && indices ? op.gatherRows(graph, held.pixels, indices) : unpackImages(graph, words as Tensor, batch, image);
    const labels = held && indices ? op.gatherRows(graph, held.labels, indices) : (labelFeed as Tensor);
    const chosen = choice ? choosePixels(graph, stored, choice) : stored;
    const scaled = scaleImages(graph, chosen, scale);
    const images =
      choice?.cutRows && choice.cutColumns ? cutOut(graph, scaled, choice.cutRows, choice.cutColumns) : scaled;
    return { feeds: { indices, words, labels: labelFeed, choice }, images, labels };
  });
}
