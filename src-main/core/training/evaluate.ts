/** A whole split through the network as it is now. */
import type { OpenDataset } from '../dataset/library.ts';
import { score } from '../../shared/run/tally.ts';
import type { EvaluationEvent } from '../../shared/run/event.ts';
import type { TrainingSession } from './session.ts';
import type { Supply } from './supply.ts';

export type Evaluation = Pick<EvaluationEvent, 'split' | 'score' | 'confusion' | 'predicted' | 'confidence' | 'loss'>;

/** Loss, accuracy, confusion matrix and every image's result over a split, with the running statistics. */
export function evaluateSplit(
  session: TrainingSession,
  supply: Supply,
  data: OpenDataset,
  split: string,
  batch: number,
): Evaluation {
  const images = data.images(split);
  const labels = data.labels(split);
  const classes = data.dataset.classes.length;
  const confusion = new Int32Array(classes * classes);
  const [predicted, confidence, losses] = [
    new Int32Array(images),
    new Float32Array(images),
    new Float32Array(images),
  ] as const;
  let [loss, correct, correctInFive] = [0, 0, 0];
  for (let from = 0; from < images; from += batch) {
    const indices = Int32Array.from({ length: Math.min(batch, images - from) }, (_, at) => from + at);
    const results = session.evaluate(supply.held ? split : null, supply.images(split, indices));
    predicted.set(results.predicted, from);
    confidence.set(results.confidence, from);
    losses.set(results.loss, from);
    for (let at = 0; at < indices.length; at += 1) {
      loss += results.loss[at]!;
      if (results.rank[at]! < 1) correct += 1;
      if (results.rank[at]! < 5) correctInFive += 1;
      confusion[labels[from + at]! * classes + results.predicted[at]!]! += 1;
    }
  }
  const tally = { images, loss, correct, correctInFive, confusion: Float64Array.from(confusion) };
  return { split, score: score(tally), confusion, predicted, confidence, loss: losses };
}
