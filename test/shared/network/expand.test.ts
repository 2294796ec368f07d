import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blocksOf } from '../../../src-main/shared/network/cost.ts';
import { expand } from '../../../src-main/shared/network/expand.ts';
import * as make from '../../../src-main/shared/network/families.ts';
import type { Plan, Step } from '../../../src-main/shared/network/plan.ts';
import { findPreset } from '../../../src-main/shared/network/presets.ts';
import type { Shape, Spec } from '../../../src-main/shared/network/spec.ts';

const names = (steps: readonly Step[] | null | undefined) => steps?.map(({ name }) => name) ?? null;
const shape = ({ height, width, channels }: Shape) => `${height}×${width}×${channels}`;

/** Names of a block's parts, without the place that they share. */
function outline(spec: Spec, block: number) {
  const plan = blocksOf(expand(spec))[block];
  assert.ok(plan);
  const short = (steps: readonly Step[] | null) =>
    names(steps)
      ?.map((name) => name.slice(plan.name.length + 1))
      .join(' ') ?? null;
  return {
    before: short(plan.before),
    branch: short(plan.branch),
    shortcut: short(plan.shortcut),
    after: short(plan.after),
  };
}

const dropout = { rate: 0.3, place: 'between' } as const;

test('a wide block drops between its convolutions, before the second normalisation', () => {
  assert.deepEqual(outline(make.wideResNet(16, 4, { dropout }), 1), {
    before: '',
    branch: 'norm1 relu1 conv1 dropout norm2 relu2 conv2',
    shortcut: '',
    after: '',
  });
});

test('a wide block with the authors’ dropout drops after the second ReLU', () => {
  assert.deepEqual(outline(make.wideResNet(16, 4, { dropout: { rate: 0.3, place: 'afterReLU' } }), 1), {
    before: '',
    branch: 'norm1 relu1 conv1 norm2 relu2 dropout conv2',
    shortcut: '',
    after: '',
  });
});

test('a pre-activation block shares its first activation with a projection and with nothing else', () => {
  const bottleneck = make.cifarPreactivationBottleneck(20);
  assert.deepEqual(
    [outline(bottleneck, 0), outline(bottleneck, 1), outline({ ...bottleneck, shortcut: 'A' }, 0)],
    [
      {
        before: 'norm1 relu1',
        branch: 'conv1 norm2 relu2 conv2 norm3 relu3 conv3',
        shortcut: 'shortcut/conv',
        after: '',
      },
      { before: '', branch: 'norm1 relu1 conv1 norm2 relu2 conv2 norm3 relu3 conv3', shortcut: '', after: '' },
      {
        before: '',
        branch: 'norm1 relu1 conv1 norm2 relu2 conv2 norm3 relu3 conv3',
        shortcut: 'shortcut/pad',
        after: '',
      },
    ],
  );
});

test('the shortcuts A, B, C and none differ in what lies beside the branch', () => {
  const beside = (['A', 'B', 'C', 'none'] as const).map((shortcut) => {
    const spec = make.cifarResNet(14, { shortcut });
    return [outline(spec, 0).shortcut, outline(spec, 2).shortcut];
  });
  assert.deepEqual(beside, [
    ['', 'shortcut/pad'],
    ['', 'shortcut/conv shortcut/norm'],
    ['shortcut/conv shortcut/norm', 'shortcut/conv shortcut/norm'],
    [null, null],
  ]);
});

/** Name, groups and channels of the convolutions of a step and of what lies within it. */
const convolutions = (steps: readonly Step[]): string[] =>
  steps.flatMap((step) => {
    if (step.op === 'paths') return step.paths.flatMap(convolutions);
    if (step.op !== 'convolution') return [];
    return [`${step.name} ${step.kernel}×${step.kernel} ${step.input.channels}/${step.groups}→${step.output.channels}`];
  });

test('the three forms of a block hold 3C, 2C + 1 and 3 convolutions', () => {
  const branch = (form: Spec['form']) => blocksOf(expand({ ...make.cifarResNeXt(11, 2, 4), form }))[0]?.branch ?? [];
  assert.deepEqual(
    [convolutions(branch('a')), convolutions(branch('b')), convolutions(branch('c'))],
    [
      [
        'stage1/block1/path1/conv1 1×1 64/1→4',
        'stage1/block1/path1/conv2 3×3 4/1→4',
        'stage1/block1/path1/conv3 1×1 4/1→256',
        'stage1/block1/path2/conv1 1×1 64/1→4',
        'stage1/block1/path2/conv2 3×3 4/1→4',
        'stage1/block1/path2/conv3 1×1 4/1→256',
      ],
      [
        'stage1/block1/path1/conv1 1×1 64/1→4',
        'stage1/block1/path1/conv2 3×3 4/1→4',
        'stage1/block1/path2/conv1 1×1 64/1→4',
        'stage1/block1/path2/conv2 3×3 4/1→4',
        'stage1/block1/conv3 1×1 8/1→256',
      ],
      ['stage1/block1/conv1 1×1 64/1→8', 'stage1/block1/conv2 3×3 8/2→8', 'stage1/block1/conv3 1×1 8/1→256'],
    ],
  );
});

test('forms a and b normalise once more behind the join', () => {
  const joined = (['a', 'b'] as const).map((form) => {
    const spec = { ...make.cifarResNeXt(11, 2, 4), form };
    const paths = blocksOf(expand(spec))[0]?.branch[0];
    return [outline(spec, 0).branch, paths?.op === 'paths' && paths.join, paths && shape(paths.output)];
  });
  assert.deepEqual(joined, [
    ['paths norm3', 'sum', '32×32×256'],
    ['paths conv3 norm3', 'concatenate', '32×32×8'],
  ]);
});

/** Outputs of stem and stages, and what goes into the linear layer. */
const maps = (plan: Plan) =>
  [
    plan.stem.at(-1)?.output ?? plan.input,
    ...plan.stages.map(({ output }) => output),
    ...plan.head.slice(-2).map(({ output }) => output),
  ]
    .map(shape)
    .join(' ');

test('maps halve where the papers halve them', () => {
  const actual = ['resnet20', 'preresnet164', 'wrn-28-10', 'resnext29-8x64d', 'resnet18', 'resnext50-32x4d'].map(
    (name) => maps(expand(findPreset(name).spec)),
  );
  assert.deepEqual(actual, [
    '32×32×16 32×32×16 16×16×32 8×8×64 1×1×64 1×1×10',
    '32×32×16 32×32×64 16×16×128 8×8×256 1×1×256 1×1×10',
    '32×32×16 32×32×160 16×16×320 8×8×640 1×1×640 1×1×10',
    '32×32×64 32×32×256 16×16×512 8×8×1024 1×1×1024 1×1×10',
    '56×56×64 56×56×64 28×28×128 14×14×256 7×7×512 1×1×512 1×1×1000',
    '56×56×64 56×56×256 28×28×512 14×14×1024 7×7×2048 1×1×2048 1×1×1000',
  ]);
});

test('stem and head have an activation where the blocks leave it to them', () => {
  const ends = (spec: Spec) => {
    const { stem, head } = expand(spec);
    return [names(stem), names(head)];
  };
  assert.deepEqual(
    [ends(make.cifarResNet(20)), ends(make.wideResNet(16, 4)), ends(make.imagenetResNet(18))],
    [
      [
        ['stem/conv', 'stem/norm', 'stem/relu'],
        ['head/average', 'head/linear'],
      ],
      [['stem/conv'], ['head/norm', 'head/relu', 'head/average', 'head/linear']],
      [
        ['stem/conv', 'stem/norm', 'stem/relu', 'stem/pool'],
        ['head/average', 'head/linear'],
      ],
    ],
  );
});

test('a dataset fills what a spec leaves open, and only that', () => {
  const digits = { input: { height: 8, width: 8, channels: 1 }, classes: 10 };
  const open = expand(make.cifarResNet(20), { ...digits, classes: 7 });
  const fixed = expand(make.cifarResNet(20, { input: digits.input, classes: 3 }));
  const conflict = () => expand(make.cifarResNet(20, { classes: 3 }), digits);
  assert.deepEqual(
    [maps(open), maps(fixed)],
    ['8×8×16 8×8×16 4×4×32 2×2×64 1×1×64 1×1×7', '8×8×16 8×8×16 4×4×32 2×2×64 1×1×64 1×1×3'],
  );
  assert.throws(conflict, { name: 'Expected', message: /it tells 3 classes apart, and the data has 10/ });
});

test('branches start silent where the spec asks for it', () => {
  const scales = blocksOf(expand(make.cifarResNet(20, { zeroLastScale: true })))[0]?.branch.flatMap((step) =>
    step.op === 'normalisation' ? [step.initialScale] : [],
  );
  assert.deepEqual(scales, [1, 0]);
});
