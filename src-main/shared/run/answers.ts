/** The answers of one or two evaluations, image by image. Pure functions. */

/** What a network said of each image. */
export interface ImageAnswers {
  readonly predicted: Int32Array;
  readonly confidence: Float32Array;
  readonly loss: Float32Array;
}

/** A cell of a confusion matrix, or a row or column of it. */
export interface Cell {
  readonly label?: number | undefined;
  readonly predicted?: number | undefined;
}

/** Indices of the images that were judged wrongly, the largest loss first; of one true or predicted class where asked. */
export function worstMistakes(labels: Int32Array, { predicted, loss }: ImageAnswers, of: Cell = {}): Int32Array {
  const wrong = Int32Array.from(labels.keys()).filter(
    (index) =>
      predicted[index] !== labels[index] &&
      (of.label === undefined || labels[index] === of.label) &&
      (of.predicted === undefined || predicted[index] === of.predicted),
  );
  return wrong.sort((a, b) => loss[b]! - loss[a]! || a - b);
}

export const differenceKinds = ['firstOnly', 'secondOnly', 'neither', 'disagree'] as const;
export type DifferenceKind = (typeof differenceKinds)[number];

/** How two networks fared on the same images: numbers of images. */
export interface Agreement {
  readonly both: number;
  readonly firstOnly: number;
  readonly secondOnly: number;
  readonly neither: number;
  /** They named different classes. */
  readonly disagree: number;
}

/** Counts the images that both, one or none judged rightly. */
export function agreement(labels: Int32Array, first: ImageAnswers, second: ImageAnswers): Agreement {
  const counts = { both: 0, firstOnly: 0, secondOnly: 0, neither: 0, disagree: 0 };
  labels.forEach((label, index) => {
    const [a, b] = [first.predicted[index] === label, second.predicted[index] === label];
    counts[a ? (b ? 'both' : 'firstOnly') : b ? 'secondOnly' : 'neither'] += 1;
    if (first.predicted[index] !== second.predicted[index]) counts.disagree += 1;
  });
  return counts;
}

/**
 * Indices of the images of one kind, the largest difference of the two losses first. Where a cell is named, of its true
 * class those that one network alone put into its predicted class: what the difference of the two matrices counts there.
 */
export function differences(
  labels: Int32Array,
  first: ImageAnswers,
  second: ImageAnswers,
  kind: DifferenceKind,
  { label, predicted }: Cell = {},
): Int32Array {
  const isInCell = (index: number) =>
    (label === undefined || labels[index] === label) &&
    (predicted === undefined || (first.predicted[index] === predicted) !== (second.predicted[index] === predicted));
  const fits = (index: number): boolean => {
    const [a, b] = [first.predicted[index] === labels[index], second.predicted[index] === labels[index]];
    if (kind === 'disagree') return first.predicted[index] !== second.predicted[index];
    return kind === 'neither' ? !a && !b : kind === 'firstOnly' ? a && !b : b && !a;
  };
  const apart = (index: number) => Math.abs(first.loss[index]! - second.loss[index]!);
  return Int32Array.from(labels.keys())
    .filter((index) => isInCell(index) && fits(index))
    .sort((a, b) => apart(b) - apart(a) || a - b);
}
