/** What is done when a step diverges: its batch is kept, and the run goes back as its recipe says. */
import { join } from 'node:path';
import { writeWhole } from '../dataset/files.ts';
import { expected } from '../../shared/failure.ts';
import { keptBatchName } from '../../shared/run/replay.ts';
import type { Moving, Progress } from './progress.ts';
import type { Saver } from './saver.ts';
import type { DoneStep } from './step.ts';
import type { Training } from './train.ts';
import { tell } from '../../shared/told.ts';
import type { Told } from '../../shared/told.ts';

/**
 * Writes `diverged-step-N.json`: the images' indices and everything drawn for the step, from which it can be repeated.
 * @returns a sentence for the run's log; null where the run has no folder.
 */
export function keepBatch(
  folder: string | null,
  { result, draws }: DoneStep,
  { skipped, rateFactor }: Progress,
): Told | null {
  if (folder === null) return null;
  const name = keptBatchName(draws.step);
  const content = {
    ...draws,
    images: [...draws.images],
    survival: draws.survival && [...draws.survival],
    skipped,
    rateFactor,
    // JSON has no word for what is not a number.
    loss: String(result.loss),
    gradientNorm: String(result.gradientNorm),
    accuracy: result.accuracy,
  };
  try {
    writeWhole(join(folder, name), new TextEncoder().encode(`${JSON.stringify(content)}\n`));
    return tell('Its batch is kept in {file}.', { file: name });
  } catch {
    return tell('Its batch could not be kept.');
  }
}

/**
 * Goes back to the newest checkpoint to go on without the step's batch, or with a smaller rate.
 * @throws Expected `training.diverged` where that was done as often as the recipe allows.
 */
export function recovered(
  { recipe: { whenDiverged } }: Training,
  saver: Saver,
  before: Progress,
  step: number,
): { readonly progress: Moving; readonly text: Told } {
  if (whenDiverged.kind === 'stop') throw expected('training.diverged', { step });
  const { skipped, rollBacks, rateFactor } = before;
  if ((whenDiverged.kind === 'skip' ? skipped.length : rollBacks) >= whenDiverged.most)
    throw expected('training.diverged', { step });
  const progress = saver.goBack();
  const back = progress.step;
  Object.assign(progress, { skipped, rollBacks, rateFactor });
  if (whenDiverged.kind === 'skip') {
    progress.skipped = [...skipped, step];
    const text = tell(
      'The loss was no longer a number at step {step}. The run went back to step {back} and leaves that batch out.',
      { step, back },
    );
    return { progress, text };
  }
  progress.rollBacks = rollBacks + 1;
  progress.rateFactor = rateFactor * whenDiverged.factor;
  const text = tell(
    'The loss was no longer a number at step {step}. The run went back to step {back} and goes on with {factor} times the rate.',
    { step, back, factor: Number(progress.rateFactor.toPrecision(3)) },
  );
  return { progress, text };
}
