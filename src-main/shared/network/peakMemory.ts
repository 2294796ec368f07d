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

/** Bytes that a run takes all the time, besides its weights. @param heldBytes of a dataset that the session holds. */
const standingBytes = (plan: Plan, kind: DeviceKind, heldBytes: number): number =>
  // A dataset is read into memory before the session takes it.
  programBytes[kind] + nodeBytes[kind] * graphNodes(plan) + heldBytes * (kind === 'cpu' ? 2 : 1);

const weightBytes = (plan: Plan): number => 4 * planCost(plan).parameters;

/** Bytes for the weights while a step is computed. */
const stepBytes = (plan: Plan, recipe: Recipe): number =>
  weightBytes(plan) * (copiesOf(recipe) + (recipe.accumulate > 1 ? 1 : 0) + copiesInUpdate);

/** Bytes for the weights while a checkpoint is written, which passes through the processor's memory; no step is computed. */
const savingBytes = (plan: Plan, recipe: Recipe, kind: DeviceKind): number =>
  weightBytes(plan) * (copiesOf(recipe) - 1) * (kind === 'cpu' ? 2 : 1);

/** Bytes of the device's memory that a run takes at the most. */
export function peakBytes(plan: Plan, recipe: Recipe, kind: DeviceKind, heldBytes = 0): number {
  const step = stepBytes(plan, recipe) + (recipe.batch / recipe.accumulate) * imageBytes(plan);
  return standingBytes(plan, kind, heldBytes) + Math.max(step, savingBytes(plan, recipe, kind));
}

/** The largest power of two of images at once with which a run fits `freeBytes`; 0 where not even one does. */
export function largestBatch(plan: Plan, recipe: Recipe, kind: DeviceKind, freeBytes: number, heldBytes = 0): number {
  const room = freeBytes - standingBytes(plan, kind, heldBytes);
  const most = (room - stepBytes(plan, recipe)) / imageBytes(plan);
  const fits = most >= 1 && room >= savingBytes(plan, recipe, kind);
  return fits ? Math.min(mostBatch, 2 ** Math.floor(Math.log2(most))) : 0;
}

/** More images in one step than this is no recipe (recipe.ts). */
const mostBatch = 65_536;
