/** Small networks of every family for the tests of the engine. */
import type { Spec } from '../../../src-main/shared/network/spec.ts';

/** Two stages of narrow basic blocks, the second one halving the map. */
export const smallSpec: Spec = {
  name: 'small',
  input: { height: 8, width: 8, channels: 3 },
  classes: 5,
  stem: { kind: 'cifar', width: 8 },
  stages: [
    { blocks: 1, width: 8, stride: 1 },
    { blocks: 2, width: 16, stride: 2 },
  ],
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

const bottleneck: Partial<Spec> = { block: 'bottleneck', shortcut: 'B' };
const resnext: Partial<Spec> = { ...bottleneck, strideIn: 'spatial', cardinality: 4, pathWidth: 32 };
const between = { rate: 0.3, place: 'between' } as const;
const afterReLU = { rate: 0.3, place: 'afterReLU' } as const;

/** What the families change. */
export const families: Readonly<Record<string, Partial<Spec>>> = {
  'basic, shortcut A': {},
  'basic, shortcut B': { shortcut: 'B' },
  'basic, shortcut C': { shortcut: 'C' },
  'basic, no shortcut': { shortcut: 'none' },
  'basic, dropout': { dropout: between },
  'bottleneck, reducing first': bottleneck,
  'bottleneck, reducing in the 3×3': { ...bottleneck, strideIn: 'spatial' },
  'bottleneck, ImageNet stem': {
    ...bottleneck,
    stem: { kind: 'imagenet', width: 8 },
    input: { height: 30, width: 32, channels: 3 },
  },
  'pre-activation basic, shortcut A': { block: 'preactBasic' },
  'pre-activation basic, shortcut B': { block: 'preactBasic', shortcut: 'B' },
  'pre-activation bottleneck': { block: 'preactBottleneck', shortcut: 'B' },
  'pre-activation bottleneck, shortcut C': { block: 'preactBottleneck', shortcut: 'C', strideIn: 'spatial' },
  'wide, dropout between': { block: 'preactBasic', shortcut: 'B', widen: 2, dropout: between },
  'wide, dropout after the ReLU': { block: 'preactBasic', shortcut: 'B', widen: 1.5, dropout: afterReLU },
  'ResNeXt, form a': { ...resnext, form: 'a' },
  'ResNeXt, form b': { ...resnext, form: 'b' },
  'ResNeXt, form c': resnext,
  'pre-activation ResNeXt, form a': { ...resnext, block: 'preactBottleneck', form: 'a', dropout: between },
};
