/** How long a run is, in optimiser steps. */
import type { Duration } from './recipe.ts';

/** Steps of one epoch: full batches only, floor(images / batch), and at least 1 (a batch may exceed a small split). */
export const stepsPerEpoch = (images: number, batch: number): number => Math.max(1, Math.floor(images / batch));

/**
 * Steps of a run, at least 1.
 *
 * @param images images of the training split, ≥ 1
 * @param batch images in one step, ≥ 1
 */
export function stepsOf(duration: Duration, images: number, batch: number): number {
  if ('steps' in duration) return duration.steps;
  if ('epochs' in duration) return duration.epochs * stepsPerEpoch(images, batch);
  return Math.max(1, Math.ceil(duration.images / batch));
}

/** Epochs of a run, fractional where it ends within one. */
export const epochsOf = (duration: Duration, images: number, batch: number): number =>
  stepsOf(duration, images, batch) / stepsPerEpoch(images, batch);
