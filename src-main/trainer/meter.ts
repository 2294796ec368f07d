/** What this process uses of the machine. */
import type { UsageEvent } from '../shared/run/event.ts';

/** Milliseconds between two readings. */
const readEveryMs = 1000;

export class Meter {
  #readMs = performance.now();
  #usage = process.cpuUsage();

  /** A reading at a step where the last is a second old or more; the first one comes a second after the beginning. */
  read(step: number): UsageEvent | null {
    const nowMs = performance.now();
    const passedMs = nowMs - this.#readMs;
    if (passedMs < readEveryMs) return null;
    const { user, system } = process.cpuUsage(this.#usage);
    this.#usage = process.cpuUsage();
    this.#readMs = nowMs;
    const processors = (user + system) / 1000 / passedMs;
    return { type: 'usage', step, processors, memoryMiB: process.memoryUsage.rss() / 1024 / 1024 };
  }
}
