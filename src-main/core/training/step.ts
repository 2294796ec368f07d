/** One step of a run: what its seed draws for it, and the way through the session. */
import { chooseAugmentation } from '../batches/augment.ts';
import { stepImages } from '../batches/order.ts';
import { Draws } from '../batches/random.ts';
import { drawSurvival } from '../batches/survival.ts';
import { expected } from '../../shared/failure.ts';
import { learningRate } from '../../shared/schedule.ts';
import { epochOf } from './progress.ts';
import type { Progress } from './progress.ts';
import type { StepResult } from './session.ts';
import type { Training } from './train.ts';

/** Everything that was drawn for a step besides the pixels' moves; enough to repeat it from its checkpoint. */
export interface StepDraws {
  readonly step: number;
  readonly epoch: number;
  /** Indices in the training split. */
  readonly images: Int32Array;
  readonly learningRate: number;
  readonly survival: Int32Array | null;
}

export interface DoneStep {
  readonly result: StepResult;
  readonly draws: StepDraws;
  /** Residual blocks that were computed; 0 without stochastic depth. */
  readonly computed: number;
}

/** Draws and runs the step after `progress.step`. @param look whether it looks into the blocks. @throws Expected `memory.full` */
export function doStep(
  training: Training,
  progress: Progress,
  order: Int32Array,
  steps: { readonly perEpoch: number; readonly all: number },
  look: boolean,
): DoneStep {
  const { session, data, supply, recipe, augmentation } = training;
  const { height, width } = data.dataset.image;
  const { survival: flags, gated, seed, feeds, always } = session.program.train;
  const done = progress.step;
  const epoch = epochOf(done, steps.perEpoch);
  const images = stepImages(order, recipe.batch, done % steps.perEpoch);
  const probabilities = gated.map((block) => block.survival);
  const survival = flags ? drawSurvival(probabilities, recipe.seed, done + 1) : null;
  const rate = learningRate(recipe, done, steps.all) * progress.rateFactor;
  const dropout = seed ? new Draws(recipe.seed, 'dropout', 0, done + 1) : null;
  try {
    const result = session.train({
      images: supply.images('train', images),
      choice: feeds.choice ? chooseAugmentation(images, height, width, augmentation, recipe.seed, epoch) : null,
      learningRate: rate,
      survival,
      seed: dropout ? [dropout.seed(), dropout.seed()] : [0, 0],
      step: done + 1 - progress.optimiserFrom,
      look,
    });
    const draws: StepDraws = { step: done + 1, epoch, images, learningRate: rate, survival };
    return { result, draws, computed: survival ? survival.reduce((sum, flag) => sum + flag, always) : 0 };
  } catch (thrown) {
    throw outOfMemory(thrown) ? expected('memory.full', roomFor(recipe.batch, recipe.accumulate)) : thrown;
  }
}

const outOfMemory = (thrown: unknown): boolean =>
  thrown instanceof Error && /OOM|Resource exhausted|RESOURCE_EXHAUSTED|bad_alloc/i.test(thrown.message);

/** What did not fit, and half of it. */
function roomFor(batch: number, accumulate: number): { batch: number; suggested: number } {
  const part = Math.floor(batch / accumulate);
  return { batch: part, suggested: Math.floor(part / 2) };
}
