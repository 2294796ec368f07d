/** A linear model on pixels, trained by plain stochastic gradient descent: what a set must be too hard for. */
import type { Dataset } from '../../../src-main/shared/dataset.ts';

interface Part {
  readonly pixels: Uint8Array;
  readonly labels: Int32Array;
}

/** Trains on standardised pixels, one image a step, in a fixed stride through the set. */
export function softmaxRegression(
  { pixels, labels, classes, dataset }: Part & { classes: number; dataset: Dataset },
  { epochs, learningRate }: { epochs: number; learningRate: number },
): { accuracy(part: Part): number } {
  const size = pixels.length / labels.length;
  const channels = dataset.image.channels;
  const weights = new Float32Array(classes * (size + 1));
  const input = new Float32Array(size + 1);
  const scores = new Float32Array(classes);

  const load = (from: Uint8Array, image: number) => {
    for (let index = 0; index < size; index++)
      input[index] =
        (from[image * size + index]! - dataset.mean[index % channels]!) / dataset.deviation[index % channels]!;
    input[size] = 1;
    for (let label = 0; label < classes; label++) {
      let sum = 0;
      const row = label * (size + 1);
      for (let index = 0; index <= size; index++) sum += weights[row + index]! * input[index]!;
      scores[label] = sum;
    }
  };

  const learn = (label: number, rate: number) => {
    const highest = Math.max(...scores);
    const powers = scores.map((score) => Math.exp(score - highest));
    const total = powers.reduce((sum, power) => sum + power, 0);
    for (let other = 0; other < classes; other++) {
      const change = rate * ((other === label ? 1 : 0) - powers[other]! / total);
      const row = other * (size + 1);
      for (let index = 0; index <= size; index++) weights[row + index]! += change * input[index]!;
    }
  };

  // 7919 is a prime, so the stride visits every image once an epoch.
  for (let step = 0; step < epochs * labels.length; step++) {
    const image = (step * 7919) % labels.length;
    load(pixels, image);
    learn(labels[image]!, learningRate / (1 + Math.floor(step / labels.length)));
  }
  return {
    accuracy(part) {
      let correct = 0;
      part.labels.forEach((label, image) => {
        load(part.pixels, image);
        if (scores.indexOf(Math.max(...scores)) === label) correct++;
      });
      return correct / part.labels.length;
    },
  };
}
