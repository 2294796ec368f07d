/** Going on with runs: resume, fork, pin; and what a killed program left in the folders of runs. */
import { createHash } from 'node:crypto';
import { copyFileSync, createReadStream, linkSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { CallInput, Run, RunDetail } from '../../shared/contract.ts';
import { epochsOf, stepsOf } from '../../shared/duration.ts';
import { expected, inWords } from '../../shared/failure.ts';
import type { Recipe } from '../../shared/recipe.ts';
import { openDataset } from '../dataset/library.ts';
import { syncFolder, writeFailure } from '../dataset/files.ts';
import type { CheckpointEntry, Store } from '../store/open.ts';
import type { Handlers } from './answer.ts';
import type { Context } from './context.ts';
import { makeFolder } from './home.ts';
import type { Queue } from './queue.ts';
import { completeRecipe } from './recipe.ts';
import { tell } from '../../shared/told.ts';
import type { Told } from '../../shared/told.ts';

type ResumeCalls = Pick<Handlers, 'run.resume' | 'run.fork' | 'run.pin'>;

export function resumeHandlers(context: Context, queue: Queue): ResumeCalls {
  return {
    'run.resume': (asked) => resume(context, queue, asked),
    'run.fork': (asked) => fork(context, queue, asked),
    'run.pin': ({ run: text, step, pinned }) => {
      const store = context.store();
      const run = store.findRun(text);
      if (!store.pinCheckpoint(run.id, step, pinned)) throw noSuchCheckpoint(store, run.id, step);
      const detail = store.readRunDetail(run.id);
      context.publish([{ kind: 'run', run: detail.run }]);
      return detail;
    },
  };
}

/** The failure that names the checkpoints there are. */
export const noSuchCheckpoint = (store: Store, run: string, step: number) =>
  expected('checkpoint.unknown', {
    run,
    step,
    known: store
      .readCheckpoints(run)
      .map((checkpoint) => checkpoint.step)
      .join(', '),
  });

async function resume(context: Context, queue: Queue, asked: CallInput<'run.resume'>): Promise<Run> {
  const store = context.store();
  const { run, recipe, dataset } = store.readRunDetail(store.findRun(asked.run).id);
  assertResumable(run);
  openDataset(context.options.home, run.data);
  await context.engine.choose(run.deviceAsked);
  await dropDamaged(store, run.id);
  const changed =
    asked.accumulate === undefined || !dataset
      ? recipe
      : completeRecipe(recipe, { augmentation: recipe.augmentation, accumulate: asked.accumulate }, dataset);
  const resumed = store.transaction(() => {
    // Another program may have been quicker.
    assertResumable(store.readRun(run.id));
    store.ownRun(run.id);
    store.changeRun(run.id, {
      status: 'queued',
      phase: null,
      stopping: false,
      endedAtMs: null,
      secondsLeft: null,
      failure: null,
      removedAtMs: null,
      recipe: changed,
    });
    // Whoever resumes a run wants to see it go on: before those that wait.
    store.moveRun(run.id, store.waitingLine().find((id) => id !== run.id) ?? null);
    return store.readRun(run.id);
  });
  context.publish([{ kind: 'run', run: resumed }]);
  queue.add(resumed);
  return resumed;
}

/**
 * Goes on with the members of groups and sweeps that ended because their program did: what belongs together ends
 * together. Not twice from the same step, so that a run that brings the program down does not do so for ever.
 */
export async function resumeMembers(context: Context, queue: Queue): Promise<void> {
  const store = context.store();
  for (const run of store.listRuns()) {
    if (run.status !== 'interrupted' || run.failure !== null || (run.group === null && run.sweep === null)) continue;
    const text = tell('Goes on by itself: the program had ended after {step} steps.', { step: run.step });
    if (store.readRunDetail(run.id).events.some((event) => inWords(event.text) === inWords(text))) continue;
    store.addEvent(run.id, { atMs: Date.now(), kind: 'resume', text });
    await resume(context, queue, { run: run.id });
  }
}

function assertResumable({ id, status }: Run): void {
  if (status === 'finished') throw expected('run.finished', { run: id });
  if (!['interrupted', 'stopped', 'paused', 'failed'].includes(status)) throw expected('run.alive', { run: id });
}

/** Strikes out checkpoints whose files are gone or changed, from the newest on to the first whole one. */
async function dropDamaged(store: Store, run: string): Promise<void> {
  for (const checkpoint of store.readCheckpoints(run).reverse()) {
    const problem = await damageOf(checkpoint);
    if (!problem) return;
    store.transaction(() => {
      store.removeCheckpoint(run, checkpoint.step, checkpoint.file);
      const { step } = checkpoint;
      const text = tell('The checkpoint of step {step} cannot be used: {problem}.', { step, problem });
      store.addEvent(run, { atMs: Date.now(), kind: 'warning', text });
    });
  }
}

async function damageOf({ file, sha256 }: CheckpointEntry): Promise<Told | null> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  } catch (thrown) {
    const { code = 'unknown' } = thrown as NodeJS.ErrnoException;
    return tell('{file} cannot be read ({code})', { file: basename(file), code });
  }
  return hash.digest('hex') === sha256 ? null : tell('{file} is not as it was written', { file: basename(file) });
}

async function fork(context: Context, queue: Queue, asked: CallInput<'run.fork'>): Promise<Run> {
  const store = context.store();
  const parent = store.readRunDetail(store.findRun(asked.run).id);
  const found = parent.checkpoints.findLast(({ step }) => asked.step === undefined || step === asked.step);
  if (!found || (await damageOf(found))) throw noSuchCheckpoint(store, parent.run.id, asked.step ?? parent.run.step);
  const { dataset } = openDataset(context.options.home, parent.run.data);
  const recipe = forkedRecipe(parent, asked.recipe, dataset);
  const images = dataset.splits.find(({ name }) => name === 'train')?.images ?? 0;
  const [steps, epochs] = [
    stepsOf(recipe.duration, images, recipe.batch),
    epochsOf(recipe.duration, images, recipe.batch),
  ];
  const done = found.step / (parent.run.steps / parent.run.epochs);
  if (epochs <= done)
    throw expected('recipe.invalid', {
      field: 'duration',
      problem: tell('the checkpoint has {done} epochs behind it already, and the fork would end there', {
        done: Number(done.toFixed(2)),
      }),
    });
  const deviceAsked = asked.device ?? parent.run.deviceAsked;
  const device = await context.engine.choose(deviceAsked);
  const made = store.transaction(() => {
    const { network, family, parameters, data, dataName, name } = parent.run;
    const run = store.addRun({
      name: asked.name ?? `${name}, forked`,
      network,
      family,
      parameters,
      data,
      dataName,
      seed: recipe.seed,
      group: null,
      deviceAsked,
      steps,
      epochs,
      spec: parent.spec,
      recipe,
      dataset: parent.dataset,
      provenance: {
        ...parent.provenance,
        version: context.options.version,
        commit: context.options.commit,
        engine: `TensorFlow ${device.engine.version} (${device.engine.flavour})`,
      },
      parent: { run: parent.run.id, step: found.step },
    });
    const file = takeOver(found.file, store.folderOf(run.id));
    store.addCheckpoint(run.id, { ...found, file, best: false, pinned: false });
    return run;
  });
  context.publish([{ kind: 'run', run: made }]);
  queue.add(made);
  return made;
}

const forkedRecipe = (parent: RunDetail, changes: CallInput<'run.fork'>['recipe'], dataset: RunDetail['dataset']) =>
  completeRecipe(
    parent.recipe,
    { augmentation: parent.recipe.augmentation, ...changes } as Partial<Recipe>,
    dataset as NonNullable<typeof dataset>,
  );

/** The same file under a second name where the disk can do that; the parent may then go its own way. */
function takeOver(file: string, folder: string): string {
  const own = join(makeFolder(folder), basename(file));
  try {
    linkSync(file, own);
  } catch {
    try {
      copyFileSync(file, own);
    } catch (thrown) {
      rmSync(own, { force: true });
      throw writeFailure(thrown, folder, 0);
    }
  }
  syncFolder(folder);
  return own;
}

/**
 * Removes what a program that was killed left in the folders of runs: checkpoints that no row tells of, files that were
 * not written to their end, graphs on their way to the engine. Runs under way are left alone.
 */
export function sweepRunFolders(store: Store): void {
  for (const run of [...store.listRuns(), ...store.listRuns({ removed: true })]) {
    if (['preparing', 'training'].includes(run.status)) continue;
    const folder = store.folderOf(run.id);
    const known = new Set(store.readCheckpoints(run.id).map(({ file }) => basename(file)));
    for (const name of namesIn(folder)) {
      const isOrphan = /^step-\d+\.safetensors$/.test(name) && !known.has(name);
      if (isOrphan || name.endsWith('.part') || /^graph-\w{6}$/.test(name))
        rmSync(join(folder, name), { recursive: true, force: true });
    }
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
