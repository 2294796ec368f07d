/** A step that diverged, once more: from the checkpoint before it, with a look at everything that flows through it. */
import { stepsOf, stepsPerEpoch } from '../../shared/duration.ts';
import type { StepCounts } from '../../shared/schedule.ts';
import type { KeptBatch, Replay, ReplaySite } from '../../shared/run/replay.ts';
import { epochOrder } from '../batches/order.ts';
import { elements } from '../graph/tensor.ts';
import { beginning, epochOf } from './progress.ts';
import type { Moving } from './progress.ts';
import { Saver } from './saver.ts';
import type { TrainingSession } from './session.ts';
import { doStep, drawStep } from './step.ts';
import type { Training } from './train.ts';

/**
 * Repeats the steps from `training.resumeFrom` (null: from the beginning) to the kept one and looks into that, or into the
 * first step on the way that leaves weights or statistics that are no numbers. Yields how many of the steps are done.
 * @param training its session's program watches the flow
 */
export async function* replayStep(
  training: Training,
  kept: KeptBatch,
): AsyncGenerator<{ readonly done: number; readonly total: number }, Replay> {
  const { run, session, supply, recipe } = training;
  const images = training.data.images('train');
  const steps = { perEpoch: stepsPerEpoch(images, recipe.batch), all: stepsOf(recipe.duration, images, recipe.batch) };
  supply.fill(session);
  session.begin(recipe.seed);
  const progress = training.resumeFrom
    ? new Saver(training).restore(training.resumeFrom)
    : beginning(run, recipe.batch);
  Object.assign(progress, { skipped: kept.skipped, rateFactor: kept.rateFactor });
  const from = progress.step;

  // What a step leaves behind may show in the loss of a later one only: the weights are looked at behind each.
  let before = session.save();
  while (progress.step < kept.step - 1) {
    repeat(training, progress, steps);
    const behind = session.save();
    if (spoiled(session, behind, 'update').length > 0) {
      session.restore(before);
      progress.step -= 1;
      break;
    }
    before = behind;
    yield { done: progress.step - from, total: kept.step - from };
    await new Promise(setImmediate);
  }
  const { learningRate, step, sites } = lookInto(training, progress, steps);
  return { run, step: kept.step, watched: step, from, learningRate, sites };
}

function repeat(training: Training, progress: Moving, steps: StepCounts): void {
  if (!progress.skipped.includes(progress.step + 1))
    doStep(training, progress, orderOf(training, progress, steps), steps, false);
  progress.step += 1;
}

const orderOf = ({ data, recipe }: Training, { step }: Moving, { perEpoch }: StepCounts): Int32Array =>
  epochOrder(data.images('train'), recipe.seed, epochOf(step, perEpoch));

/** Every place of the step after `progress.step`, which is done in the end to see what its update makes of the weights. */
function lookInto(
  training: Training,
  progress: Moving,
  steps: StepCounts,
): { readonly step: number; readonly learningRate: number; readonly sites: ReplaySite[] } {
  const { session, recipe } = training;
  const { draws, inputOf } = drawStep(training, progress, orderOf(training, progress, steps), steps, false);
  const before = spoiled(session, session.save(), 'weights');
  let flow: ReplaySite[] = [];
  for (let part = 0; part < recipe.accumulate; part += 1) {
    flow = session.flow(inputOf(part)).map((site) => ({ ...site, largest: numberOrNull(site.largest) }));
    if (flow.some(({ nonFinite }) => nonFinite > 0)) break;
  }
  repeat(training, progress, steps);
  const sites = [...before, ...flow, ...spoiled(session, session.save(), 'update')];
  return { step: draws.step, learningRate: draws.learningRate, sites };
}

/** The variables that hold a value that is no number. @param chunks what the session's `save` gave. */
function spoiled(
  { program }: TrainingSession,
  chunks: readonly Float32Array[],
  what: 'weights' | 'update',
): ReplaySite[] {
  return program.snapshot.chunks.flatMap(({ variables }, index) => {
    let at = 0;
    return variables.flatMap(({ name, shape }) => {
      const values = (chunks[index] as Float32Array).subarray(at, (at += elements(shape)));
      const nonFinite = values.reduce((count, value) => count + (Number.isFinite(value) ? 0 : 1), 0);
      return nonFinite > 0 ? [{ what, name, values: values.length, nonFinite, largest: null }] : [];
    });
  });
}

const numberOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);
