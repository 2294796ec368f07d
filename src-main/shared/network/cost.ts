/**
 * The numbers of a network: folds over its plan, each linear in the number of steps.
 *
 * Multiply-adds count convolutions and fully connected layers, without bias and normalisation, for one image and the
 * forward pass: what the papers call FLOPs.
 */
import type { Description } from '../contract.ts';
import { activationBytes } from './memory.ts';
import type { BlockPlan, Plan, Step } from './plan.ts';
import type { Shape } from './spec.ts';
import { expectedDepth } from './survival.ts';

export interface Cost {
  /** Learned values: kernels, scales, shifts, weights and biases. */
  readonly parameters: number;
  /** Running means and variances, in values. */
  readonly buffers: number;
  /** Multiply-adds of one image, forward. */
  readonly macs: number;
}

const nothing: Cost = { parameters: 0, buffers: 0, macs: 0 };

/** One loop instead of a fold over fresh objects: the designer asks again with every key pressed. */
function sum(costs: readonly Cost[]): Cost {
  const total = { parameters: 0, buffers: 0, macs: 0 };
  for (const { parameters, buffers, macs } of costs) {
    total.parameters += parameters;
    total.buffers += buffers;
    total.macs += macs;
  }
  return total;
}

/** Cost of one step; of all its paths where it has some. */
export function stepCost(step: Step): Cost {
  const { input, output } = step;
  switch (step.op) {
    case 'convolution': {
      const kernel = (step.kernel ** 2 * input.channels * output.channels) / step.groups;
      return { parameters: kernel, buffers: 0, macs: kernel * output.height * output.width };
    }
    case 'normalisation':
      return { parameters: 2 * input.channels, buffers: 2 * input.channels, macs: 0 };
    case 'linear': {
      const weights = input.channels * output.channels;
      return { parameters: weights + output.channels, buffers: 0, macs: weights };
    }
    case 'paths':
      return sum(step.paths.map(stepsCost));
    case 'relu':
    case 'dropout':
    case 'maxPool':
    case 'zeroPad':
    case 'average':
      return nothing;
    default:
      return step satisfies never;
  }
}

/** Cost of a chain of steps. */
export const stepsCost = (steps: readonly Step[]): Cost => sum(steps.map(stepCost));

/** Cost of a block, branch and shortcut. */
export const blockCost = (block: BlockPlan): Cost => stepsCost(allOf(block));

/** Cost of the whole network. */
export const planCost = (plan: Plan): Cost => stepsCost(stepsOf(plan));

const allOf = (block: BlockPlan): readonly Step[] => [
  ...block.before,
  ...block.branch,
  ...(block.shortcut ?? []),
  ...block.after,
];

/** Residual blocks of all stages, in order. */
export const blocksOf = (plan: Plan): BlockPlan[] => plan.stages.flatMap((stage) => stage.blocks);

/** All steps in the order of computation; steps within paths stay inside their paths step. */
export const stepsOf = (plan: Plan): Step[] => [...plan.stem, ...blocksOf(plan).flatMap(allOf), ...plan.head];

/** Every step by itself: a paths step is replaced by the steps of all its paths, one path after the other. */
export const flatSteps = (steps: readonly Step[]): Exclude<Step, { op: 'paths' }>[] =>
  steps.flatMap((step) => (step.op === 'paths' ? step.paths.flatMap(flatSteps) : [step]));

/** Multiply-adds of a training step's forward pass in the mean: a dropped block still computes its shortcut. */
export const expectedMacs = (plan: Plan): number => planCost(plan).macs - sum(blocksOf(plan).map(savedInTheMean)).macs;

const savedInTheMean = ({ survival, branch }: BlockPlan): Cost =>
  survival === 1 ? nothing : { ...nothing, macs: (1 - survival) * stepsCost(branch).macs };

/** Convolutions and fully connected layers along the longest way; projections lie beside the branch and do not count. */
export const depthOf = (plan: Plan): number =>
  chainDepth(plan.stem) +
  blocksOf(plan).reduce(
    (depth, { branch, shortcut }) => depth + Math.max(chainDepth(branch), chainDepth(shortcut ?? [])),
    0,
  ) +
  chainDepth(plan.head);

const chainDepth = (steps: readonly Step[]): number =>
  steps.reduce((depth, step) => {
    if (step.op === 'paths') return depth + Math.max(...step.paths.map(chainDepth));
    return depth + (step.op === 'convolution' || step.op === 'linear' ? 1 : 0);
  }, 0);

/**
 * Side in pixels of the square of the input that one pixel of the last map depends on; it may exceed the image.
 * A window of k at a spacing of s input pixels adds (k − 1) · s; a stride multiplies the spacing.
 */
export function receptiveField(plan: Plan): number {
  const steps = [...plan.stem, ...blocksOf(plan).flatMap(({ branch }) => branch)];
  let side = 1;
  let spacing = 1;
  for (const { kernel, stride } of steps.flatMap(windows)) {
    side += (kernel - 1) * spacing;
    spacing *= stride;
  }
  return side;
}

/** Windows along one way through a step; all paths of a paths step are alike. */
function windows(step: Step): { readonly kernel: number; readonly stride: number }[] {
  if (step.op === 'convolution') return [step];
  if (step.op === 'maxPool') return [{ kernel: 3, stride: 2 }];
  if (step.op === 'paths') return (step.paths[0] ?? []).flatMap(windows);
  return [];
}

const dimensions = ({ height, width, channels }: Shape) => [height, width, channels];

/** Everything that `describe` prints. Layers are in the order of computation. */
export function describe(plan: Plan): Description {
  const blocks = blocksOf(plan);
  return {
    name: plan.spec.name,
    ...planCost(plan),
    expectedMacs: expectedMacs(plan),
    depth: depthOf(plan),
    expectedDepth: expectedDepth(plan.spec),
    blocks: blocks.length,
    receptiveField: receptiveField(plan),
    activationBytes: activationBytes(plan),
    input: dimensions(plan.input),
    classes: plan.classes,
    layers: flatSteps(stepsOf(plan)).map((step) => {
      const { parameters, macs } = stepCost(step);
      return { name: step.name, op: step.op, output: dimensions(step.output), parameters, macs };
    }),
  };
}
