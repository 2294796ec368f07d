/** The loop of a run, as the story it tells: an async generator of run events. Not pulling it is pausing it. */
import { chooseAugmentation } from '../batches/augment.ts';
import { epochOrder, stepImages } from '../batches/order.ts';
import { Draws } from '../batches/random.ts';
import { drawSurvival } from '../batches/survival.ts';
import type { OpenDataset } from '../dataset/library.ts';
import { stepsOf, stepsPerEpoch } from '../../shared/duration.ts';
import { expected } from '../../shared/failure.ts';
import type { Augmentation, Recipe } from '../../shared/recipe.ts';
import { learningRate } from '../../shared/schedule.ts';
import type { EpochEvent, EndEvent, RunEvent, Score } from '../../shared/run/event.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import type { Progress } from './checkpoint.ts';
import { evaluateSplit } from './evaluate.ts';
import { Looks } from './looks.ts';
import { Pace } from './pace.ts';
import type { StepResult, TrainingSession } from './session.ts';
import type { Supply } from './supply.ts';

/** Milliseconds between checkpoints; they are written at the ends of epochs. */
const checkpointEveryMs = 30_000;

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
  /** Asked before every step. */
  readonly shouldStop: () => boolean;
}

/** What the loop remembers from step to step. */
type Moving = { -readonly [Key in keyof Progress]: Progress[Key] };

/**
 * Trains from the beginning, or from a checkpoint, to the end of the recipe or until it should stop.
 * @throws Expected `training.diverged` when the loss is no longer a number, `memory.full` when the device has no room.
 */
export async function* train(training: Training): AsyncGenerator<RunEvent> {
  const { run, session, data, supply, recipe } = training;
  const images = data.images('train');
  const perEpoch = stepsPerEpoch(images, recipe.batch);
  const steps = stepsOf(recipe.duration, images, recipe.batch);

  yield { type: 'phase', phase: 'readingData' };
  supply.fill(session);
  session.begin(recipe.seed);
  const progress: Moving = training.resumeFrom
    ? restored(training.resumeFrom, session)
    : { step: 0, trainingMs: 0, epochLoss: 0, epochAccuracy: 0, epochSteps: 0, best: null };
  const pace = new Pace(recipe.batch, training.resumeFrom ? clocksOf(progress) : null);
  const looks = new Looks(session.program, recipe.watchEvery);
  let last: EndEvent['last'] = null;
  let order = epochOrder(images, recipe.seed, epochOf(progress.step, perEpoch));
  let savedAtMs = performance.now();
  let depth = 0;

  yield { type: 'phase', phase: 'firstStep' };
  for (let first = true; progress.step < steps; first = false) {
    if (training.shouldStop()) break;
    const epoch = epochOf(progress.step, perEpoch);
    if (progress.step % perEpoch === 0) order = epochOrder(images, recipe.seed, epoch);

    const startedMs = performance.now();
    const rate = learningRate(recipe, progress.step, steps);
    const look = looks.isDue(progress.step + 1);
    const { result, survival } = step(training, order, progress.step, perEpoch, rate, look);
    const imagesPerSecond = pace.step(performance.now() - startedMs);
    const { clocks } = pace;
    progress.step += 1;
    Object.assign(progress, clocks);
    looks.count(survival);
    if (!Number.isFinite(result.loss)) throw expected('training.diverged', { step: progress.step });
    progress.epochLoss += result.loss;
    progress.epochAccuracy += result.accuracy;
    if (result.topFive !== null) progress.epochTopFive = (progress.epochTopFive ?? 0) + result.topFive;
    progress.epochSteps += 1;
    depth += survival ? survival.reduce((sum, flag) => sum + flag, session.program.train.always) : 0;
    yield {
      type: 'step',
      step: progress.step,
      epoch: progress.step / perEpoch,
      loss: result.loss,
      accuracy: result.accuracy,
      learningRate: rate,
      imagesPerSecond,
      ...(result.gradientNorm === null ? {} : { gradientNorm: finite(result.gradientNorm) }),
      ...clocks,
    };
    if (result.blocks) yield looks.event(progress.step, result.blocks);
    if (first) yield { type: 'phase', phase: 'training' };
    await immediately();

    if (progress.step % perEpoch !== 0 && progress.step !== steps) continue;
    const event: Omit<EpochEvent, 'test'> = {
      type: 'epoch',
      epoch,
      step: progress.step,
      train: meanOf(progress),
      imagesPerSecond,
      meanDepth: session.program.train.survival ? depth / progress.epochSteps : null,
    };
    [progress.epochLoss, progress.epochAccuracy, progress.epochSteps, depth] = [0, 0, 0, 0];
    delete progress.epochTopFive;
    if (epoch % recipe.evaluateEvery === 0 || progress.step === steps) {
      yield { type: 'phase', phase: 'evaluating' };
      const evaluation = evaluateSplit(session, supply, data, 'test', evaluationBatch(recipe));
      yield { type: 'evaluation', epoch, step: progress.step, ...evaluation };
      const test = evaluation.score;
      last = { epoch, test };
      if (!progress.best || test.accuracy > progress.best.accuracy) progress.best = { epoch, ...test };
      yield { ...event, test };
      yield { type: 'phase', phase: 'training' };
    } else yield { ...event, test: null };

    if (training.folder && performance.now() - savedAtMs > checkpointEveryMs && progress.step < steps) {
      yield* save(training, progress);
      savedAtMs = performance.now();
    }
  }

  if (training.folder) yield* save(training, progress);
  const best = progress.best && {
    epoch: progress.best.epoch,
    test: { loss: progress.best.loss, accuracy: progress.best.accuracy },
  };
  yield {
    type: 'end',
    run,
    status: progress.step >= steps ? 'finished' : 'stopped',
    best,
    last,
    weights: session.hash(),
  };
}

/** Images in one step of evaluation. */
export const evaluationBatch = (recipe: Recipe): number => Math.min(recipe.batch, 256);

/** The epoch, from 1, that the step after `done` steps belongs to. */
const epochOf = (done: number, perEpoch: number): number => Math.floor(done / perEpoch) + 1;

function step(
  { session, data, supply, recipe, augmentation }: Training,
  order: Int32Array,
  done: number,
  perEpoch: number,
  rate: number,
  look: boolean,
): { readonly result: StepResult; readonly survival: Int32Array | null } {
  const { height, width } = data.dataset.image;
  const epoch = epochOf(done, perEpoch);
  const indices = stepImages(order, recipe.batch, done % perEpoch);
  const { survival: flags, gated, seed, feeds } = session.program.train;
  const survival = flags
    ? drawSurvival(
        gated.map((block) => block.survival),
        recipe.seed,
        done + 1,
      )
    : null;
  const draws = seed ? new Draws(recipe.seed, 'dropout', 0, done + 1) : null;
  try {
    const result = session.train({
      images: supply.images('train', indices),
      choice: feeds.choice ? chooseAugmentation(indices, height, width, augmentation, recipe.seed, epoch) : null,
      learningRate: rate,
      survival,
      seed: draws ? [draws.seed(), draws.seed()] : [0, 0],
      step: done + 1,
      look,
    });
    return { result, survival };
  } catch (error) {
    if (error instanceof Error && /OOM|Resource exhausted|RESOURCE_EXHAUSTED/i.test(error.message)) {
      throw expected('memory.full', { batch: recipe.batch, suggested: Math.floor(recipe.batch / 2) });
    }
    throw error;
  }
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** The mean score over the steps of the present epoch. */
const meanOf = ({ epochLoss, epochAccuracy, epochTopFive, epochSteps }: Progress): Score => ({
  loss: epochLoss / epochSteps,
  accuracy: epochAccuracy / epochSteps,
  ...(epochTopFive === undefined ? {} : { topFive: epochTopFive / epochSteps }),
});

/** A checkpoint of an older version knows of no other clock: no time is said to have passed since. */
const clocksOf = ({ trainingMs, wallMs = trainingMs, pausedMs = 0, atMs = Date.now() }: Progress) => ({
  trainingMs,
  wallMs,
  pausedMs,
  atMs,
});

function restored(file: string, session: TrainingSession): Moving {
  const { chunks, progress } = readCheckpoint(file, session.program);
  session.restore(chunks);
  return { ...progress };
}

function* save({ session, folder }: Training, progress: Progress): Generator<RunEvent> {
  yield { type: 'phase', phase: 'saving' };
  const written = writeCheckpoint(folder as string, session.program, session.save(), { ...progress, atMs: Date.now() });
  yield {
    type: 'checkpoint',
    step: progress.step,
    file: written.file,
    bytes: written.bytes,
    sha256: written.sha256,
  };
  yield { type: 'phase', phase: 'training' };
}

/** Lets messages in between two steps. */
const immediately = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
