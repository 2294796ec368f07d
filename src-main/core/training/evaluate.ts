/** A whole split through the network as it is now. */
import type { OpenDataset } from '../dataset/library.ts';
import { score } from '../../shared/run/tally.ts';
import type { Score } from '../../shared/run/event.ts';
import type { TrainingSession } from './session.ts';
import type { Supply } from './supply.ts';

/** Mean loss and accuracy over all images of a split, with the running statistics. */
export function evaluateSplit(
  session: TrainingSession,
  supply: Supply,
  data: OpenDataset,
  split: string,
  batch: number,
): Score {
  const images = data.images(split);
  let [loss, correct, correctInFive] = [0, 0, 0];
  for (let from = 0; from < images; from += batch) {
    const indices = Int32Array.from({ length: Math.min(batch, images - from) }, (_, at) => from + at);
    const results = session.evaluate(supply.held ? split : null, supply.images(split, indices));
    for (const value of results.loss) loss += value;
    for (const rank of results.rank) {
      if (rank < 1) correct += 1;
      if (rank < 5) correctInFive += 1;
    }
  }
  return score({ images, loss, correct, correctInFive, confusion: new Float64Array(0) });
}
