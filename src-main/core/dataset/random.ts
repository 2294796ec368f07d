/**
 * Random numbers for drawn pictures: a pure function of (seed, stream, index) and of how many were taken, the same on
 * every machine. A counter is mixed by the finalizer of MurmurHash3 (A. Appleby), twice.
 */
export class Random {
  readonly #key: number;
  #counter = 0;

  /** Whole numbers, 0 to 2³² − 1. */
  constructor(seed: number, stream: number, index: number) {
    this.#key = mix(mix(mix(seed + 0x9e3779b9) + stream) + index);
  }

  /** A whole number, 0 to 2³² − 1. */
  bits(): number {
    this.#counter = (this.#counter + 0x9e3779b9) | 0;
    return mix(mix(this.#counter) ^ this.#key) >>> 0;
  }

  /** From `low` up to, but without, `high`. */
  between(low: number, high: number): number {
    return low + (high - low) * (this.bits() / 4294967296);
  }
}

function mix(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
