/**
 * The residual branches, written as in the papers' figures.
 *
 * Every function returns the branch of one block, without its shortcut and sum. Numbers in the names count from 1 within
 * a block; `norm1` and `relu1` of a pre-activation branch come first and may be shared with a projection.
 */
import { convolution, dropout, normalisation, paths, relu } from './steps.ts';
import type { Maker } from './steps.ts';
import type { BlockKind, Spec } from './spec.ts';

/** What decides a branch. */
export interface Branch {
  /** Channels between the convolutions; a multiple of `cardinality`. */
  readonly inner: number;
  /** Channels behind the last convolution. */
  readonly output: number;
  /** Stride of the block. */
  readonly stride: 1 | 2;
  readonly strideIn: Spec['strideIn'];
  readonly cardinality: number;
  readonly form: Spec['form'];
  readonly dropout: Spec['dropout'];
  /** Initial scale of the last normalisation of a post-activation branch. */
  readonly lastScale: 0 | 1;
}

type Drawing = (branch: Branch) => readonly Maker[];

const conv1x1 = (name: string, channels: number, stride = 1) => convolution(name, 1, channels, stride);
const conv3x3 = (name: string, channels: number, stride = 1, groups = 1) =>
  convolution(name, 3, channels, stride, groups);

/** The dropout step where the branch has one at `place`. */
const drop = ({ dropout: { rate, place } }: Branch, here: Spec['dropout']['place']): readonly Maker[] =>
  rate > 0 && place === here ? [dropout('dropout', rate)] : [];

/** He et al. 2015, figure 5, left. */
const basic: Drawing = (branch) => [
  conv3x3('conv1', branch.inner, branch.stride),
  ...drop(branch, 'between'),
  normalisation('norm1'),
  relu('relu1'),
  ...drop(branch, 'afterReLU'),
  conv3x3('conv2', branch.output),
  normalisation('norm2', branch.lastScale),
];

/** He et al. 2016, figure 1b; with dropout, Zagoruyko and Komodakis 2016, figure 1d. */
const preactBasic: Drawing = (branch) => [
  normalisation('norm1'),
  relu('relu1'),
  conv3x3('conv1', branch.inner, branch.stride),
  ...drop(branch, 'between'),
  normalisation('norm2'),
  relu('relu2'),
  ...drop(branch, 'afterReLU'),
  conv3x3('conv2', branch.output),
];

/** 1×1, then 3×3, each normalised and rectified: what every path of a bottleneck begins with. */
const reduceAndTransform = (branch: Branch, channels: number, groups: number, firstNorm: number): readonly Maker[] => [
  conv1x1('conv1', channels, branch.strideIn === 'reduce' ? branch.stride : 1),
  ...drop(branch, 'between'),
  normalisation(`norm${firstNorm}`),
  relu(`relu${firstNorm}`),
  ...drop(branch, 'afterReLU'),
  conv3x3('conv2', channels, branch.strideIn === 'spatial' ? branch.stride : 1, groups),
  normalisation(`norm${firstNorm + 1}`),
  relu(`relu${firstNorm + 1}`),
];

/**
 * The three convolutions of a bottleneck in the form that the spec asks for (Xie et al. 2016, figure 3). All three
 * compute the same function with the same number of parameters; 3C, 2C + 1 and 3 convolutions.
 */
const bottleneckForm = (branch: Branch, firstNorm: number): readonly Maker[] => {
  const { inner, output, cardinality, form } = branch;
  const expand = conv1x1('conv3', output);
  const path = reduceAndTransform(branch, inner / cardinality, 1, firstNorm);
  switch (form) {
    case 'a':
      return [paths('paths', 'sum', cardinality, [...path, expand])];
    case 'b':
      return [paths('paths', 'concatenate', cardinality, path), expand];
    case 'c':
      return [...reduceAndTransform(branch, inner, cardinality, firstNorm), expand];
  }
};

/** He et al. 2015, figure 5, right; with cardinality, Xie et al. 2016, figure 3. */
const bottleneck: Drawing = (branch) => [...bottleneckForm(branch, 1), normalisation('norm3', branch.lastScale)];

/** The bottleneck of He et al. 2016's program. */
const preactBottleneck: Drawing = (branch) => [normalisation('norm1'), relu('relu1'), ...bottleneckForm(branch, 2)];

/** Every kind of block. */
export const branches: Record<BlockKind, Drawing> = { basic, bottleneck, preactBasic, preactBottleneck };

/** Steps at the start of a pre-activation branch that a projection shares: normalisation and ReLU. */
export const sharedSteps = 2;

/** Whether normalisation and ReLU come before each convolution, and the sum stays as it is. */
export const isPreactivation = (block: BlockKind): boolean => block === 'preactBasic' || block === 'preactBottleneck';

/** Whether the block squeezes its channels: 1×1, 3×3, 1×1, the output four times as wide as the stage. */
export const isBottleneck = (block: BlockKind): boolean => block === 'bottleneck' || block === 'preactBottleneck';
