/** The line of runs: what is left of each, judged by the pace of earlier runs, and calls that change the order. */
import type { Run } from '../../shared/contract.ts';
import type { Spec } from '../../shared/network/spec.ts';
import { describe } from '../../shared/network/cost.ts';
import { expand } from '../../shared/network/expand.ts';
import type { Recipe } from '../../shared/recipe.ts';
import type { Handlers } from './answer.ts';
import type { Context } from './context.ts';
import type { Queue } from './queue.ts';

/** What a run is, as far as its time depends on it. */
export interface Work {
  readonly run: Run;
  readonly spec: Spec;
  readonly recipe: Pick<Recipe, 'batch'>;
}

/** Multiply-adds that a training step is expected to cost for each image. */
const cost = ({ spec }: Work): number => describe(expand(spec)).expectedMacs;

/** Seconds for each image, evaluation and saving included where the run has ended; null where it was too short to tell. */
export function secondsPerImage({ run, recipe }: Work): number | null {
  const { startedAtMs, endedAtMs, status, step, imagesPerSecond } = run;
  if (status === 'finished' && startedAtMs !== null && endedAtMs !== null && step > 0)
    return (endedAtMs - startedAtMs) / 1000 / (step * recipe.batch);
  return imagesPerSecond !== null && imagesPerSecond > 0 ? 1 / imagesPerSecond : null;
}

/**
 * Seconds that are left of a run: by the newest earlier run of the same network, data and batch, else by the newest of
 * any network in proportion to their multiply-adds; null where nothing has been trained on such a device yet.
 * @param earlier the newest first
 */
export function secondsLeftOf(work: Work, earlier: readonly Work[]): number | null {
  const { run, recipe } = work;
  const images = (run.steps - run.step) * recipe.batch;
  if (run.status === 'training' && run.secondsLeft !== null) return run.secondsLeft;
  const comparable = earlier.filter((other) => other.run.id !== run.id && isSameDevice(run, other.run));
  const alike = comparable.find(
    (other) => other.run.network === run.network && other.run.data === run.data && other.recipe.batch === recipe.batch,
  );
  const model = alike ?? comparable[0];
  const pace = model ? secondsPerImage(model) : null;
  if (!model || pace === null) return null;
  return alike ? images * pace : (images * pace * cost(work)) / cost(model);
}

/** Where the waiting run would be performed is not known before it begins: `auto` counts as any device. */
const isSameDevice = (waiting: Run, other: Run): boolean =>
  waiting.deviceAsked === 'auto' || waiting.deviceAsked === other.device?.kind;

export function queueHandlers({ publish, store }: Context, queue: Queue): Pick<Handlers, 'queue.show' | 'queue.move'> {
  const workOf = (id: string): Work => store().readRunDetail(id);
  return {
    'queue.show': () => {
      const earlier = store().pacedRuns().map(workOf);
      const runs = [...store().liveLine(), ...store().waitingLine()].map((id) => ({
        run: id,
        secondsLeft: secondsLeftOf(workOf(id), earlier),
      }));
      const known = runs.flatMap(({ secondsLeft }) => (secondsLeft === null ? [] : [secondsLeft]));
      const secondsLeft = known.length < runs.length ? null : known.reduce((sum, seconds) => sum + seconds, 0);
      return { runs, secondsLeft };
    },
    'queue.move': ({ run, before }) => {
      const other = before === null ? null : store().findRun(before).id;
      store().moveRun(store().findRun(run).id, other);
      const line = store()
        .waitingLine()
        .map((id) => store().readRun(id));
      publish(line.map((moved) => ({ kind: 'run', run: moved })));
      queue.look();
      return line;
    },
  };
}
