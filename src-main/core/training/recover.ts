/** What is done when a step diverges: its batch is kept, and the run goes back as its recipe says. */
import { join } from 'node:path';
import { writeWhole } from '../dataset/files.ts';
import { expected } from '../../shared/failure.ts';
import { keptBatchName } from '../../shared/run/replay.ts';
import type { Moving, Progress } from './progress.ts';
import type { Saver } from './saver.ts';
import type { DoneStep } from './step.ts';
import type { Training } from './train.ts';

/**
 * Writes `diverged-step-N.json`: the images' indices and everything drawn for the step, from which it can be repeated.
 * @returns a sentence for the run's log; empty where the run has no folder.
 */
export function keepBatch(
  folder: string | null,
  { result, draws }: DoneStep,
  { skipped, rateFactor }: Progress,
): string {
  if (folder === null) return '';
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
    return `Its batch is kept in ${name}.`;
  } catch {
    return 'Its batch could not be kept.';
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
): { readonly progress: Moving; readonly text: string } {
  if (whenDiverged.kind === 'stop') throw expected('training.diverged', { step });
  const { skipped, rollBacks, rateFactor } = before;
  if ((whenDiverged.kind === 'skip' ? skipped.length : rollBacks) >= whenDiverged.most)
    throw expected('training.diverged', { step });
  const progress = saver.goBack();
  const what = `The loss was no longer a number at step ${step}. The run went back to step ${progress.step}`;
  Object.assign(progress, { skipped, rollBacks, rateFactor });
  if (whenDiverged.kind === 'skip') {
    progress.skipped = [...skipped, step];
    return { progress, text: `${what} and leaves that batch out.` };
  }
  progress.rollBacks = rollBacks + 1;
  progress.rateFactor = rateFactor * whenDiverged.factor;
  return { progress, text: `${what} and goes on with ${Number(progress.rateFactor.toPrecision(3))} times the rate.` };
}
