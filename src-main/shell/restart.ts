/** How long to wait before core is started again. Pure, so that it can be tried out without waiting. */

/** A core that lived this long was well; the next death is a first one again. */
export const healthyAfterMs = 30_000;
const firstWaitMs = 100;
const longestWaitMs = 10_000;
/** After so many deaths in a row the page says that core does not start, though the shell goes on trying. */
const failedAfter = 4;

export interface Restart {
  /** Deaths in a row, this one included. */
  readonly inARow: number;
  readonly waitMs: number;
  readonly kind: 'restarting' | 'failed';
}

/** What to do about a death. `inARow` counts the earlier deaths in a row, `livedMs` is how long this core lived. */
export function afterDeath(inARow: number, livedMs: number): Restart {
  const now = livedMs >= healthyAfterMs ? 1 : inARow + 1;
  const waitMs = now === 1 ? 0 : Math.min(longestWaitMs, firstWaitMs * 2 ** (now - 2));
  return { inARow: now, waitMs, kind: now > failedAfter ? 'failed' : 'restarting' };
}
