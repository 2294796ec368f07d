/**
 * Random numbers as a pure function of (seed, purpose, epoch, index): nothing is remembered between draws, so a run
 * that was interrupted continues with the numbers it would have had.
 *
 * Philox 4×32 with 10 rounds (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3").
 */

/** What the numbers are for; each purpose is a stream of its own. The numbers are part of every stored run: never change them. */
export const purposes = {
  order: 1,
  augmentation: 2,
  survival: 3,
  initialisation: 4,
  dropout: 5,
  split: 6,
  generation: 7,
  mixup: 8,
  sweep: 9,
  probe: 10,
} as const;
export type Purpose = keyof typeof purposes;

/** High and low half of a 32 × 32 bit product. */
function product(a: number, b: number): readonly [number, number] {
  const low = Math.imul(a, b) >>> 0;
  const [aHigh, aLow, bHigh, bLow] = [a >>> 16, a & 0xffff, b >>> 16, b & 0xffff];
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const other = aLow * bHigh + (middle % 0x10000);
  const high = aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(other / 0x10000);
  return [high >>> 0, low];
}

/** One block of Philox 4×32-10: four unsigned 32-bit numbers from a counter of four and a key of two. */
export function philox(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
): [number, number, number, number] {
  let [a, b, c, d] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round += 1) {
    const [high0, low0] = product(0xd2511f53, a);
    const [high1, low1] = product(0xcd9e8d57, c);
    [a, b, c, d] = [(high1 ^ b ^ k0) >>> 0, low1, (high0 ^ d ^ k1) >>> 0, low0];
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  return [a, b, c, d];
}

/** The numbers of one (seed, purpose, epoch, index), in order. */
export class Draws {
  readonly #key: readonly [number, number];
  readonly #epoch: number;
  readonly #index: number;
  #block = 0;
  #left: number[] = [];

  constructor(seed: number, purpose: Purpose, epoch = 0, index = 0) {
    this.#key = [seed >>> 0, purposes[purpose]];
    this.#epoch = epoch >>> 0;
    this.#index = index >>> 0;
  }

  /** An unsigned 32-bit number. */
  next(): number {
    if (this.#left.length === 0) {
      this.#left = philox([this.#block, this.#index, this.#epoch, 0], this.#key).reverse();
      this.#block += 1;
    }
    return this.#left.pop() as number;
  }

  /** 0 ≤ value < 1, in steps of 2⁻³². */
  uniform(): number {
    return this.next() / 4_294_967_296;
  }

  /** A whole number from 0 to `bound` − 1; for bounds up to 2²⁰ even to one part in 4,000. */
  below(bound: number): number {
    return Math.floor(this.uniform() * bound);
  }

  /** A signed 32-bit seed for TensorFlow's stateless operations. */
  seed(): number {
    return this.next() | 0;
  }
}
