/** How fast a run is. Two clocks: training time, which stops while evaluating and saving, and a window of the last second. */

/** Length in milliseconds of the window over which images per second are counted. */
const windowMs = 1000;

export class Pace {
  readonly #batch: number;
  #trainingMs: number;
  #window: { ms: number; images: number }[] = [];

  /** @param trainingMs already spent, where a run is resumed. */
  constructor(batch: number, trainingMs = 0) {
    this.#batch = batch;
    this.#trainingMs = trainingMs;
  }

  /** Milliseconds spent in steps. */
  get trainingMs(): number {
    return this.#trainingMs;
  }

  /** Notes one step of `ms` milliseconds. @returns images per second over about the last second. */
  step(ms: number): number {
    this.#trainingMs += ms;
    this.#window.push({ ms, images: this.#batch });
    let total = this.#window.reduce((sum, entry) => sum + entry.ms, 0);
    while (this.#window.length > 1 && total - (this.#window[0]?.ms ?? 0) >= windowMs)
      total -= this.#window.shift()?.ms ?? 0;
    const images = this.#window.reduce((sum, entry) => sum + entry.images, 0);
    return total > 0 ? (images * 1000) / total : 0;
  }
}
