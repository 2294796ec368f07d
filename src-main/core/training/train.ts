/** The loop of a run, as the story it tells: an async generator of run events. Not pulling it is pausing it. */
import { epochOrder, Sequence } from '../batches/order.ts';
import type { OpenDataset } from '../dataset/library.ts';
import { stepsOf, stepsPerEpoch } from '../../shared/duration.ts';
import { expected } from '../../shared/failure.ts';
import type { Augmentation, Recipe } from '../../shared/recipe.ts';
import type { RunEvent, Score } from '../../shared/run/event.ts';
import { evaluateSplit } from './evaluate.ts';
import { Looks } from './looks.ts';
import { Pace } from './pace.ts';
import type { Clocks } from './pace.ts';
import { beginning, epochOf, meanOf, noSums, noteEvaluation, rewindTo, stopsEarly } from './progress.ts';
import type { Moving } from './progress.ts';
import { keepBatch, recovered } from './recover.ts';
import { Saver } from './saver.ts';
import type { TrainingSession } from './session.ts';
import { doStep } from './step.ts';
import type { DoneStep } from './step.ts';
import type { Supply } from './supply.ts';
import { bothTold, tell } from '../../shared/told.ts';

export interface Training {
  readonly run: string;
  readonly session: TrainingSession;
  readonly data: OpenDataset;
  readonly supply: Supply;
  readonly recipe: Recipe;
  readonly augmentation: Augmentation;
  /** Folder for checkpoints; null: none are written. */
  readonly folder: string | null;
  readonly resumeFrom: string | null;
  readonly checkpointEveryMs: number;
  /** Step after which it pauses by itself; null: none. */
  readonly pauseAt?: number | null;
  /** Asked before every step. */
  readonly shouldStop: () => boolean;
}

/**
 * Trains from the beginning, or from a checkpoint, to the end of the recipe or until it should stop.
 * @throws Expected `training.diverged` when a loss or gradient is no longer a number and the recipe says stop,
 * `memory.full` when the device has no room, and what stands in the way of writing a checkpoint.
 */
export async function* train(training: Training): AsyncGenerator<RunEvent> {
  const { run, session, data, supply, recipe } = training;
  const images = data.images('train');
  const perEpoch = stepsPerEpoch(images, recipe.batch);
  const steps = stepsOf(recipe.duration, images, recipe.batch);
  const saver = new Saver(training);
  const sequence = new Sequence(images, recipe.batch, recipe.seed);

  yield { type: 'phase', phase: 'readingData' };
  supply.fill(session);
  session.begin(recipe.seed);
  let progress: Moving = training.resumeFrom
    ? saver.restore(training.resumeFrom)
    : beginning(training.run, recipe.batch);
  yield rewindTo(progress, perEpoch);
  const pace = new Pace(recipe.batch, progress);
  let looks = new Looks(session.program, recipe.watchEvery, progress.looks);
  let order = epochOrder(images, recipe.seed, epochOf(progress.step, perEpoch));

  yield { type: 'phase', phase: 'firstStep' };
  for (let first = true; progress.step < steps && !stopsEarly(progress, recipe);) {
    if (training.shouldStop() || progress.step === training.pauseAt) break;
    const epoch = epochOf(progress.step, perEpoch);
    if (progress.step % perEpoch === 0) order = epochOrder(images, recipe.seed, epoch);

    const isSkipped = progress.skipped.includes(progress.step + 1);
    if (!isSkipped) {
      const startedMs = performance.now();
      await supply.prepare('train', (ahead) =>
        progress.step + ahead < steps ? sequence.at(progress.step + ahead) : null,
      );
      const look = looks.isDue(progress.step + 1);
      const done = doStep(training, progress, order, { perEpoch, all: steps }, look);
      pace.step(performance.now() - startedMs);
      if (!isFinite(done)) {
        const kept = keepBatch(training.folder, done, progress);
        if (recipe.whenDiverged.kind === 'stop') throw expected('training.diverged', { step: done.draws.step });
        const back = recovered(training, saver, progress, done.draws.step);
        progress = back.progress;
        order = epochOrder(images, recipe.seed, epochOf(progress.step, perEpoch));
        looks = new Looks(session.program, recipe.watchEvery, progress.looks);
        yield { type: 'note', level: 'warning', text: kept ? bothTold(back.text, kept) : back.text };
        yield rewindTo(progress, perEpoch);
        continue;
      }
      const { result, draws } = done;
      noteStep(progress, done, pace.clocks);
      looks.count(draws.survival);
      yield {
        type: 'step',
        step: progress.step,
        epoch: progress.step / perEpoch,
        loss: result.loss,
        accuracy: result.accuracy,
        learningRate: draws.learningRate,
        imagesPerSecond: pace.imagesPerSecond,
        ...(result.gradientNorm === null ? {} : { gradientNorm: result.gradientNorm }),
        ...pace.clocks,
      };
      if (result.blocks) yield looks.event(progress.step, result.blocks);
      progress.looks = looks.counts;
      if (first) yield { type: 'phase', phase: 'training' };
      first = false;
    } else progress.step += 1;
    await immediately();

    const isEpoch = progress.step % perEpoch === 0 || progress.step === steps;
    const isBest = isEpoch && (yield* endEpoch(training, progress, epoch, steps, pace));
    if (progress.step < steps && (isBest || saver.isDue())) yield* saver.save(progress, isBest);
    else if (isBest) saver.lastIsBest = true;
  }

  if (progress.step < steps && stopsEarly(progress, recipe)) yield stoppedEarly(progress);
  yield* saver.save(progress, saver.lastIsBest);
  const isFinished = progress.step >= steps || stopsEarly(progress, recipe);
  yield {
    type: 'end',
    run,
    status: isFinished ? 'finished' : progress.step === training.pauseAt ? 'paused' : 'stopped',
    best: progress.best,
    last: progress.last,
    weights: session.hash(),
  };
}

/** Images in one step of evaluation. */
export const evaluationBatch = ({ batch, accumulate }: Recipe): number => Math.min(batch / accumulate, 256);

const isFinite = ({ result }: DoneStep): boolean =>
  Number.isFinite(result.loss) && (result.gradientNorm === null || Number.isFinite(result.gradientNorm));

function noteStep(progress: Moving, { result, computed }: DoneStep, clocks: Clocks): void {
  progress.step += 1;
  Object.assign(progress, clocks, { atMs: Date.now() });
  progress.epochLoss += result.loss;
  progress.epochAccuracy += result.accuracy;
  if (result.topFive !== null) progress.epochTopFive = (progress.epochTopFive ?? 0) + result.topFive;
  progress.epochSteps += 1;
  progress.epochDepth += computed;
}

/** Tells of an epoch and begins the sums of the next. @returns whether it was evaluated as the best so far. */
function* endEpoch(
  { session, supply, data, recipe }: Training,
  progress: Moving,
  epoch: number,
  steps: number,
  pace: Pace,
): Generator<RunEvent, boolean> {
  progress.train = meanOf(progress);
  const event = {
    type: 'epoch' as const,
    epoch,
    step: progress.step,
    train: progress.train,
    imagesPerSecond: pace.imagesPerSecond,
    meanDepth: session.program.train.survival ? progress.epochDepth / Math.max(1, progress.epochSteps) : null,
  };
  Object.assign(progress, noSums);
  if (epoch % recipe.evaluateEvery !== 0 && progress.step !== steps) {
    yield { ...event, test: null };
    return false;
  }
  yield { type: 'phase', phase: 'evaluating' };
  const scores: { validation?: Score; test?: Score } = {};
  for (const split of judgedSplits(data)) {
    const evaluation = evaluateSplit(session, supply, data, split, evaluationBatch(recipe));
    yield { type: 'evaluation', epoch, step: progress.step, ...evaluation };
    scores[split] = evaluation.score;
  }
  const { test, ...validation } = scores as { test: Score; validation?: Score };
  const isBest = noteEvaluation(progress, { epoch, test, ...validation }, recipe);
  yield { ...event, test, ...validation };
  yield { type: 'phase', phase: 'training' };
  return isBest;
}

/** The splits on which a run is judged, the one that decides first. */
const judgedSplits = ({ dataset }: OpenDataset): readonly ('validation' | 'test')[] =>
  dataset.splits.some(({ name }) => name === 'validation') ? ['validation', 'test'] : ['test'];

function stoppedEarly({ evaluationsBehind, best }: Moving): RunEvent {
  const text = tell('Stopped early: the last {count} evaluations were not better than that of epoch {epoch}.', {
    count: evaluationsBehind,
    epoch: best?.epoch ?? 0,
  });
  return { type: 'note', level: 'info', text };
}

/** Lets messages in between two steps. */
const immediately = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
