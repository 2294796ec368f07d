/** What stands between the wish to train and runs in the queue: choices completed, room checked, rows made. */
import { statfsSync } from 'node:fs';
import { arch, release, totalmem, type } from 'node:os';
import type { CallInput, Description, Run } from '../../shared/contract.ts';
import type { Dataset } from '../../shared/dataset.ts';
import { epochsOf, stepsOf } from '../../shared/duration.ts';
import { expected, inWords } from '../../shared/failure.ts';
import { describe } from '../../shared/network/cost.ts';
import { copiesOf } from '../../shared/network/peakMemory.ts';
import { predict, toldShortage, trainingImages } from '../../shared/network/prediction.ts';
import { expand } from '../../shared/network/expand.ts';
import type { Spec } from '../../shared/network/spec.ts';
import type { Recipe } from '../../shared/recipe.ts';
import { findDataset } from '../dataset/library.ts';
import type { ChosenDevice } from '../device/engine.ts';
import { deviceStatus } from '../device/status.ts';
import type { Store } from '../store/open.ts';
import type { Context } from './context.ts';
import { chooseNetwork, fitSpec } from './network.ts';
import { notify } from './runNotes.ts';
import type { Queue } from './queue.ts';
import { completeRecipe } from './recipe.ts';
import { bothTold, toldOf } from '../../shared/told.ts';
import type { Told } from '../../shared/told.ts';

export const systemInWords = (): string => `${type()} ${release()} ${arch()}`;

/** Where runs are to be trained. */
export interface TrainingPlace {
  readonly dataset: Dataset;
  readonly deviceAsked: Run['deviceAsked'];
  readonly device: ChosenDevice;
  readonly driver: string | null;
  /** Bytes of the device's memory, as far as it is known; and those of it that nothing uses now. */
  readonly memoryBytes: number;
  readonly freeBytes: number | null;
}

/** @throws {Expected} where the dataset, the engine or the asked device is not there: it is said now, not in the history */
export async function readyToTrain(
  { options, engine, card: watch }: Context,
  asked: Pick<CallInput<'run.start'>, 'data' | 'device'>,
): Promise<TrainingPlace> {
  const dataset = findDataset(options.home, asked.data);
  const names = dataset.splits.map(({ name }) => name);
  if (!names.includes('train') || !names.includes('test'))
    throw expected('data.noTest', { name: dataset.name, splits: names.join(', ') });
  const device = await engine.choose(asked.device);
  const card = device.kind === 'gpu' ? (await engine.status()).card : null;
  const { memoryUsedMiB: used, memoryTotalMiB: total } = await deviceStatus(watch, device.kind === 'gpu');
  return {
    dataset,
    deviceAsked: asked.device,
    device,
    driver: card?.driver ?? null,
    memoryBytes: card ? card.memoryMiB * 1024 ** 2 : totalmem(),
    freeBytes: used === null || total === null ? null : (total - used) * 1024 ** 2,
  };
}

/** A choice with everything filled in that the preset and the dataset decide. @throws {Expected} */
export function completed(
  { dataset }: TrainingPlace,
  asked: Pick<CallInput<'run.start'>, 'network' | 'recipe'>,
): { spec: Spec; recipe: Recipe; family: string } {
  const chosen = chooseNetwork(asked.network);
  const spec = fitSpec(chosen.spec, dataset);
  return { spec, recipe: completeRecipe(chosen.recipe, asked.recipe, dataset), family: chosen.family };
}

export type Member = {
  readonly spec: Spec;
  readonly recipe: Recipe;
  readonly family: string;
  readonly name?: string;
} & Partial<Pick<Run, 'group' | 'sweep' | 'trial' | 'pauseAt'>>;

/** What runs of one network begin with instead of drawn weights. */
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

/**
 * Stores runs, all or none; `announce` then tells of them.
 * @throws {Expected} `memory.short`, `disk.full` before anything is stored
 */
export function storeRuns(
  { options, store }: Context,
  place: TrainingPlace,
  members: readonly Member[],
  beginning: Beginning | null = null,
): Run[] {
  const { dataset, device, driver } = place;
  const images = dataset.splits.find(({ name }) => name === 'train')?.images ?? 0;
  // Seeds share their network: each is expanded once.
  const specs = new Set(members.map(({ spec }) => spec));
  const costs: Costs = new Map([...specs].map((spec) => [spec, describe(expand(spec))]));
  checkMemory(members, costs, place.memoryBytes);
  checkDisk(members, costs, options.home, store().file);
  const prepared = members[0] ? beginning?.prepare(members[0].spec) : undefined;
  return store().transaction(() =>
    members.map(({ spec, recipe, family, name, group = null, ...trial }) => {
      const run = store().addRun({
        ...trial,
        name: name ?? `${spec.name} on ${dataset.name}`,
        network: spec.name,
        family,
        parameters: costOf(costs, spec).parameters,
        data: dataset.id,
        dataName: dataset.name,
        seed: recipe.seed,
        group,
        deviceAsked: place.deviceAsked,
        steps: stepsOf(recipe.duration, images, recipe.batch),
        epochs: epochsOf(recipe.duration, images, recipe.batch),
        spec,
        recipe,
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
}

/** Says which runs may not fit the memory that is free now; they are started nevertheless, because it may be more by then. */
export function warnOfMemory(
  context: Context,
  { dataset, device, freeBytes }: TrainingPlace,
  members: readonly Pick<Member, 'spec' | 'recipe'>[],
): void {
  const training = { kind: device.kind, freeBytes, calibration: null };
  // Seeds share their network, and what is said of it.
  const warnings = new Map<Spec, Told>();
  for (const { spec, recipe } of members) {
    if (warnings.has(spec)) continue;
    const shortage = toldShortage(predict(expand(spec), recipe, training, trainingImages(dataset)), recipe, training);
    if (shortage) warnings.set(spec, toldOf(spec.name, bothTold(shortage.title, shortage.advice)));
  }
  const different = new Map([...warnings.values()].map((text) => [inWords(text), text]));
  for (const text of different.values()) notify(context, null, 'warning', text);
}

/** Tells of runs that are committed, and puts those that wait into the line in their order. */
export function announce({ publish }: Context, queue: Queue, runs: readonly Run[]): void {
  publish(runs.map((run) => ({ kind: 'run', run })));
  for (const run of runs) if (run.status === 'queued') queue.add(run);
}

/** What each network costs. */
type Costs = ReadonlyMap<Spec, Description>;
const costOf = (costs: Costs, spec: Spec): Description => costs.get(spec) as Description;

/** Refuses what cannot fit even without anything that a device's library needs beside it. */
function checkMemory(members: readonly Member[], costs: Costs, totalBytes: number): void {
  for (const { spec, recipe } of members) {
    const { activationBytes, parameters } = costOf(costs, spec);
    const atOnce = recipe.batch / recipe.accumulate;
    const fixed = 4 * parameters * copiesOf(recipe);
    const neededBytes = fixed + atOnce * activationBytes;
    if (neededBytes <= totalBytes) continue;
    const most = Math.floor((totalBytes - fixed) / activationBytes);
    const suggested = most < 1 ? 0 : 2 ** Math.floor(Math.log2(most));
    throw expected('memory.short', { neededBytes, totalBytes, batch: atOnce, suggested });
  }
}

/** Checkpoints that stay of every run (the last two and the best), and one that is being written. */
const checkpointsKept = 3;

function checkDisk(members: readonly Member[], costs: Costs, home: string, database: string): void {
  const bytes = members.map(({ spec, recipe }) => {
    const { parameters, buffers } = costOf(costs, spec);
    return 4 * (parameters * (copiesOf(recipe) - 1) + buffers);
  });
  const neededBytes = checkpointsKept * bytes.reduce((sum, each) => sum + each, 0) + Math.max(0, ...bytes);
  const { bavail, bsize } = statfsSync(database);
  if (neededBytes > bavail * bsize) throw expected('disk.full', { path: home, neededBytes, freeBytes: bavail * bsize });
}
