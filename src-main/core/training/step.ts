/** One step of a run: what its seed draws for it, and the way through the session. */
import { chooseAugmentation } from '../batches/augment.ts';
import { drawMixing } from '../batches/mixup.ts';
import { stepImages } from '../batches/order.ts';
import { Draws } from '../batches/random.ts';
import { drawSurvival } from '../batches/survival.ts';
import { expected } from '../../shared/failure.ts';
import { learningRate } from '../../shared/schedule.ts';
import type { StepCounts } from '../../shared/schedule.ts';
import { epochOf } from './progress.ts';
import type { Progress } from './progress.ts';
import type { StepImages, StepInput, StepResult } from './session.ts';
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
  steps: StepCounts,
  look: boolean,
): DoneStep {
  const { session, recipe } = training;
  const { draws, inputOf } = drawStep(training, progress, order, steps, look);
  try {
    const gathered = Array.from({ length: recipe.accumulate - 1 }, (_, part) =>
      session.gather(inputOf(part), part === 0),
    );
    const result = meanOfParts(gathered, session.train(inputOf(recipe.accumulate - 1)));
    const { always } = session.program.train;
    const computed = draws.survival ? draws.survival.reduce((sum, flag) => sum + flag, always) : 0;
    return { result, draws, computed };
  } catch (thrown) {
    throw outOfMemory(thrown) ? expected('memory.full', roomFor(recipe.batch, recipe.accumulate)) : thrown;
  }
}

/** Everything that the step after `progress.step` is made of; `inputOf` gives its parts, which are computed one by one. */
export function drawStep(
  training: Training,
  progress: Progress,
  order: Int32Array,
  steps: StepCounts,
  look: boolean,
): { readonly draws: StepDraws; readonly inputOf: (part: number) => StepInput } {
  const { session, data, supply, recipe, augmentation } = training;
  const { height, width } = data.dataset.image;
  const { survival: flags, gated, seed, feeds, mix } = session.program.train;
  const done = progress.step;
  const epoch = epochOf(done, steps.perEpoch);
  const images = stepImages(order, recipe.batch, done % steps.perEpoch);
  const probabilities = gated.map((block) => block.survival);
  const survival = flags ? drawSurvival(probabilities, recipe.seed, done + 1) : null;
  const rate = learningRate(recipe, done, steps) * progress.rateFactor;
  const whole = supply.images('train', images);
  const size = recipe.batch / recipe.accumulate;
  const inputOf = (part: number): StepInput => {
    const indices = images.subarray(part * size, (part + 1) * size);
    const dropout = seed ? new Draws(recipe.seed, 'dropout', part, done + 1) : null;
    return {
      images: recipe.accumulate === 1 ? whole : partOf(training, whole, indices, part * size),
      choice: feeds.choice ? chooseAugmentation(indices, height, width, augmentation, recipe.seed, epoch) : null,
      learningRate: rate,
      survival,
      seed: dropout ? [dropout.seed(), dropout.seed()] : [0, 0],
      mixing: mix ? drawMixing(recipe.mixup, size, recipe.seed, done + 1, part) : null,
      step: done + 1 - progress.optimiserFrom,
      look,
    };
  };
  return { draws: { step: done + 1, epoch, images, learningRate: rate, survival }, inputOf };
}

/** The images of a part of a step; what lies within a word of others is read anew. */
function partOf({ data, supply }: Training, whole: StepImages, indices: Int32Array, from: number): StepImages {
  if ('indices' in whole) return { indices: indices.slice() };
  const { height, width, channels } = data.dataset.image;
  const imageBytes = height * width * channels;
  const [first, last] = [(from * imageBytes) / 4, ((from + indices.length) * imageBytes) / 4];
  if (!Number.isInteger(first) || !Number.isInteger(last)) return supply.images('train', indices);
  return { words: whole.words.slice(first, last), labels: whole.labels.slice(from, from + indices.length) };
}

/** Loss and shares over all parts of a step, which are of one size. */
function meanOfParts(
  parts: readonly Pick<StepResult, 'loss' | 'accuracy' | 'topFive'>[],
  last: StepResult,
): StepResult {
  if (parts.length === 0) return last;
  const all = [...parts, last];
  const mean = (of: (part: (typeof all)[number]) => number) =>
    all.reduce((sum, part) => sum + of(part), 0) / all.length;
  return {
    ...last,
    loss: mean(({ loss }) => loss),
    accuracy: mean(({ accuracy }) => accuracy),
    topFive: last.topFive === null ? null : mean(({ topFive }) => topFive ?? 0),
  };
}

const outOfMemory = (thrown: unknown): boolean =>
  thrown instanceof Error && /OOM|Resource exhausted|RESOURCE_EXHAUSTED|bad_alloc/i.test(thrown.message);

/** What did not fit, and half of it. */
function roomFor(batch: number, accumulate: number): { batch: number; suggested: number } {
  const part = Math.floor(batch / accumulate);
  return { batch: part, suggested: Math.floor(part / 2) };
}
