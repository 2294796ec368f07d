/**
 * Memory that a run takes of its device at the most: what the engine holds besides the activations was found by
 * measuring runs of every family (`bench --predictions` holds it against them).
 */
import type { DeviceKind } from '../calibration.ts';
import type { Recipe } from '../recipe.ts';
import { planCost, stepsOf } from './cost.ts';
import { activationBytes } from './memory.ts';
import type { Plan } from './plan.ts';
import { graphNodes } from './work.ts';

/** Bytes of the program with its engine loaded; on a card, of the engine's own context. */
const programBytes: Record<DeviceKind, number> = { cpu: 440 * 2 ** 20, gpu: 600 * 2 ** 20 };
/** Bytes of the processor's memory for each node of the graph; a card holds none. */
const nodeBytes: Record<DeviceKind, number> = { cpu: 18e3, gpu: 0 };
/** Gradients wait for one another: about so many values of the largest size are there at once, besides what is kept. */
const largestAlive = 6;
/** What lies between values of different sizes, as a share of them. */
const gaps = 0.09;
/** Weights with their decay, or those that are read while they are written. */
const copiesInUpdate = 1;

/** Weights, gradients and what the optimiser keeps for each weight. */
export const copiesOf = ({ optimiser, averageDecay }: Recipe): number =>
  2 + (optimiser.kind === 'sgd' ? 1 : 2) + (averageDecay === null ? 0 : 1);

/** Bytes of one image's values while a step is computed. */
const imageBytes = (plan: Plan): number => {
  const largest = stepsOf(plan).reduce(
    (most, { output: { height, width, channels } }) => Math.max(most, 4 * height * width * channels),
    0,
  );
  return activationBytes(plan) * (1 + gaps) + largestAlive * largest;
};

/** Bytes that a run takes whatever its batch. @param heldBytes of a dataset that the session holds. */
function fixedBytes(plan: Plan, recipe: Recipe, kind: DeviceKind, heldBytes: number): number {
  // A checkpoint passes through the processor's memory.
  const saved = kind === 'cpu' ? copiesOf(recipe) - 1 : 0;
  // A dataset is read into memory before the session takes it.
  const held = heldBytes * (kind === 'cpu' ? 2 : 1);
  const gathered = recipe.accumulate > 1 ? 1 : 0;
  const weights = 4 * planCost(plan).parameters * (copiesOf(recipe) + gathered + copiesInUpdate + saved);
  return programBytes[kind] + nodeBytes[kind] * graphNodes(plan) + weights + held;
}

/** Bytes of the device's memory that a run takes at the most. */
export const peakBytes = (plan: Plan, recipe: Recipe, kind: DeviceKind, heldBytes = 0): number =>
  fixedBytes(plan, recipe, kind, heldBytes) + (recipe.batch / recipe.accumulate) * imageBytes(plan);

/** The largest power of two of images at once with which a run fits `freeBytes`; 0 where not even one does. */
export function largestBatch(plan: Plan, recipe: Recipe, kind: DeviceKind, freeBytes: number, heldBytes = 0): number {
  const most = (freeBytes - fixedBytes(plan, recipe, kind, heldBytes)) / imageBytes(plan);
  return most < 1 ? 0 : Math.min(mostBatch, 2 ** Math.floor(Math.log2(most)));
}

/** More images in one step than this is no recipe (recipe.ts). */
const mostBatch = 65_536;
