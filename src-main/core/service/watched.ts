/** What a trainer saw inside the network: stored with the other events, published, and read again. */
import type { Change } from '../../shared/contract.ts';
import { expected } from '../../shared/failure.ts';
import { blocksOf } from '../../shared/network/cost.ts';
import { expand } from '../../shared/network/expand.ts';
import type { EvaluationEvent, RunEvent } from '../../shared/run/event.ts';
import { emptyLooks, thinLooks } from '../../shared/run/looks.ts';
import type { Looks } from '../../shared/run/looks.ts';
import { accuracyByClass } from '../../shared/run/tally.ts';
import type { StoredEvaluation, Store } from '../store/open.ts';
import type { Handlers } from './answer.ts';
import type { Context } from './context.ts';
import { tell } from '../../shared/told.ts';

type WatchingCalls = Pick<Handlers, 'run.blocks' | 'run.evaluations' | 'run.confusion'>;

/** Writes looks and evaluations among some events; returns what to publish. To be called inside a transaction. */
export function storeWatched(store: Store, run: string, events: readonly RunEvent[]): Change[] {
  const looks = looksOf(events);
  if (looks) store.watched.appendLooks(run, looks);
  const evaluations = events.filter((event) => event.type === 'evaluation');
  for (const evaluation of evaluations) store.watched.addEvaluation(run, evaluation);
  return [
    ...(looks ? [{ kind: 'blocks', run, looks } as const] : []),
    ...evaluations.map((event): Change => ({ kind: 'evaluation', run, evaluation: evaluated(event) })),
  ];
}

/** The looks of some events as one; null where there are none. */
function looksOf(events: readonly RunEvent[]): Looks | null {
  const seen = events.filter((event) => event.type === 'blocks');
  const blocks = seen[0]?.gradientNorm.length ?? 0;
  if (seen.length === 0) return null;
  const looks = emptyLooks(blocks, seen.length);
  seen.forEach(({ step, steps, gradientNorm, ratio, computed }, row) => {
    looks.steps[row] = step;
    looks.counted[row] = steps;
    looks.gradientNorm.set(gradientNorm, row * blocks);
    looks.ratio.set(ratio, row * blocks);
    looks.computed.set(computed, row * blocks);
  });
  return looks;
}

/** Share of each class's images that were recognised; NaN for a class without images. */
const byClass = (confusion: Int32Array): Float32Array<ArrayBuffer> =>
  Float32Array.from(accuracyByClass({ confusion: Float64Array.from(confusion) }));

function evaluated({ split, step, epoch, score, predicted, confusion }: EvaluationEvent) {
  const { loss, accuracy, topFive = null } = score;
  const images = predicted.length;
  return { split, step, epoch, images, loss, accuracy, topFive, byClass: byClass(confusion), hasImages: true };
}

/** The steps of the last look and the last evaluation of a run that were told of. */
export interface WatchedSteps {
  look: number;
  evaluation: number;
}

/** What another program stored of a run since, as it would have been published; `told` goes along. */
export function readWatched(store: Store, run: string, told: WatchedSteps): Change[] {
  const looks = store.watched.looks(run, told.look);
  const evaluations = store.watched.evaluations(run, usualSplit, told.evaluation);
  told.look = looks.steps.at(-1) ?? told.look;
  told.evaluation = evaluations.at(-1)?.step ?? told.evaluation;
  return [
    ...(looks.steps.length > 0 ? [{ kind: 'blocks', run, looks } as const] : []),
    ...evaluations.map(({ classes: _classes, confusion, ...rest }): Change => ({
      kind: 'evaluation',
      run,
      evaluation: { split: usualSplit, ...rest, byClass: byClass(confusion) },
    })),
  ];
}

/** The split that is meant where none is named. */
export const usualSplit = 'test';

/** The step of the best evaluation, the earliest of equals; a validation split decides for the others, too. */
function bestStep(store: Store, run: string, own: readonly StoredEvaluation[]): number {
  const validation = store.watched.evaluations(run, 'validation', -1);
  const judged = validation.length > 0 ? validation : own;
  const highest = Math.max(...judged.map(({ accuracy }) => accuracy));
  return judged.find(({ accuracy }) => accuracy === highest)?.step ?? -1;
}

/** The evaluation that is meant. Fails with `evaluation.none`. */
export function chooseEvaluation(
  store: Store,
  run: string,
  { split = usualSplit, at = 'best' }: { split?: string | undefined; at?: 'best' | 'last' | number | undefined },
): StoredEvaluation {
  const all = store.watched.evaluations(run, split, typeof at === 'number' ? at - 1 : -1);
  const step = at === 'best' ? bestStep(store, run, all) : at;
  const found = step === 'last' ? all.at(-1) : all.find((each) => each.step === step);
  if (!found)
    throw expected('evaluation.none', {
      run,
      split,
      at: typeof at === 'number' ? tell('step {step}', { step: at }) : tell(at),
    });
  return found;
}

export function watchingHandlers({ store }: Context): WatchingCalls {
  const idOf = (text: string) => store().findRun(text).id;
  /** Names of the classes of a run's dataset; their numbers where it is not known. */
  const classesOf = (run: string, count: number): string[] =>
    store().readRunDetail(run).dataset?.classes ?? Array.from({ length: count }, (_, index) => String(index));
  return {
    'run.blocks': ({ run: text, afterStep, rows = 100_000 }) => {
      const run = idOf(text);
      const blocks = blocksOf(expand(store().readRunDetail(run).spec));
      const looks = store().watched.looks(run, afterStep ?? -1);
      return {
        run,
        names: blocks.map(({ name }) => name),
        survival: Float64Array.from(blocks, ({ survival }) => survival),
        looks: looks.steps.length > 0 ? thinLooks(looks, rows) : emptyLooks(blocks.length),
        stored: looks.steps.length,
      };
    },
    'run.evaluations': ({ run: text, split = usualSplit, afterStep }) => {
      const run = idOf(text);
      const all = store().watched.evaluations(run, split, afterStep ?? -1);
      const classes = all[0]?.classes ?? 0;
      const shares = new Float32Array(all.length * classes);
      all.forEach(({ confusion }, row) => shares.set(byClass(confusion), row * classes));
      return {
        run,
        split,
        classes: classesOf(run, classes),
        images: all.at(-1)?.images ?? 0,
        steps: Float64Array.from(all, ({ step }) => step),
        epochs: Float64Array.from(all, ({ epoch }) => epoch),
        loss: Float64Array.from(all, ({ loss }) => loss ?? NaN),
        accuracy: Float64Array.from(all, ({ accuracy }) => accuracy),
        topFive: Float64Array.from(all, ({ topFive }) => topFive ?? NaN),
        byClass: shares,
        hasImages: Uint8Array.from(all, ({ hasImages }) => (hasImages ? 1 : 0)),
      };
    },
    'run.confusion': ({ run: text, split = usualSplit, at }) => {
      const run = idOf(text);
      const { step, epoch, classes, confusion } = chooseEvaluation(store(), run, { split, at });
      return { run, split, step, epoch, classes: classesOf(run, classes), counts: confusion };
    },
  };
}
