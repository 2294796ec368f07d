import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check } from '../../../src-main/shared/network/check.ts';
import * as make from '../../../src-main/shared/network/families.ts';
import { presets } from '../../../src-main/shared/network/presets.ts';
import type { Spec } from '../../../src-main/shared/network/spec.ts';

const square = (side: number) => ({ input: { height: side, width: side, channels: 3 } });
const only = (spec: Spec, fill = {}) => {
  const problems = check(spec, fill);
  assert.equal(problems.length, 1, JSON.stringify(problems));
  return `${problems[0]?.where}: ${problems[0]?.problem}. ${problems[0]?.advice}`;
};

test('every preset can be built', () => {
  assert.deepEqual(
    presets.flatMap(({ spec }) => check(spec)),
    [],
  );
});

test('a map that would shrink to nothing is refused with the least size that works', () => {
  const net = make.imagenetResNet(18);
  assert.equal(
    only(net, square(8)),
    'stage3: an input of 8×8 is 1×1 after stage2, and halving it again would leave nothing. Use at least 17×17 pixels, the cifar stem, or fewer stages of stride 2 (3 halvings are possible here, the network has 5).',
  );
  assert.deepEqual([check(net, square(17)), only(net, square(16)).slice(0, 6)], [[], 'stage4']);
  assert.deepEqual(check(make.cifarResNet(20), square(8)), []);
});

test('what contradicts itself is refused with what would work', () => {
  const resnet = make.cifarResNet(20);
  assert.deepEqual(
    [
      only({ ...resnet, survival: { kind: 'list', values: [1, 1, 0.5] } }),
      only({ ...resnet, shortcut: 'none', survival: { kind: 'uniform', value: 0.5 } }),
      only({ ...resnet, cardinality: 8 }),
      only({ ...resnet, pathWidth: 4 }),
      only({ ...make.cifarResNeXt(29, 1, 64), form: 'a' }),
      only({ ...make.wideResNet(16, 1), stages: [{ blocks: 2, width: 16, stride: 1 }], widen: 1.3 }),
      only({ ...make.cifarPreactivationBottleneck(20), stages: [{ blocks: 2, width: 16, stride: 1 }], pathWidth: 3 }),
      only({ ...make.cifarPreactivation(20), zeroLastScale: true }),
      only({ ...resnet, shortcut: 'none', zeroLastScale: true }),
      only({ ...resnet, stages: [{ blocks: 1, width: 8, stride: 1 }] }),
      only({ ...make.cifarResNeXt(1802, 1024, 64), form: 'b' }),
      only({ ...resnet, input: { height: 32, width: 32, channels: 3 } }, square(28)),
    ],
    [
      'survival: the list has 3 probabilities, the network has 9 blocks. Give 9 probabilities, one for each block from the input to the output.',
      'survival: a plain network has no shortcuts to go by where a block is dropped. Let every block survive, or use the shortcuts A, B or C.',
      'cardinality: basic blocks have one path, not 8. Use bottleneck blocks, or a cardinality of 1.',
      'pathWidth: basic blocks have no path of width 4. Use bottleneck blocks, or a path width of 64.',
      'form: form a has nothing to divide at a cardinality of 1. Use form c, or a cardinality of 2 or more.',
      "stage1: 16 × 1.3 is 20.8 channels, not a whole number. Widen by 1.3125, which makes 21, or change the stage's width.",
      'stage1: a path of width 3 (at a stage width of 64) has no channel at a stage width of 16. Use a path width of at least 4, or a wider stage.',
      'zeroLastScale: a ReLU follows the last normalisation of a pre-activation branch and passes no gradient at 0, so that no branch would learn. Let the last scales start at 1.',
      'zeroLastScale: without shortcuts every map would be 0, so that nothing would learn. Let the last scales start at 1.',
      'stage1: shortcut A adds channels and cannot make 8 out of 16. Use shortcut B or C, or let no stage be narrower than the one before it.',
      'form: form b makes 614400 separate paths, more than 65536. Use form c, which computes the same with one grouped convolution a block.',
      'input: it is made for 32×32×3 images, and these are 28×28×3. Leave the input of the network open, so that the dataset decides, or choose another dataset.',
    ],
  );
});

test('what the papers did not combine but makes sense is allowed', () => {
  const dropout: Spec['dropout'] = { rate: 0.3, place: 'between' };
  const survival: Spec['survival'] = { kind: 'linear', last: 0.5 };
  assert.deepEqual(
    [
      make.cifarPreactivationBottleneck(29, { shortcut: 'A', survival, dropout }),
      make.wideResNet(16, 1.5, { survival, dropout, shortcut: 'C' }),
      make.cifarResNeXt(29, 8, 16, { block: 'preactBottleneck', form: 'b', survival }),
      make.cifarResNet(20, { dropout, zeroLastScale: true }),
    ].flatMap((spec) => check(spec)),
    [],
  );
});
