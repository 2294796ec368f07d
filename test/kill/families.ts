/** A tiny network of each family, with everything random switched on, and recipes that use all that a run remembers. */
import type { Spec } from '../../src-main/shared/network/spec.ts';
import type { Recipe } from '../../src-main/shared/recipe.ts';
import { smallSpec } from '../core/network/specs.ts';

export interface Family {
  readonly spec: Spec;
  readonly recipe: Partial<Recipe>;
}

const random: Partial<Spec> = {
  input: null,
  classes: null,
  survival: { kind: 'linear', last: 0.5 },
  dropout: { rate: 0.3, place: 'between' },
};

const common: Partial<Recipe> = {
  duration: { steps: 200 },
  batch: 32,
  augmentation: { crop: 1, cropFill: 'zero', flip: true, cutout: 2 },
  evaluateEvery: 1,
  watchEvery: 7,
  earlyStopping: { patience: 100, least: 0.01 },
  seed: 5,
};

export const families: readonly Family[] = [
  { spec: { ...smallSpec, ...random, name: 'resnet' }, recipe: common },
  {
    spec: {
      ...smallSpec,
      ...random,
      name: 'stochastic depth',
      shortcut: 'B',
      survival: { kind: 'uniform', value: 0.6 },
    },
    recipe: { ...common, averageDecay: 0.9, schedule: { kind: 'cosine', last: 0 }, labelSmoothing: 0.1 },
  },
  {
    spec: { ...smallSpec, ...random, name: 'wide', block: 'preactBasic', shortcut: 'B', widen: 2 },
    recipe: {
      ...common,
      optimiser: { kind: 'adamW', beta1: 0.9, beta2: 0.99, epsilon: 1e-8 },
      learningRate: 0.01,
      schedule: { kind: 'oneCycle', peakAt: 0.3, first: 0.04, last: 4e-6 },
    },
  },
  {
    spec: {
      ...smallSpec,
      ...random,
      name: 'resnext',
      block: 'bottleneck',
      shortcut: 'B',
      strideIn: 'spatial',
      cardinality: 4,
      pathWidth: 32,
    },
    recipe: { ...common, clipNorm: 1, warmUp: 0.1, evaluateEvery: 2, accumulate: 2, mixup: 0.4 },
  },
];
