/** What a run of a network takes of this device: predicted before it begins. */
import type { Calibration, DeviceKind } from '../calibration.ts';
import { imageBytesOf, mostHeldBytes } from '../dataset.ts';
import type { Dataset } from '../dataset.ts';
import { stepsOf } from '../duration.ts';
import type { Recipe } from '../recipe.ts';
import { largestBatch, peakBytes } from './peakMemory.ts';
import type { Plan } from './plan.ts';
import { secondsFor, workOf } from './work.ts';
import { tell } from '../told.ts';
import type { Told } from '../told.ts';
import { inWords } from '../failure.ts';

/** Where a run is to be trained. */
export interface TrainingDevice {
  readonly kind: DeviceKind;
  /** Bytes of its memory that other programs leave; null where they are not known. */
  readonly freeBytes: number | null;
  /** Null: nothing was measured on it. */
  readonly calibration: Calibration | null;
}

/** The images that a run is trained on. */
export interface TrainingImages {
  readonly count: number;
  /** Bytes of the dataset that the session holds. */
  readonly heldBytes: number;
}

/** What is trained on of a dataset. */
export function trainingImages(dataset: Dataset): TrainingImages {
  const bytes = imageBytesOf(dataset);
  return {
    count: dataset.splits.find(({ name }) => name === 'train')?.images ?? 0,
    heldBytes: bytes > mostHeldBytes ? 0 : bytes,
  };
}

/** Share of the free memory that a run may be predicted to take: a prediction may be that much too low. */
const safeShare = 0.85;

export interface Prediction {
  /** Of one training step; null without a calibration. */
  readonly stepSeconds: number | null;
  readonly imagesPerSecond: number | null;
  /** For the training steps of the whole recipe; null where the number of images is not known. */
  readonly runSeconds: number | null;
  /** Bytes of the device's memory at the most. */
  readonly peakBytes: number;
  /** Images at once that fit, a power of two; 0 where not even one does; null where the memory is not known. */
  readonly largestBatch: number | null;
  /** Whether the recipe's batch fits; true where the memory is not known. */
  readonly fits: boolean;
}

/** Predicts a run. Takes time linear in the number of the plan's steps. */
export function predict(
  plan: Plan,
  recipe: Recipe,
  { kind, freeBytes, calibration }: TrainingDevice,
  images?: TrainingImages,
): Prediction {
  const { batch, accumulate, duration } = recipe;
  const held = images?.heldBytes ?? 0;
  const stepSeconds = calibration && accumulate * secondsFor(workOf(plan, batch / accumulate), calibration.rates);
  const needed = peakBytes(plan, recipe, kind, held);
  return {
    stepSeconds,
    imagesPerSecond: stepSeconds && batch / stepSeconds,
    runSeconds: stepSeconds && images ? stepSeconds * stepsOf(duration, images.count, batch) : null,
    peakBytes: needed,
    largestBatch: freeBytes === null ? null : largestBatch(plan, recipe, kind, safeShare * freeBytes, held),
    fits: freeBytes === null || needed <= safeShare * freeBytes,
  };
}

/** What a person should know before a run that does not fit; null where it does. */
export function toldShortage(
  { fits, peakBytes: needed, largestBatch: suggested }: Prediction,
  { batch, accumulate }: Recipe,
  { freeBytes }: TrainingDevice,
): { readonly title: Told; readonly advice: Told } | null {
  if (fits || freeBytes === null) return null;
  return {
    title: tell('{count} images at once need about {needed}, more than is safe of the {free} that are free.', {
      count: batch / accumulate,
      needed: { bytes: needed },
      free: { bytes: freeBytes },
    }),
    advice: suggested
      ? tell('A batch of {suggested} fits.', { suggested })
      : tell('Not even one image fits: take a smaller network or images.'),
  };
}

/** The same in words. */
export function shortageInWords(
  ...given: Parameters<typeof toldShortage>
): { readonly title: string; readonly advice: string } | null {
  const told = toldShortage(...given);
  return told && { title: inWords(told.title), advice: inWords(told.advice) };
}
