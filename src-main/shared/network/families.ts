/** Makers of the families' specs, by the numbers in their names. Input and classes stay open. */
import { expected } from '../failure.ts';
import type { Spec, Stage } from './spec.ts';
import { tell } from '../told.ts';
import type { Told } from '../told.ts';

/** A CIFAR ResNet without blocks: what all families of the papers change a few fields of. */
const cifar: Omit<Spec, 'name' | 'stages'> = {
  input: null,
  classes: null,
  stem: { kind: 'cifar', width: 16 },
  block: 'basic',
  widen: 1,
  cardinality: 1,
  pathWidth: 64,
  form: 'c',
  shortcut: 'A',
  strideIn: 'reduce',
  dropout: { rate: 0, place: 'between' },
  survival: { kind: 'always' },
  zeroLastScale: false,
};

/** Stages whose width doubles where the map halves. */
const doubling = (width: number, blocks: readonly number[]): Stage[] =>
  blocks.map((count, index) => ({ blocks: count, width: width * 2 ** index, stride: index === 0 ? 1 : 2 }));

/** n of a depth that is `perStage` · n + `rest`; refuses other depths. */
function blocksPerStage(family: Told, depth: number, perStage: number, rest: number): number {
  const blocks = (depth - rest) / perStage;
  if (Number.isInteger(blocks) && blocks >= 1) return blocks;
  const near = Math.max(1, Math.floor(blocks));
  throw expected('network.invalid', {
    where: 'depth',
    problem: tell('{family} has {perStage}n + {rest} layers, which {depth} is not', { family, perStage, rest, depth }),
    advice: tell('Use {less} or {more}.', { less: perStage * near + rest, more: perStage * (near + 1) + rest }),
  });
}

/** He et al. 2015, section 4.2: 6n + 2 layers, widths 16, 32, 64, shortcut A. */
export function cifarResNet(depth: number, changes: Partial<Spec> = {}): Spec {
  const blocks = blocksPerStage(tell('A CIFAR ResNet'), depth, 6, 2);
  return { ...cifar, name: `resnet${depth}`, stages: doubling(16, [blocks, blocks, blocks]), ...changes };
}

/** The same without shortcuts: the control of the degradation experiment (He et al. 2015, figure 6, left). */
export const cifarPlain = (depth: number, changes: Partial<Spec> = {}): Spec =>
  cifarResNet(depth, { name: `plain${depth}`, shortcut: 'none', ...changes });

/** He et al. 2016 with basic blocks: 6n + 2 layers. */
export const cifarPreactivation = (depth: number, changes: Partial<Spec> = {}): Spec =>
  cifarResNet(depth, { name: `preresnet${depth}`, block: 'preactBasic', ...changes });

/**
 * He et al. 2016 with bottlenecks: 9n + 2 layers, stride in the first 1×1, projections without normalisation where
 * shapes change, in the first stage (16 → 64), too.
 */
export function cifarPreactivationBottleneck(depth: number, changes: Partial<Spec> = {}): Spec {
  const blocks = blocksPerStage(tell('A CIFAR ResNet of bottlenecks'), depth, 9, 2);
  const stages = doubling(16, [blocks, blocks, blocks]);
  return { ...cifar, name: `preresnet${depth}`, block: 'preactBottleneck', shortcut: 'B', stages, ...changes };
}

/** Zagoruyko and Komodakis 2016: 6n + 4 layers, their three projections counted; widths 16k, 32k, 64k. */
export function wideResNet(depth: number, widen: number, changes: Partial<Spec> = {}): Spec {
  const blocks = blocksPerStage(tell('A Wide ResNet'), depth, 6, 4);
  const stages = doubling(16, [blocks, blocks, blocks]);
  return { ...cifar, name: `wrn-${depth}-${widen}`, block: 'preactBasic', shortcut: 'B', widen, stages, ...changes };
}

/** Xie et al. 2016, section 5.3: 9n + 2 layers, C paths of width d, 2d, 4d. */
export function cifarResNeXt(depth: number, cardinality: number, pathWidth: number, changes: Partial<Spec> = {}): Spec {
  const blocks = blocksPerStage(tell('A CIFAR ResNeXt'), depth, 9, 2);
  return {
    ...cifar,
    name: `resnext${depth}-${cardinality}x${pathWidth}d`,
    stem: { kind: 'cifar', width: 64 },
    stages: doubling(64, [blocks, blocks, blocks]),
    block: 'bottleneck',
    cardinality,
    pathWidth,
    shortcut: 'B',
    strideIn: 'spatial',
    ...changes,
  };
}

const imagenetBlocks = {
  18: { block: 'basic', blocks: [2, 2, 2, 2] },
  34: { block: 'basic', blocks: [3, 4, 6, 3] },
  50: { block: 'bottleneck', blocks: [3, 4, 6, 3] },
  101: { block: 'bottleneck', blocks: [3, 4, 23, 3] },
  152: { block: 'bottleneck', blocks: [3, 8, 36, 3] },
} as const;

export type ImageNetDepth = keyof typeof imagenetBlocks;

/**
 * He et al. 2015, table 1, with projections where shapes change. The map shrinks in the 3×3 of a bottleneck, as in
 * torchvision and in ResNeXt; the paper's own is `strideIn: 'reduce'`.
 */
export function imagenetResNet(depth: ImageNetDepth, changes: Partial<Spec> = {}): Spec {
  const { block, blocks } = imagenetBlocks[depth];
  return {
    ...cifar,
    name: `resnet${depth}`,
    stem: { kind: 'imagenet', width: 64 },
    stages: doubling(64, blocks),
    block,
    shortcut: 'B',
    strideIn: 'spatial',
    ...changes,
  };
}

/** Xie et al. 2016, table 1: paths of width d at a stage width of 64. */
export const imagenetResNeXt = (depth: 50 | 101, cardinality: number, pathWidth: number): Spec =>
  imagenetResNet(depth, { name: `resnext${depth}-${cardinality}x${pathWidth}d`, cardinality, pathWidth });

/** Zagoruyko and Komodakis 2016, section 3: the 3×3 convolutions are `widen` times as wide, the outputs are not. */
export const imagenetWide = (depth: 50 | 101, widen: number): Spec =>
  imagenetResNet(depth, { name: `wide-resnet${depth}-${widen}`, pathWidth: 64 * widen });
