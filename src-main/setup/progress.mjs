/**
 * Progress of long work: measured as bytes over time, shown as one line on standard error.
 */

import { inEnglish } from './told.mjs';
/** @typedef {import('./told.mjs').Told} Told */

/**
 * @typedef {object} Progress
 * @property {string | Told} phase what is being done, in a few words
 * @property {number} doneBytes
 * @property {number} totalBytes 0 where the size is not known
 * @property {number} bytesPerSecond over the last seconds
 * @property {number | null} secondsLeft null where unknown
 */

/** Seconds over which speed is averaged. */
const windowSeconds = 5;

/**
 * Turns byte counts into progress with speed and time left.
 * @param {string | Told} phase
 * @param {number} totalBytes
 * @returns {(doneBytes: number, nowMs?: number) => Progress}
 */
export function measure(phase, totalBytes) {
  /** @type {{ atMs: number, bytes: number }[]} */
  const samples = [];
  return (doneBytes, nowMs = performance.now()) => {
    samples.push({ atMs: nowMs, bytes: doneBytes });
    while (samples.length > 2 && nowMs - /** @type {{ atMs: number }} */ (samples[0]).atMs > windowSeconds * 1000)
      samples.shift();
    const first = /** @type {{ atMs: number, bytes: number }} */ (samples[0]);
    const seconds = (nowMs - first.atMs) / 1000;
    const bytesPerSecond = seconds > 0 ? Math.max(0, (doneBytes - first.bytes) / seconds) : 0;
    const secondsLeft =
      bytesPerSecond > 0 && totalBytes > 0 ? Math.max(0, totalBytes - doneBytes) / bytesPerSecond : null;
    return { phase, doneBytes, totalBytes, bytesPerSecond, secondsLeft };
  };
}

/** @param {number} bytes */
const megabytes = (bytes) => (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);

/** @param {number} seconds */
const duration = (seconds) => (seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`);

/**
 * One line: `Downloading tensorflow-cpu: 120 of 274 MB, 8.1 MB/s, 19 s left`.
 * @param {Progress} progress
 */
export function describeProgress({ phase, doneBytes, totalBytes, bytesPerSecond, secondsLeft }) {
  const words = inEnglish(phase);
  if (totalBytes === 0) return words;
  const parts = [`${megabytes(doneBytes)} of ${megabytes(totalBytes)} MB`];
  if (bytesPerSecond > 0) parts.push(`${megabytes(bytesPerSecond)} MB/s`);
  if (secondsLeft !== null && doneBytes < totalBytes) parts.push(`${duration(secondsLeft)} left`);
  return `${words}: ${parts.join(', ')}`;
}

/**
 * Shows progress on a stream: a line that renews itself on a terminal, elsewhere a line at each phase and at most every
 * five seconds.
 * @param {{ write(text: string): unknown, isTTY?: boolean, columns?: number }} [stream]
 * @param {() => number} [clock] milliseconds
 */
export function progressLine(stream = process.stderr, clock = () => performance.now()) {
  let shownPhase = '';
  let shownAtMs = -Infinity;
  let open = false;
  const close = () => {
    if (open) stream.write('\n');
    open = false;
  };
  return {
    /** @param {Progress} progress */
    show(progress) {
      const now = clock();
      const line = describeProgress(progress);
      const phase = inEnglish(progress.phase);
      if (stream.isTTY) {
        if (phase !== shownPhase) close();
        stream.write(`\r\x1b[2K${line.slice(0, (stream.columns ?? 80) - 1)}`);
        open = true;
      } else if (phase !== shownPhase || now - shownAtMs >= 5000) {
        stream.write(`${line}\n`);
        shownAtMs = now;
      }
      shownPhase = phase;
    },
    /** Ends the line; what is written next starts on a new one. */
    close,
    /** @param {string} line */
    say(line) {
      close();
      stream.write(`${line}\n`);
    },
  };
}

/** One line on standard error: standard output belongs to the command. @param {string} line */
export function say(line) {
  process.stderr.write(`${line}\n`);
}
