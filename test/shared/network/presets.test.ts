import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { presetSchema } from '../../../src-main/shared/contract.ts';
import { findPreset, presets } from '../../../src-main/shared/network/presets.ts';
import { reported } from '../../../src-main/shared/network/reported.ts';
import { recipeFor } from '../../../src-main/shared/network/recipes.ts';
import { recipeSchema } from '../../../src-main/shared/recipe.ts';
import { array, parse } from '../../../src-main/shared/schema.ts';

test('the presets satisfy the contract as they stand', () => {
  assert.deepEqual(parse(array(presetSchema), presets), presets);
});

test('names are unique and every printed error belongs to a preset', () => {
  const names = presets.map(({ name }) => name);
  assert.deepEqual(
    [new Set(names).size, Object.keys(reported).filter((name) => !names.includes(name))],
    [names.length, []],
  );
});

test('a preset is found by its name however it is punctuated', () => {
  const found = ['resnet20', 'ResNet-20', 'resnext50_32x4d', 'WRN-28-10', 'wide_resnet50_2'].map(
    (name) => findPreset(name).name,
  );
  assert.deepEqual(found, ['resnet20', 'resnet20', 'resnext50-32x4d', 'wrn-28-10', 'wide-resnet50-2']);
});

test('an unknown name is answered with the nearest ones', () => {
  assert.throws(() => findPreset('resnet57'), {
    failure: { code: 'network.unknown', details: { name: 'resnet57', near: 'resnet56 or resnet50 or resnet20' } },
  });
});

test('recipes carry what the papers’ programs set', () => {
  const rows = [
    'resnet20',
    'resnet110',
    'preresnet164',
    'resnet110-sd',
    'wrn-28-10',
    'resnext29-8x64d',
    'resnext50-32x4d',
  ].map((name) => {
    const { duration, batch, learningRate, schedule, weightDecay, nesterov, augmentation } = parse(
      recipeSchema,
      findPreset(name).recipe,
    );
    const drops = schedule.kind === 'steps' ? [schedule.at, schedule.factor] : [];
    return [duration, batch, learningRate, ...drops, weightDecay, nesterov, augmentation?.cropFill ?? null];
  });
  assert.deepEqual(rows, [
    [{ epochs: 164 }, 128, 0.1, [0.5, 0.75], 0.1, 1e-4, false, null],
    [{ epochs: 164 }, 128, 0.1, [0.5, 0.75], 0.1, 1e-4, false, null],
    [{ epochs: 200 }, 128, 0.1, [0.5, 0.75], 0.1, 1e-4, true, null],
    [{ epochs: 500 }, 128, 0.1, [0.5, 0.75], 0.1, 1e-4, true, null],
    [{ epochs: 200 }, 128, 0.1, [0.3, 0.6, 0.8], 0.2, 5e-4, true, 'reflect'],
    [{ epochs: 300 }, 128, 0.1, [0.5, 0.75], 0.1, 5e-4, true, null],
    [{ epochs: 100 }, 256, 0.1, [0.3, 0.6, 0.9], 0.1, 1e-4, true, null],
  ]);
});

test('a network of one’s own is trained as the paper nearest to it trains; a preset’s copy as the preset', () => {
  const others = presets.filter(({ spec, recipe }) => !isDeepStrictEqual(recipeFor(spec), recipe));
  // Of width 1 it is a pre-activation network, and is told from one by its name alone.
  assert.deepEqual(
    others.map(({ name }) => name),
    ['wrn-40-1'],
  );
});
