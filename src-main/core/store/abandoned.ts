/** Runs that are said to be under way and whose program is gone. */
import type { Run } from '../../shared/contract.ts';
import { tell } from '../../shared/told.ts';
import { addEvent } from './events.ts';
import type { WriteHandle } from './handle.ts';
import { isAlive } from './process.ts';
import { changeRun, liveRuns, readRun, runNumber } from './runs.ts';

/** Marks them as `interrupted`, and returns them. All their points stay; the end is the last sign of life. */
export function interruptAbandoned(handle: WriteHandle): Run[] {
  if (liveRuns(handle).every((run) => isAlive(run.owner))) return [];
  return handle.transaction(() =>
    liveRuns(handle)
      .filter((run) => !isAlive(run.owner))
      .map(({ id, touchedMs }) => {
        changeRun(handle, id, {
          status: 'interrupted',
          phase: null,
          stopping: false,
          secondsLeft: null,
          endedAtMs: touchedMs,
        });
        addEvent(handle, runNumber(handle, id), {
          atMs: Date.now(),
          kind: 'interrupted',
          text: tell('The program ended before the run did.'),
        });
        return readRun(handle, id);
      }),
  );
}
