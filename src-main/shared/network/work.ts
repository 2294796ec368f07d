/**
 * What a training step has to do, in amounts that each take a device a time of their own: a fold over the plan.
 *
 * A step is forward, backward and update. What is counted holds for every device; how long each unit takes is measured
 * on the device (core/training/calibrate.ts). With stochastic depth the amounts are those of the mean step.
 */
import { flatSteps, stepCost, stepsCost } from './cost.ts';
import type { BlockPlan, ConvolutionStep, Plan, Step } from './plan.ts';
import type { Shape } from './spec.ts';

/**
 * `nodes`: operations of the graph, whatever their size. `spatial`, `pointwise`: multiply-adds of dense convolutions
 * with a larger kernel, and of 1×1 ones and fully connected layers. `narrow`, `medium`, `broad`: of grouped convolutions
 * whose groups are about 4, 16 and 64 channels wide. `traffic`: bytes that are read or written, by the passes that each
 * operation makes over its values.
 */
export const workKinds = ['nodes', 'spatial', 'pointwise', 'narrow', 'medium', 'broad', 'traffic'] as const;
export type WorkKind = (typeof workKinds)[number];
export type Work = Readonly<Record<WorkKind, number>>;
/** Seconds that a device takes for one unit of each kind. */
export type Rates = Work;

type Amounts = Record<WorkKind, number>;

/** What a step on `batch` images has to do. */
export function workOf(plan: Plan, batch: number): Work {
  const work: Amounts = {
    nodes: graphNodes(plan),
    spatial: 0,
    pointwise: 0,
    narrow: 0,
    medium: 0,
    broad: 0,
    traffic: 0,
  };
  const parameters = [plan.stem, ...plan.stages.flatMap(({ blocks }) => blocks.map(learnedSteps)), plan.head];
  work.traffic += weightPasses * parameters.reduce((sum, steps) => sum + bytesOfValues(stepsCost(steps).parameters), 0);
  addChain(work, plan.stem, batch);
  for (const { blocks } of plan.stages)
    for (const block of blocks) {
      const share = block.shortcut ? block.survival : 1;
      addChain(work, block.before, batch);
      addChain(work, block.branch, batch * share);
      addChain(work, block.shortcut ?? [], batch);
      addChain(work, block.after, batch);
      if (block.shortcut) work.traffic += sumPasses * share * batch * bytesOf(block.output);
    }
  addChain(work, plan.head, batch);
  return work;
}

/** The time in seconds that a device of these rates takes for it. */
export const secondsFor = (work: Work, rates: Rates): number =>
  workKinds.reduce((seconds, kind) => seconds + work[kind] * rates[kind], 0);

const learnedSteps = ({ before, branch, shortcut, after }: BlockPlan): readonly Step[] => [
  ...before,
  ...branch,
  ...(shortcut ?? []),
  ...after,
];

/** Operations in the graph of a session; found by counting, within a few percent for every preset (a test holds it). */
export function graphNodes(plan: Plan): number {
  const blocks = plan.stages.flatMap((stage) => stage.blocks);
  const steps = flatSteps([...plan.stem, ...blocks.flatMap(learnedSteps), ...plan.head]);
  const layers = steps.filter(({ op }) => op === 'convolution' || op === 'normalisation').length;
  const summed = blocks.filter(({ shortcut }) => shortcut !== null);
  return 220 + 38 * layers + 5 * summed.length + 23 * summed.filter(({ survival }) => survival < 1).length;
}

/** Passes over a sum's terms, forward and backward. */
const sumPasses = 6;
/** Passes over the weights: kernels put them in their own order, the decay is added, momentum and update are written. */
const weightPasses = 32;

const bytesOfValues = (values: number): number => 4 * values;
const bytesOf = ({ height, width, channels }: Shape): number => bytesOfValues(height * width * channels);

function addChain(work: Amounts, steps: readonly Step[], images: number): void {
  for (const step of steps) addStep(work, step, images);
}

function addStep(work: Amounts, step: Step, images: number): void {
  const [input, output] = [images * bytesOf(step.input), images * bytesOf(step.output)];
  switch (step.op) {
    case 'convolution':
      addConvolution(work, step, images);
      // A padded input is written, and its gradient cut out again.
      work.traffic += 3 * (input + output) + (step.stride > 1 && step.kernel > 1 ? 4 * input : 0);
      return;
    case 'linear':
      work.pointwise += 3 * images * stepCost(step).macs;
      return;
    case 'normalisation':
      // Sums over the batch in both directions; its kernels compute about as long as they wait for memory.
      work.traffic += 14 * output;
      return;
    case 'relu':
      work.traffic += 5 * output;
      return;
    case 'dropout':
      // The mask is drawn from a counter, which costs more than its use.
      work.traffic += 18 * output;
      return;
    case 'maxPool':
      work.traffic += 4 * (input + output);
      return;
    case 'zeroPad':
    case 'average':
      work.traffic += 2 * (input + output);
      return;
    case 'paths':
      for (const path of step.paths) addChain(work, path, images);
      work.traffic += 2 * step.paths.length * (step.join === 'sum' ? output : output / step.paths.length);
      return;
    default:
      step satisfies never;
  }
}

/** Channels that a convolution's kernels take at once: an input of fewer costs as much. */
const leastChannels = 8;
/** Widths of a group for which grouped convolutions are measured. */
const groupWidths = [4, 16, 64] as const;
const groupKinds = ['narrow', 'medium', 'broad'] as const;

/** Forward, and the gradients of filter and input, are as many multiply-adds each. */
function addConvolution(work: Amounts, step: ConvolutionStep, images: number): void {
  const macs = 3 * images * stepCost(step).macs;
  const width = step.input.channels / step.groups;
  if (step.groups === 1) {
    work[step.kernel === 1 ? 'pointwise' : 'spatial'] += macs * Math.max(1, leastChannels / width);
    return;
  }
  // Between two measured widths the logarithm decides how much of each it is.
  const [least, most] = [groupWidths[0], groupWidths[2]];
  const place = Math.log(Math.min(most, Math.max(least, width)) / least) / Math.log(groupWidths[1] / least);
  const below = Math.min(1, Math.floor(place));
  const share = place - below;
  work[groupKinds[below] as WorkKind] += macs * (1 - share);
  work[groupKinds[below + 1] as WorkKind] += macs * share;
}
