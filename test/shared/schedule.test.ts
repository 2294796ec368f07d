import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findPreset } from '../../src-main/shared/network/presets.ts';
import { defaultRecipe } from '../../src-main/shared/recipe.ts';
import type { Recipe } from '../../src-main/shared/recipe.ts';
import { learningRate } from '../../src-main/shared/schedule.ts';

/** Rates of the given steps, to twelve digits. */
const rates = (recipe: Recipe, all: number, at: readonly number[], perEpoch = all) =>
  at.map((step) => Number(learningRate(recipe, step, { all, perEpoch }).toPrecision(12)));

test('the rate of He et al. drops at 32,000 and 48,000 of 64,000 steps, and not one step before', () => {
  const recipe = findPreset('resnet20').recipe;
  assert.deepEqual(
    rates(recipe, 64_000, [0, 31_999, 32_000, 47_999, 48_000, 63_999]),
    [0.1, 0.1, 0.01, 0.01, 0.001, 0.001],
  );
});

test('the rate of a Wide ResNet drops to a fifth after 60, 120 and 160 of 200 epochs', () => {
  const epoch = 390;
  const at = [
    0,
    60 * epoch - 1,
    60 * epoch,
    120 * epoch - 1,
    120 * epoch,
    160 * epoch - 1,
    160 * epoch,
    200 * epoch - 1,
  ];
  assert.deepEqual(
    rates(findPreset('wrn-28-10').recipe, 200 * epoch, at),
    [0.1, 0.1, 0.02, 0.02, 0.004, 0.004, 0.0008, 0.0008],
  );
});

test('the rate of a ResNeXt drops after 150 and 225 of 300 epochs', () => {
  assert.deepEqual(rates(findPreset('resnext29-8x64d').recipe, 300, [149, 150, 224, 225]), [0.1, 0.01, 0.01, 0.001]);
});

test('a warm-up rises linearly from a tenth of the rate and then leaves it alone', () => {
  const recipe: Recipe = { ...defaultRecipe, schedule: { kind: 'constant' }, warmUp: 0.1 };
  const rising = [0.01, 0.055, 0.091, 0.1, 0.1];
  assert.deepEqual(rates(recipe, 100, [0, 5, 9, 10, 99]), rising);
  // As a duration of ten steps, whatever it is counted in and however long the run is.
  for (const warmUp of [{ steps: 10 }, { epochs: 2 }, { images: 10 * recipe.batch }])
    for (const all of [100, 1000]) assert.deepEqual(rates({ ...recipe, warmUp }, all, [0, 5, 9, 10, 99], 5), rising);
});

test('half a cosine runs from the full rate to the last one', () => {
  const recipe: Recipe = { ...defaultRecipe, schedule: { kind: 'cosine', last: 0.2 } };
  assert.deepEqual(rates(recipe, 4, [0, 1, 2, 3, 4]), [0.1, 0.0882842712475, 0.06, 0.0317157287525, 0.02]);
});
