/** Calls about single images: the worst mistakes of a run, and where two runs differ. */
import type { CallInput } from '../../shared/contract.ts';
import { expected } from '../../shared/failure.ts';
import { agreement, differences, worstMistakes } from '../../shared/run/answers.ts';
import type { ImageAnswers } from '../../shared/run/answers.ts';
import { openDataset } from '../dataset/library.ts';
import type { Handlers } from './answer.ts';
import type { Context } from './context.ts';
import { chooseEvaluation, usualSplit } from './watched.ts';
import { tell } from '../../shared/told.ts';

type ImageCalls = Pick<Handlers, 'run.images' | 'run.mistakes' | 'run.differences'>;

/** Splits whose labels are kept at hand: opening a dataset checks all of it. */
const keptLabels = 8;

/** The labels of splits of the library. */
class Labels {
  readonly #home: string;
  readonly #known = new Map<string, Int32Array>();

  constructor(home: string) {
    this.#home = home;
  }

  /** Fails with `data.unknown`, `data.damaged`. */
  of(data: string, split: string): Int32Array {
    const key = `${data} ${split}`;
    const known = this.#known.get(key);
    if (known) return known;
    const open = openDataset(this.#home, data);
    const labels = open.labels(split).slice();
    open.close();
    const [oldest] = this.#known.keys();
    if (this.#known.size >= keptLabels && oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(key, labels);
    return labels;
  }
}

const pick = (answers: ImageAnswers, indices: Int32Array) => ({
  predicted: Int32Array.from(indices, (index) => answers.predicted[index]!),
  confidence: Float32Array.from(indices, (index) => answers.confidence[index]!),
  loss: Float32Array.from(indices, (index) => answers.loss[index]!),
});

type Asked = Pick<CallInput<'run.images'>, 'split' | 'at'>;

export function imageHandlers({ options, store }: Context): ImageCalls {
  const labels = new Labels(options.home);
  /** An evaluation with the results of all its images. Fails with `evaluation.none`. */
  const whole = (text: string, { split = usualSplit, at = 'best' }: Asked) => {
    const { id: run, data } = store().findRun(text);
    const { step, epoch, images } = chooseEvaluation(store(), run, { split, at });
    const answers = store().watched.images(run, split, step, { from: 0, count: images });
    if (answers.loss.length < images)
      throw expected('evaluation.none', { run, split, at: tell('step {step}', { step }) });
    return { run, data, split, step, epoch, images, answers };
  };
  const labelsOf = ({ data, split, images, run }: ReturnType<typeof whole>) => {
    const found = labels.of(data, split);
    if (found.length !== images) throw new Error(`Run ${run} was evaluated on ${images} images of ${found.length}.`);
    return found;
  };
  const picked = (all: Int32Array, indices: Int32Array) => ({
    indices: Int32Array.from(indices),
    labels: Int32Array.from(indices, (index) => all[index]!),
  });
  return {
    'run.images': ({ run: text, split = usualSplit, at, from, count }) => {
      const { id: run } = store().findRun(text);
      const { step, epoch, images } = chooseEvaluation(store(), run, { split, at });
      return { run, split, step, epoch, images, ...store().watched.images(run, split, step, { from, count }) };
    },
    'run.mistakes': ({ run: text, label, predicted, count, ...asked }) => {
      const evaluation = whole(text, asked);
      const { run, split, step, epoch, images, answers } = evaluation;
      const all = labelsOf(evaluation);
      const mistakes = worstMistakes(all, answers, { label, predicted });
      const worst = mistakes.subarray(0, count);
      return {
        run,
        split,
        step,
        epoch,
        images,
        mistakes: mistakes.length,
        ...picked(all, worst),
        ...pick(answers, worst),
      };
    },
    'run.differences': ({ runs, kind, label, predicted, count, ...asked }) => {
      const [first, second] = runs.map((run) => whole(run, asked)) as [
        ReturnType<typeof whole>,
        ReturnType<typeof whole>,
      ];
      if (first.data !== second.data) throw expected('evaluation.different', { first: first.run, second: second.run });
      const all = labelsOf(first);
      const indices = differences(all, first.answers, second.answers, kind, { label, predicted });
      const shown = indices.subarray(0, count);
      return {
        split: first.split,
        steps: [first.step, second.step],
        images: first.images,
        ...agreement(all, first.answers, second.answers),
        found: indices.length,
        ...picked(all, shown),
        results: [first, second].map(({ run, answers }) => ({ run, ...pick(answers, shown) })),
      };
    },
  };
}
