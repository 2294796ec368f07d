import assert from 'node:assert/strict';
import { test } from 'node:test';
import { depthOf, describe, receptiveField } from '../../../src-main/shared/network/cost.ts';
import { expand } from '../../../src-main/shared/network/expand.ts';
import * as make from '../../../src-main/shared/network/families.ts';
import { activationBytes } from '../../../src-main/shared/network/memory.ts';
import { presets } from '../../../src-main/shared/network/presets.ts';
import type { Spec } from '../../../src-main/shared/network/spec.ts';

/** One block of two channels on a map of 2×2, three classes. */
const tiny: Spec = make.cifarResNet(8, {
  input: { height: 2, width: 2, channels: 1 },
  classes: 3,
  stem: { kind: 'cifar', width: 2 },
  stages: [{ blocks: 1, width: 2, stride: 1 }],
});

test('depth counts the layers along the branches: the number in a ResNet’s name, two less in a Wide ResNet’s, which counts projections', () => {
  const off = presets.flatMap(({ name, spec }) => {
    const named = Number(/\d+/.exec(name)?.[0]);
    const less = named - depthOf(expand(spec));
    return less === 0 ? [] : [`${name} ${less}`];
  });
  assert.deepEqual(off, [
    'wrn-16-4 2',
    'wrn-16-8 2',
    'wrn-28-10 2',
    'wrn-28-10-dropout 2',
    'wrn-40-1 2',
    'wrn-40-2 2',
    'wrn-40-4 2',
  ]);
});

test('the receptive field grows by every window at its spacing', () => {
  // 7 at spacing 1, pooling 2 · 2, four 3×3 at each spacing 4, 8, 16, 32, the first of a stage at the spacing before it.
  const resnet18 = 7 + 2 * 2 + 2 * (4 * 4) + 2 * (4 + 3 * 8) + 2 * (8 + 3 * 16) + 2 * (16 + 3 * 32);
  assert.deepEqual([receptiveField(expand(make.imagenetResNet(18))), receptiveField(expand(tiny))], [resnet18, 7]);
});

test('the activations of one block are those that its backward pass reads', () => {
  const map = 2 * 2 * 2;
  const [image, pooled] = [2 * 2 * 1, 2];
  const postActivation = image + 6 * map + pooled; // three convolutions' outputs, three ReLUs'
  const preActivation = image + 6 * map + pooled; // stem, two ReLUs, one convolution, the sum, the head's ReLU
  const dropped = preActivation + map; // what a dropout behind the second ReLU lets through
  assert.deepEqual(
    [
      activationBytes(expand(tiny)),
      activationBytes(expand({ ...tiny, block: 'preactBasic' })),
      activationBytes(expand({ ...tiny, block: 'preactBasic', dropout: { rate: 0.5, place: 'afterReLU' } })),
    ],
    [4 * postActivation, 4 * preActivation, 4 * dropped],
  );
});

test('a description lists every layer with its shape, parameters and multiply-adds', () => {
  assert.deepEqual(describe(expand(tiny)), {
    name: 'resnet8',
    parameters: 18 + 4 + 36 + 4 + 36 + 4 + 9,
    buffers: 12,
    macs: 4 * (18 + 36 + 36) + 6,
    expectedMacs: 4 * (18 + 36 + 36) + 6,
    depth: 4,
    expectedDepth: 1,
    blocks: 1,
    receptiveField: 7,
    activationBytes: 216,
    input: [2, 2, 1],
    classes: 3,
    layers: [
      { name: 'stem/conv', op: 'convolution', output: [2, 2, 2], parameters: 18, macs: 72 },
      { name: 'stem/norm', op: 'normalisation', output: [2, 2, 2], parameters: 4, macs: 0 },
      { name: 'stem/relu', op: 'relu', output: [2, 2, 2], parameters: 0, macs: 0 },
      { name: 'stage1/block1/conv1', op: 'convolution', output: [2, 2, 2], parameters: 36, macs: 144 },
      { name: 'stage1/block1/norm1', op: 'normalisation', output: [2, 2, 2], parameters: 4, macs: 0 },
      { name: 'stage1/block1/relu1', op: 'relu', output: [2, 2, 2], parameters: 0, macs: 0 },
      { name: 'stage1/block1/conv2', op: 'convolution', output: [2, 2, 2], parameters: 36, macs: 144 },
      { name: 'stage1/block1/norm2', op: 'normalisation', output: [2, 2, 2], parameters: 4, macs: 0 },
      { name: 'stage1/block1/relu2', op: 'relu', output: [2, 2, 2], parameters: 0, macs: 0 },
      { name: 'head/average', op: 'average', output: [1, 1, 2], parameters: 0, macs: 0 },
      { name: 'head/linear', op: 'linear', output: [1, 1, 3], parameters: 9, macs: 6 },
    ],
  });
});
