/** In which order the images of an epoch are seen. */
import { Draws } from './random.ts';

/** A permutation of 0 … images − 1 (Fisher–Yates) for one epoch of one seed. @param epoch from 1. */
export function epochOrder(images: number, seed: number, epoch: number): Int32Array {
  const order = Int32Array.from({ length: images }, (_, index) => index);
  const draws = new Draws(seed, 'order', epoch);
  for (let last = images - 1; last > 0; last -= 1) {
    const other = draws.below(last + 1);
    const kept = order[last] as number;
    order[last] = order[other] as number;
    order[other] = kept;
  }
  return order;
}

/**
 * The images of one step. An epoch has floor(images / batch) steps, at least 1; what is left over changes with the
 * order, so that every image has its turn. A set smaller than a batch is repeated within it.
 * @param step from 0 within the epoch.
 */
export function stepImages(order: Int32Array, batch: number, step: number): Int32Array {
  if (order.length >= batch) return order.slice(step * batch, (step + 1) * batch);
  return Int32Array.from({ length: batch }, (_, at) => order[at % order.length] as number);
}
