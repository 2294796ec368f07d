/** Whether a trainer still lives, and whether the computer slept: told by a clock that ticks. */

/** Longest silence of a trainer in milliseconds. Evaluating a split and compiling for a new card are silent, too. */
export interface Patience {
  readonly training: number;
  readonly otherwise: number;
}

export const ordinaryPatience: Patience = { training: 120_000, otherwise: 30 * 60_000 };

/** While it trains, a trainer may also be silent for this many times its longest silence so far. */
const timesLongest = 20;
const tickMs = 1000;
/** A tick that comes this late was kept from coming. */
const gapMs = 10_000;

export interface PulseListener {
  /** It was silent for too long. */
  readonly hung: (seconds: number) => void;
  /** Nothing happened on this computer meanwhile. */
  readonly slept: (fromMs: number, toMs: number) => void;
}

export class Pulse {
  readonly #patience: Patience;
  readonly #listener: PulseListener;
  readonly #now: () => number;
  readonly #timer: NodeJS.Timeout;
  #wordMs: number;
  #tickMs: number;
  #longestMs = 0;
  #isTraining = false;
  #isHeld = false;

  /** @param now milliseconds since 1970; goes on while the computer sleeps. */
  constructor(patience: Patience, listener: PulseListener, now: () => number = Date.now) {
    this.#patience = patience;
    this.#listener = listener;
    this.#now = now;
    this.#wordMs = this.#tickMs = now();
    this.#timer = setInterval(() => this.tick(), tickMs);
    this.#timer.unref();
  }

  /** Notes a word of the trainer. @param isTraining whether steps follow. */
  word(isTraining: boolean): void {
    const now = this.#now();
    if (this.#isTraining) this.#longestMs = Math.max(this.#longestMs, now - this.#wordMs);
    this.#isTraining = isTraining;
    this.#wordMs = now;
  }

  /** A trainer that waits for us says nothing. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.#wordMs = this.#now();
  }

  /** Called by its own clock, and by tests. */
  tick(): void {
    const now = this.#now();
    const before = this.#tickMs;
    this.#tickMs = now;
    if (now - before > gapMs + tickMs) {
      // A trainer that slept, too, gets its time anew.
      this.#wordMs += now - before;
      this.#listener.slept(before, now);
    }
    const silenceMs = now - this.#wordMs;
    const { training, otherwise } = this.#patience;
    const most = this.#isTraining ? Math.max(training, timesLongest * this.#longestMs) : otherwise;
    if (this.#isHeld || silenceMs <= most) return;
    this.end();
    this.#listener.hung(Math.round(silenceMs / 1000));
  }

  end(): void {
    clearInterval(this.#timer);
  }
}
