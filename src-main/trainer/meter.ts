/** What this process uses of the machine. */
import type { UsageEvent } from '../shared/run/event.ts';

/** Milliseconds between two readings. */
const readEveryMs = 1000;

export class Meter {
  #readMs = performance.now();
  #usage = process.cpuUsage();
  /** The last step, and the one of the last reading. */
  #step = 0;
  #readStep = 0;

  /** A reading at a step where the last is a second old or more; the first one comes a second after the beginning. */
  read(step: number): UsageEvent | null {
    this.#step = step;
    return performance.now() - this.#readMs < readEveryMs ? null : this.#read();
  }

  /** A reading when the run is over and its checkpoint written, so that short runs have one, too; null right after another. */
  readLast(): UsageEvent | null {
    return this.#step > this.#readStep ? this.#read() : null;
  }

  #read(): UsageEvent {
    const passedMs = performance.now() - this.#readMs;
    const { user, system } = process.cpuUsage(this.#usage);
    this.#usage = process.cpuUsage();
    this.#readMs += passedMs;
    this.#readStep = this.#step;
    const processors = (user + system) / 1000 / passedMs;
    return { type: 'usage', step: this.#step, processors, memoryMiB: process.memoryUsage.rss() / 1024 / 1024 };
  }
}
