/** Sums over images from which every score follows; tallies of parts add up to the tally of the whole. */
import type { Score } from './event.ts';

export interface Tally {
  readonly images: number;
  /** Sum of the images' cross-entropies, nats; not finite where one was not. */
  readonly loss: number;
  /** Images whose class came first. */
  readonly correct: number;
  /** Images whose class was among the first five. */
  readonly correctInFive: number;
  /** classes × classes, counts; row: true class, column: predicted class. Empty where nobody counted. */
  readonly confusion: Float64Array;
}

/** A tally of no images. `classes` 0: without a confusion matrix. */
export function emptyTally(classes = 0): Tally {
  return { images: 0, loss: 0, correct: 0, correctInFive: 0, confusion: new Float64Array(classes * classes) };
}

/** The tally of two groups of images together. */
export function mergeTallies(a: Tally, b: Tally): Tally {
  if (a.confusion.length !== b.confusion.length) throw new Error('Tallies of different classes cannot be merged.');
  return {
    images: a.images + b.images,
    loss: a.loss + b.loss,
    correct: a.correct + b.correct,
    correctInFive: a.correctInFive + b.correctInFive,
    confusion: a.confusion.map((count, cell) => count + b.confusion[cell]!),
  };
}

/** One group of images with the network's answers. */
export interface Answers {
  /** True classes. */
  readonly labels: ArrayLike<number>;
  /** images × classes, row by row: logits or probabilities. */
  readonly scores: ArrayLike<number>;
  /** Cross-entropy of each image, nats. */
  readonly losses: ArrayLike<number>;
}

/** Counts one group. A class of the same score as the true one counts as better only where its index is lower. */
export function tallyAnswers({ labels, scores, losses }: Answers, classes: number): Tally {
  const confusion = new Float64Array(classes * classes);
  let [loss, correct, correctInFive] = [0, 0, 0];
  for (let image = 0; image < labels.length; image++) {
    const label = labels[image]!;
    const row = image * classes;
    let predicted = 0;
    let better = 0;
    for (let other = 0; other < classes; other++) {
      if (scores[row + other]! > scores[row + predicted]!) predicted = other;
      const wins =
        scores[row + other]! > scores[row + label]! || (scores[row + other] === scores[row + label] && other < label);
      if (wins) better++;
    }
    loss += losses[image]!;
    if (better === 0) correct++;
    if (better < 5) correctInFive++;
    confusion[label * classes + predicted]! += 1;
  }
  return { images: labels.length, loss, correct, correctInFive, confusion };
}

/** Whether the share among the first five says anything. */
export const hasTopFive = (classes: number): boolean => classes > 5;

/**
 * Mean loss and share of correct answers; loss null where it was not finite or nothing was counted. The share among the
 * first five is there where the tally has a confusion matrix of more classes.
 */
export function score(tally: Tally): Score {
  const { images, loss, correct, confusion } = tally;
  const mean = loss / images;
  return {
    loss: Number.isFinite(mean) ? mean : null,
    accuracy: images > 0 ? correct / images : 0,
    ...(hasTopFive(Math.sqrt(confusion.length)) ? { topFive: accuracyInFive(tally) } : {}),
  };
}

/** Share of images whose class was among the first five, 0 to 1. */
export function accuracyInFive({ images, correctInFive }: Tally): number {
  return images > 0 ? correctInFive / images : 0;
}

/** Share of each class's images that were recognised, 0 to 1; NaN for a class without images. */
export function accuracyByClass({ confusion }: Pick<Tally, 'confusion'>): number[] {
  const classes = Math.sqrt(confusion.length);
  return Array.from({ length: classes }, (_, label) => {
    const row = confusion.subarray(label * classes, (label + 1) * classes);
    return row[label]! / row.reduce((sum, count) => sum + count, 0);
  });
}
