/** Makers of the families' specs, by the numbers in their names. Input and classes stay open. */
import { expected } from '../failure.ts';
import type { Spec, Stage } from './spec.ts';

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
function blocksPerStage(family: string, depth: number, perStage: number, rest: number): number {
  const blocks = (depth - rest) / perStage;
  if (Number.isInteger(blocks) && blocks >= 1) return blocks;
  const near = Math.max(1, Math.round(blocks));
  throw expected('network.invalid', {
    where: 'depth',
    problem: `${family} has ${perStage}n + ${rest} layers, which ${depth} is not`,
    advice: `Use ${perStage * near + rest} or ${perStage * (near + 1) + rest}.`,
  });
}

/** He et al. 2015, section 4.2: 6n + 2 layers, widths 16, 32, 64, shortcut A. */
export function cifarResNet(depth: number, changes: Partial<Spec> = {}): Spec {
  const blocks = blocksPerStage('A CIFAR ResNet', depth, 6, 2);
  return { ...cifar, name: `resnet${depth}`, stages: doubling(16, [blocks, blocks, blocks]), ...changes };
}
