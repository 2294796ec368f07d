/** In which order the images of an epoch are seen. */
import { stepsPerEpoch } from '../../shared/duration.ts';
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

/** The images of every step of a run, asked for in any order; the orders of two epochs are kept. */
export class Sequence {
  readonly #images: number;
  readonly #batch: number;
  readonly #seed: number;
  readonly #perEpoch: number;
  readonly #orders = new Map<number, Int32Array>();

  constructor(images: number, batch: number, seed: number) {
    this.#images = images;
    this.#batch = batch;
    this.#seed = seed;
    this.#perEpoch = stepsPerEpoch(images, batch);
  }

  /** @param done steps before this one, over the whole run. */
  at(done: number): Int32Array {
    const epoch = Math.floor(done / this.#perEpoch) + 1;
    let order = this.#orders.get(epoch);
    if (!order) {
      order = epochOrder(this.#images, this.#seed, epoch);
      for (const old of this.#orders.keys()) if (this.#orders.size > 1) this.#orders.delete(old);
      this.#orders.set(epoch, order);
    }
    return stepImages(order, this.#batch, done % this.#perEpoch);
  }
}
