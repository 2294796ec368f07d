/** Weights of other programs as the beginning of a run, and a run's weights for other programs. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { CallInput, Run } from '../../shared/contract.ts';
import { expected } from '../../shared/failure.ts';
import { expand } from '../../shared/network/expand.ts';
import type { Spec } from '../../shared/network/spec.ts';
import type { Recipe } from '../../shared/recipe.ts';
import { removeUpload } from '../imports/uploads.ts';
import { copyWeights } from '../imports/weightsFile.ts';
import type { Store } from '../store/open.ts';
import { exportWeights } from '../weights/export.ts';
import { SafetensorsFile, writeSafetensors } from '../weights/file.ts';
import { matchedValues, matchWeights } from '../weights/match.ts';
import type { Match } from '../weights/match.ts';
import type { Handlers } from './answer.ts';
import type { Context } from './context.ts';
import { makeFolder } from './home.ts';
import { filesOf } from './imports.ts';
import type { Queue } from './queue.ts';
import { noSuchCheckpoint } from './resume.ts';
import { startRuns } from './run.ts';
import { bothTold, tell } from '../../shared/told.ts';

export const weightsHandlers = (
  context: Context,
  queue: Queue,
): Pick<Handlers, 'weights.import' | 'weights.export'> => ({
  'weights.import': (asked) => importWeights(context, queue, asked),
  'weights.export': (asked) => exportRun(context, asked),
});

async function importWeights(context: Context, queue: Queue, asked: CallInput<'weights.import'>): Promise<Run[]> {
  const { source, after, ...run } = asked;
  const { options } = context;
  const [file, ...more] = filesOf(source, context);
  if (!file || more.length > 0)
    throw expected('import.refused', { file: 'the choice', reason: tell('weights come from one file at a time') });
  const copied = join(makeFolder(join(options.home, 'imports')), `${process.pid}-${randomUUID()}.safetensors`);
  let opened: SafetensorsFile | null = null;
  try {
    const surroundings = { home: options.home, command: options.intake, silenceMs: options.intakeSilenceMs };
    const sha256 = await copyWeights(file, copied, surroundings);
    const weights = new SafetensorsFile(copied);
    opened = weights;
    return await startRuns(context, queue, run, {
      waits: after === 'wait',
      prepare: (spec) => {
        const match = matchWeights(expand(spec), weights.header, file.name);
        return {
          provenance: {
            begunWith: `${file.name} (${match.layout} names, SHA-256 of its values ${sha256.slice(0, 16)})`,
          },
          place: (store, id, recipe) => place(store, id, recipe, weights, match, file.name),
        };
      },
    });
  } finally {
    opened?.close();
    await rm(copied, { force: true });
    if ('uploads' in source) for (const upload of source.uploads) removeUpload(options.home, upload);
  }
}

/** Writes the weights as the checkpoint of step 0, from which the run goes on like from any other. */
function place(
  store: Store,
  run: string,
  { batch }: Recipe,
  weights: SafetensorsFile,
  match: Match,
  from: string,
): void {
  const file = join(makeFolder(store.folderOf(run)), `step-${'0'.repeat(9)}.safetensors`);
  const tensors = match.variables.map(({ name: { ours, shape } }) => ({ name: ours, dtype: 'F32' as const, shape }));
  const progress = JSON.stringify({ run, batch, step: 0 });
  const written = writeSafetensors(file, tensors, matchedValues(weights, match), { format: 'residua-1', progress });
  store.addCheckpoint(run, { step: 0, file, ...written, atMs: Date.now(), best: false, pinned: false });
  const begins = tell('Begins with the weights of {file}.', { file: from });
  const text = match.newHead
    ? bothTold(begins, tell('The last layer begins at zero: the file tells other classes apart.'))
    : begins;
  store.addEvent(run, { atMs: Date.now(), kind: 'weights', text });
}

function exportRun({ options, store }: Context, { run: text, step, file }: CallInput<'weights.export'>) {
  if (file !== undefined && options.takesPaths === false) throw expected('import.forbidden', {});
  const { run, spec, checkpoints } = store().readRunDetail(store().findRun(text).id);
  if (checkpoints.length === 0) throw expected('weights.none', { run: run.id });
  const checkpoint = checkpoints.findLast((each) => step === undefined || each.step === step);
  if (!checkpoint) throw noSuchCheckpoint(store(), run.id, step ?? 0);
  const into = file === undefined ? freeName(options.home, spec, run.id, checkpoint.step) : resolve(file);
  if (existsSync(into)) throw expected('file.exists', { path: into });
  return exportWeights(checkpoint.file, expand(spec), checkpoint.step, into);
}

/** A name in the data folder's `exports` that no file has. */
function freeName(home: string, { name }: Spec, run: string, step: number): string {
  const plain = name.replace(/[^\w.-]+/g, '-').slice(0, 60);
  const folder = makeFolder(join(home, 'exports'));
  for (let count = 1; ; count += 1) {
    const path = join(folder, `${plain}-${run}-step-${step}${count > 1 ? `-${count}` : ''}.safetensors`);
    if (!existsSync(path)) return path;
  }
}
