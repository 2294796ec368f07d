/** Blocks drawn from the plan: the papers' figures. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expand } from '../../../src-main/shared/network/expand.ts';
import { presets } from '../../../src-main/shared/network/presets.ts';
import type { Spec } from '../../../src-main/shared/network/spec.ts';
import { figureOf } from '../../../src-renderer/screens/design/figure.ts';

const spec = (name: string): Spec => presets.find((preset) => preset.name === name)!.spec;
const block = (of: Spec, stage: number, at: number) => figureOf(expand(of).stages[stage]!.blocks[at]!);
const titles = (boxes: readonly { title: string }[]) => boxes.map(({ title }) => title);
const channels = (boxes: readonly { note: string }[]) =>
  boxes.filter(({ note }) => note.includes('→')).map(({ note }) => note.split(', ')[0]);

test('the ResNeXt block of the paper: 256 → 128 → 128 in 32 groups → 256', () => {
  const figure = block({ ...spec('resnext50-32x4d'), input: null }, 0, 1);
  assert.deepEqual(channels(figure.branch), ['256 → 128', '128 → 128', '128 → 256']);
  assert.equal(figure.branch[3]?.title, 'Convolution 3×3, 32 groups');
  assert.deepEqual([figure.shortcut, figure.gate], [[], null]);
});

test('a block that may be dropped has a gate with its survival', () => {
  assert.equal(block(spec('resnet110-sd'), 2, 17).gate, 0.5);
});

test('a wide block normalises before it convolves, and drops between the convolutions', () => {
  const wide: Spec = { ...spec('wrn-28-10-dropout'), dropout: { rate: 0.3, place: 'between' } };
  assert.deepEqual(titles(block(wide, 0, 1).branch), [
    'Batch normalisation',
    'ReLU',
    'Convolution 3×3',
    'Dropout 0.3',
    'Batch normalisation',
    'ReLU',
    'Convolution 3×3',
  ]);
});

test('a plain block has no shortcut', () => assert.equal(block(spec('plain20'), 0, 0).shortcut, null));
