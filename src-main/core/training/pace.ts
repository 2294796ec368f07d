/**
 * How fast a run is. Three clocks: training time, which stops while evaluating and saving; the clock on the wall since
 * the first step, which never stops; and the part of it in which no trainer was at work. And a window of the last second.
 */

/** Length in milliseconds of the window over which images per second are counted. */
const windowMs = 1000;

/** All in milliseconds. */
export interface Clocks {
  readonly trainingMs: number;
  readonly wallMs: number;
  readonly pausedMs: number;
}

export class Pace {
  readonly #batch: number;
  #trainingMs: number;
  readonly #beganMs = performance.now();
  /** Of the clocks when this trainer began. */
  readonly #wallMs: number;
  readonly #pausedMs: number;
  #window: { ms: number; images: number }[] = [];
  #imagesPerSecond = 0;

  /** @param before the clocks where a run is resumed, and when they were read (milliseconds since 1970). */
  constructor(batch: number, before: (Clocks & { readonly atMs: number }) | null = null) {
    this.#batch = batch;
    this.#trainingMs = before?.trainingMs ?? 0;
    // A clock that was set back meanwhile must not give time back.
    const goneMs = before ? Math.max(0, Date.now() - before.atMs) : 0;
    this.#wallMs = (before?.wallMs ?? 0) + goneMs;
    this.#pausedMs = (before?.pausedMs ?? 0) + goneMs;
  }

  /** The clocks now. */
  get clocks(): Clocks {
    return {
      trainingMs: this.#trainingMs,
      wallMs: this.#wallMs + performance.now() - this.#beganMs,
      pausedMs: this.#pausedMs,
    };
  }

  /** Over about the last second; 0 before the first step. */
  get imagesPerSecond(): number {
    return this.#imagesPerSecond;
  }

  /** Notes one step of `ms` milliseconds. */
  step(ms: number): void {
    this.#trainingMs += ms;
    this.#window.push({ ms, images: this.#batch });
    let total = this.#window.reduce((sum, entry) => sum + entry.ms, 0);
    while (this.#window.length > 1 && total - (this.#window[0]?.ms ?? 0) >= windowMs)
      total -= this.#window.shift()?.ms ?? 0;
    const images = this.#window.reduce((sum, entry) => sum + entry.images, 0);
    this.#imagesPerSecond = total > 0 ? (images * 1000) / total : 0;
  }
}
