/** A run to put into a store, with every field set as core sets it. */
import type { NewRun } from '../../../src-main/core/store/open.ts';
import { defaultRecipe } from '../../../src-main/shared/recipe.ts';
import type { Spec } from '../../../src-main/shared/network/spec.ts';

export const exampleSpec: Spec = {
  name: 'Tiny',
  input: { height: 8, width: 8, channels: 1 },
  classes: 10,
  stem: { kind: 'cifar', width: 8 },
  stages: [{ blocks: 1, width: 8, stride: 1 }],
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

export function exampleRun(change: Partial<NewRun> = {}): NewRun {
  return {
    name: 'Tiny on digits',
    network: 'tiny',
    family: 'resnet',
    parameters: 1234,
    data: 'digits',
    dataName: 'Digits',
    seed: 3,
    group: null,
    deviceAsked: 'auto',
    steps: 100,
    epochs: 10,
    spec: exampleSpec,
    recipe: defaultRecipe,
    dataset: null,
    provenance: { version: '0.1.0', commit: 'abc' },
    ...change,
  };
}
