/** Calls about runs. */
import { randomUUID } from 'node:crypto';
import type { CallInput, Run } from '../../shared/contract.ts';
import { expected } from '../../shared/failure.ts';
import { hasEnded } from '../../shared/run/event.ts';
import type { Handlers } from './answer.ts';
import type { Context } from './context.ts';
import type { Queue } from './queue.ts';
import { seedsOf } from './recipe.ts';
import { announce, completed, readyToTrain, storeRuns, warnOfMemory } from './start.ts';
import type { Beginning } from './start.ts';

type RunCalls = Pick<
  Handlers,
  | 'run.start'
  | 'run.stop'
  | 'run.pause'
  | 'run.list'
  | 'run.show'
  | 'run.rename'
  | 'run.remove'
  | 'run.restore'
  | 'run.curves'
>;

/** Stores the asked runs and puts them into the queue. Everything is checked before anything is stored. */
export async function startRuns(
  context: Context,
  queue: Queue,
  asked: CallInput<'run.start'>,
  beginning: Beginning | null = null,
): Promise<Run[]> {
  const place = await readyToTrain(context, asked);
  const { spec, recipe, family } = completed(place, asked);
  const seeds = seedsOf(recipe, asked.seeds);
  const group = seeds.length > 1 ? randomUUID().slice(0, 8) : null;
  const runs = storeRuns(
    context,
    place,
    seeds.map((seed) => ({
      spec,
      recipe: { ...recipe, seed },
      family,
      group,
      ...(asked.name ? { name: asked.name } : {}),
    })),
    beginning,
  );
  warnOfMemory(context, place, [{ spec, recipe }]);
  announce(context, queue, runs);
  return runs;
}

export function runHandlers(context: Context, queue: Queue): RunCalls {
  const { publish, store } = context;
  const changed = (run: Run): Run => {
    publish([{ kind: 'run', run }]);
    return run;
  };
  return {
    'run.start': (asked) => startRuns(context, queue, asked),
    'run.stop': ({ run: text, now }) => {
      const run = store().findRun(text);
      if (hasEnded(run)) return run;
      if (!queue.has(run.id)) throw expected('run.elsewhere', { run: run.id });
      queue.stop(run.id, now);
      return store().readRun(run.id);
    },
    'run.pause': ({ run: text }) => {
      const run = store().findRun(text);
      if (hasEnded(run)) return run;
      if (!queue.has(run.id)) throw expected('run.elsewhere', { run: run.id });
      queue.pause(run.id);
      return store().readRun(run.id);
    },
    'run.list': ({ removed }) => store().listRuns({ removed }),
    'run.show': ({ run }) => store().readRunDetail(store().findRun(run).id),
    'run.rename': ({ run, name }) => changed(store().changeRun(store().findRun(run).id, { name })),
    'run.remove': ({ run: text }) => {
      const run = store().findRun(text);
      if (!hasEnded(run)) throw expected('run.alive', { run: run.id });
      return changed(store().changeRun(run.id, { removedAtMs: Date.now() }));
    },
    'run.restore': ({ run }) => changed(store().changeRun(store().findRun(run).id, { removedAtMs: null })),
    'run.curves': ({ runs, series, fromStep, toStep, points, smoothing }) =>
      runs.flatMap((run) =>
        series.map((name) => store().readCurve(run, name, { fromStep, toStep, points, smoothing })),
      ),
  };
}
