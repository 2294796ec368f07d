/** What trained networks say of images that a person brings. */
import type { CallInput, CallOutput, RunDetail } from '../../shared/contract.ts';
import { expected, failureOf } from '../../shared/failure.ts';
import { expand } from '../../shared/network/expand.ts';
import type { Model } from '../../shared/run/inference.ts';
import type { DroppedFile } from '../imports/import.ts';
import { readPictures } from '../imports/pictures.ts';
import { removeUpload } from '../imports/uploads.ts';
import type { CheckpointEntry } from '../store/open.ts';
import type { Handlers } from './answer.ts';
import type { Context } from './context.ts';
import { filesOf } from './imports.ts';
import type { Inference } from './inference.ts';

type Predicted = CallOutput<'run.predict'>['results'][number];

/** Classes that are named for each image. */
const named = 5;

/** The checkpoint that is meant; the best where nothing is said, the last where none is the best. Fails with `checkpoint.none`. */
export function chooseCheckpoint(detail: RunDetail, at: 'best' | 'last' | number = 'best'): CheckpointEntry {
  const { checkpoints, run } = detail;
  const found =
    typeof at === 'number'
      ? checkpoints.find(({ step }) => step === at)
      : ((at === 'best' ? checkpoints.find(({ best }) => best) : undefined) ?? checkpoints.at(-1));
  if (found) return found;
  if (checkpoints.length === 0) throw expected('checkpoint.none', { run: run.id });
  throw expected('checkpoint.unknown', {
    run: run.id,
    step: typeof at === 'number' ? at : -1,
    known: checkpoints.map(({ step }) => step).join(', '),
  });
}

/** A run's network with the weights of a checkpoint. The dataset may be gone: the run remembers its mean and deviation. */
export function modelOf({ spec, recipe, dataset, run }: RunDetail, checkpoint: CheckpointEntry): Model {
  if (!dataset) throw expected('data.unknown', { name: run.data, near: '' });
  return { spec, recipe, mean: dataset.mean, deviation: dataset.deviation, checkpoint: checkpoint.file };
}

/** The likeliest classes of one image, the likeliest first. */
function topOf(probabilities: Float32Array, classes: readonly string[]): Predicted['images'][number]['top'] {
  return Array.from(probabilities, (confidence, index) => ({ class: index, confidence }))
    .sort((a, b) => b.confidence - a.confidence || a.class - b.class)
    .slice(0, named)
    .map((each) => ({ ...each, name: classes[each.class] ?? String(each.class) }));
}

export function predictHandlers(context: Context, inference: () => Promise<Inference>): Pick<Handlers, 'run.predict'> {
  const { options, store } = context;
  const surroundings = {
    home: options.home,
    command: options.intake,
    silenceMs: options.intakeSilenceMs,
    limits: options.intakeLimits,
  };

  async function ofRun(
    text: string,
    files: readonly DroppedFile[],
    at: CallInput<'run.predict'>['at'],
    read: (detail: RunDetail) => Promise<Uint8Array<ArrayBuffer>>,
  ): Promise<Predicted> {
    const detail = store().readRunDetail(store().findRun(text).id);
    const run = detail.run.id;
    const checkpoint = chooseCheckpoint(detail, at);
    const model = modelOf(detail, checkpoint);
    const pixels = await read(detail);
    const answer = await (await inference()).ask({ kind: 'predict', model, pixels });
    if (answer.kind !== 'predicted') throw new Error('The trainer answered another question.');
    const classes = detail.dataset?.classes ?? [];
    const count = answer.probabilities.length / files.length;
    const images = files.map(({ name }, index) => ({
      name,
      top: topOf(answer.probabilities.slice(index * count, (index + 1) * count), classes),
    }));
    return { run, step: checkpoint.step, failure: null, images };
  }

  return {
    'run.predict': async ({ runs, source, at }) => {
      const files = filesOf(source, context);
      // Runs of one shape of input share the decoded images.
      const pictures = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();
      const read = ({ spec }: RunDetail) => {
        const { input } = expand(spec);
        const key = `${input.height} ${input.width} ${input.channels}`;
        const known = pictures.get(key) ?? readPictures(files, input, surroundings);
        pictures.set(key, known);
        return known;
      };
      try {
        const results: Predicted[] = [];
        for (const run of runs) {
          try {
            results.push(await ofRun(run, files, at, read));
          } catch (thrown) {
            const failure = failureOf(thrown);
            // One run fails the call; among several the others still have something to say.
            if (runs.length === 1 || failure.code === 'bug' || failure.code.startsWith('import.')) throw thrown;
            results.push({ run, step: null, failure, images: [] });
          }
        }
        return { results };
      } finally {
        if ('uploads' in source) for (const upload of source.uploads) removeUpload(options.home, upload);
      }
    },
  };
}
