/** Calls about runs. */
import { randomUUID } from 'node:crypto';
import { arch, release, type } from 'node:os';
import type { CallInput, Run } from '../../shared/contract.ts';
import { epochsOf, stepsOf } from '../../shared/duration.ts';
import { expected } from '../../shared/failure.ts';
import { describe } from '../../shared/network/cost.ts';
import { expand } from '../../shared/network/expand.ts';
import type { Spec } from '../../shared/network/spec.ts';
import type { Recipe } from '../../shared/recipe.ts';
import { findDataset } from '../dataset/library.ts';
import type { Store } from '../store/open.ts';
import type { Handlers } from './answer.ts';
import type { Context } from './context.ts';
import { chooseNetwork, fitSpec } from './network.ts';
import type { Queue } from './queue.ts';
import { completeRecipe, seedsOf } from './recipe.ts';

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

const hasEnded = (run: Run) => !['queued', 'preparing', 'training'].includes(run.status);

export const systemInWords = (): string => `${type()} ${release()} ${arch()}`;

/** What a run begins with instead of drawn weights. */
export interface Beginning {
  /** Whether the runs are left paused instead of being put into the line. */
  readonly waits: boolean;
  /** Called with the network as it is trained, before anything is stored; throws where it does not fit. */
  readonly prepare: (spec: Spec) => {
    readonly provenance: Readonly<Record<string, string>>;
    /** Puts it into the folder of a stored run. */
    readonly place: (store: Store, run: string, recipe: Recipe) => void;
  };
}

/** Stores the asked runs and puts them into the queue. Everything is checked before anything is stored. */
export async function startRuns(
  context: Context,
  queue: Queue,
  asked: CallInput<'run.start'>,
  beginning: Beginning | null = null,
): Promise<Run[]> {
  const { options, engine, publish, store } = context;
  const chosen = chooseNetwork(asked.network);
  const dataset = findDataset(options.home, asked.data);
  const names = dataset.splits.map(({ name }) => name);
  if (!names.includes('train') || !names.includes('test'))
    throw expected('data.noTest', { name: dataset.name, splits: names.join(', ') });
  const spec = fitSpec(chosen.spec, dataset);
  const recipe = completeRecipe(chosen.recipe, asked.recipe, dataset);
  const prepared = beginning?.prepare(spec);
  // An engine that is missing, or a GPU that is not reached, is said now and not in the history.
  const device = await engine.choose(asked.device);
  const images = dataset.splits.find(({ name }) => name === 'train')?.images ?? 0;
  const { parameters } = describe(expand(spec));
  const seeds = seedsOf(recipe, asked.seeds);
  const group = randomUUID().slice(0, 8);
  const driver = device.kind === 'gpu' ? (await engine.status()).card?.driver : null;
  const runs = store().transaction(() =>
    seeds.map((seed) => {
      const run = store().addRun({
        name: asked.name ?? `${spec.name} on ${dataset.name}`,
        network: spec.name,
        family: chosen.family,
        parameters,
        data: dataset.id,
        dataName: dataset.name,
        seed,
        group: seeds.length > 1 ? group : null,
        deviceAsked: asked.device,
        steps: stepsOf(recipe.duration, images, recipe.batch),
        epochs: epochsOf(recipe.duration, images, recipe.batch),
        spec,
        recipe: { ...recipe, seed },
        dataset,
        provenance: {
          version: options.version,
          commit: options.commit,
          node: process.version,
          system: systemInWords(),
          dataHash: dataset.hash,
          engine: `TensorFlow ${device.engine.version} (${device.engine.flavour})`,
          ...(driver ? { driver } : {}),
          ...prepared?.provenance,
        },
      });
      prepared?.place(store(), run.id, recipe);
      return beginning?.waits ? store().changeRun(run.id, { status: 'paused', endedAtMs: Date.now() }) : run;
    }),
  );
  publish(runs.map((run) => ({ kind: 'run', run })));
  if (!beginning?.waits) for (const run of runs) queue.add(run);
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
