/**
 * The same networks written in plain eager tfjs, whose own differentiation gives the reference gradients.
 *
 * Nothing of the engine's is used: padding is explicit, grouped convolutions are split and concatenated, normalisation
 * is written by its moments.
 */
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import { blocksOf } from '../../../src-main/shared/network/cost.ts';
import type {
  BlockPlan,
  ConvolutionStep,
  NormalisationStep,
  Plan,
  Step,
} from '../../../src-main/shared/network/plan.ts';
import { tf } from './engine.ts';

export interface ReferenceOptions {
  readonly training: boolean;
  /** By the name of the variable. */
  readonly values: ReadonlyMap<string, Tensor>;
  /** 0 and 1, by the name of the dropout step. */
  readonly masks?: ReadonlyMap<string, Tensor>;
  /** Blocks that a training step leaves out, by name. */
  readonly dropped?: ReadonlySet<string>;
}

function border(x: Tensor4D, size: number, value = 0): Tensor4D {
  const around: [number, number] = [size, size];
  return size === 0 ? x : tf.pad(x, [[0, 0], around, around, [0, 0]], value);
}

function valueOf({ values }: ReferenceOptions, name: string): Tensor {
  const value = values.get(name);
  if (!value) throw new Error(`The reference has no ${name}.`);
  return value;
}

function convolution(step: ConvolutionStep, x: Tensor4D, options: ReferenceOptions): Tensor4D {
  const filter = valueOf(options, `${step.name}/filter`) as Tensor4D;
  const padded = border(x, Math.floor(step.kernel / 2));
  if (step.groups === 1) return tf.conv2d(padded, filter, step.stride, 'valid');
  const inputs: Tensor4D[] = tf.split(padded, step.groups, 3);
  const filters: Tensor4D[] = tf.split(filter, step.groups, 3);
  const outputs = inputs.map((input, group) => tf.conv2d(input, filters[group] as Tensor4D, step.stride, 'valid'));
  return tf.concat(outputs, 3);
}

function normalisation(step: NormalisationStep, x: Tensor4D, options: ReferenceOptions): Tensor4D {
  const at = (name: string) => valueOf(options, `${step.name}/${name}`);
  const { mean, variance } = options.training
    ? tf.moments(x, [0, 1, 2])
    : { mean: at('mean'), variance: at('variance') };
  const standard = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5)));
  return tf.add(tf.mul(standard, at('scale')), at('shift'));
}

/** Every `stride`-th row and column, and zeros behind the channels. */
function zeroPad(x: Tensor4D, stride: number, missing: number): Tensor4D {
  const every = (size: number) => tf.range(0, size, stride, 'int32');
  const taken = tf.gather(tf.gather(x, every(x.shape[1]), 1), every(x.shape[2]), 2);
  if (missing === 0) return taken;
  return tf.concat([taken, tf.zeros([...taken.shape.slice(0, 3), missing] as [number, number, number, number])], 3);
}

function referenceStep(step: Step, x: Tensor, options: ReferenceOptions): Tensor {
  const map = x as Tensor4D;
  switch (step.op) {
    case 'convolution':
      return convolution(step, map, options);
    case 'normalisation':
      return normalisation(step, map, options);
    case 'relu':
      return tf.relu(x);
    case 'dropout': {
      if (!options.training) return x;
      const kept = Math.round(256 * (1 - step.rate)) / 256;
      return tf.div(tf.mul(x, options.masks?.get(step.name) as Tensor), kept);
    }
    case 'maxPool':
      return tf.maxPool(border(map, 1, -1e9), 3, 2, 'valid');
    case 'zeroPad':
      return zeroPad(map, step.stride, step.output.channels - step.input.channels);
    case 'average':
      return tf.mean(map, [1, 2]);
    case 'linear': {
      const product = tf.matMul(x as Tensor2D, valueOf(options, `${step.name}/weights`) as Tensor2D);
      return tf.add(product, valueOf(options, `${step.name}/bias`));
    }
    case 'paths': {
      const outputs = step.paths.map((path) => referenceSteps(path, x, options) as Tensor4D);
      return outputs.length === 1
        ? (outputs[0] as Tensor4D)
        : step.join === 'sum'
          ? tf.addN(outputs)
          : tf.concat(outputs, 3);
    }
  }
}

/** Steps one after the other. */
export const referenceSteps = (steps: readonly Step[], x: Tensor, options: ReferenceOptions): Tensor =>
  steps.reduce((value, step) => referenceStep(step, value, options), x);

/** One block; in evaluation its branch counts by its survival. */
export function referenceBlock(block: BlockPlan, x: Tensor, options: ReferenceOptions): Tensor {
  const h = referenceSteps(block.before, x, options);
  const branch = () => {
    const output = referenceSteps(block.branch, h, options);
    return options.training ? output : tf.mul(output, block.survival);
  };
  if (!block.shortcut) return referenceSteps(block.after, referenceSteps(block.branch, h, options), options);
  const shortcut = referenceSteps(block.shortcut, h, options);
  const sum = options.dropped?.has(block.name) ? shortcut : tf.add(branch(), shortcut);
  return referenceSteps(block.after, sum, options);
}

/** A whole network: images to logits. */
export function referenceNetwork(plan: Plan, images: Tensor, options: ReferenceOptions): Tensor {
  const stem = referenceSteps(plan.stem, images, options);
  const blocks = blocksOf(plan).reduce((x, block) => referenceBlock(block, x, options), stem);
  return referenceSteps(plan.head, blocks, options);
}
