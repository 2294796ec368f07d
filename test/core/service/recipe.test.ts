import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitSpec } from '../../../src-main/core/service/network.ts';
import { augmentationFor, completeRecipe, seedsOf } from '../../../src-main/core/service/recipe.ts';
import type { Dataset } from '../../../src-main/shared/dataset.ts';
import { findPreset } from '../../../src-main/shared/network/presets.ts';
import { defaultRecipe } from '../../../src-main/shared/recipe.ts';

const dataset = (height: number, mirrors: boolean): Dataset => ({
  id: 'x',
  name: 'X',
  hash: '',
  image: { height, width: height, channels: 3 },
  classes: ['a', 'b'],
  splits: [{ name: 'train', images: 100 }],
  mean: [],
  deviation: [],
  mirrors,
  bytes: 0,
  builtIn: false,
  addedAtMs: null,
  note: '',
});
const [photos, digits] = [dataset(32, true), dataset(8, false)];

test('augmentation that a recipe leaves open is chosen by size and meaning of the images', () => {
  assert.deepStrictEqual(
    [augmentationFor(photos), augmentationFor(digits)],
    [
      { crop: 4, cropFill: 'zero', flip: true, cutout: 0 },
      { crop: 1, cropFill: 'zero', flip: false, cutout: 0 },
    ],
  );
});

test("a preset's augmentation is its own on its paper's images and fitted to others; a person's is kept", () => {
  const preset = { crop: 4, cropFill: 'reflect', flip: true, cutout: 16 } as const;
  const recipe = { ...defaultRecipe, augmentation: preset };
  assert.deepStrictEqual(
    [
      completeRecipe(recipe, {}, photos).augmentation,
      completeRecipe(recipe, { augmentation: undefined }, digits).augmentation,
      completeRecipe(recipe, { augmentation: preset }, digits).augmentation,
    ],
    [preset, { crop: 1, cropFill: 'reflect', flip: false, cutout: 4 }, preset],
  );
});

test('a recipe that is not possible is refused with its field', () => {
  assert.throws(() => completeRecipe(defaultRecipe, { batch: 0 }, photos), {
    message:
      "The recipe's batch is not possible: Invalid value: Expected >=1 but received 0. Correct it and start again.",
  });
});

test('a dataset fills what a spec leaves open, and does not overrule it', () => {
  const { spec } = findPreset('resnet20');
  const { input, classes } = fitSpec(spec, photos);
  assert.deepStrictEqual([input, classes], [photos.image, 2]);
  assert.throws(() => fitSpec({ ...spec, classes: 10 }, photos), /it tells 10 classes apart and X has 2/);
  assert.throws(
    () => fitSpec({ ...spec, input: digits.image }, photos),
    /it takes 8x8x3 and the images of X are 32x32x3/,
  );
});

test('the seeds of a group are distinct and start with the recipe’s', () => {
  assert.deepStrictEqual(seedsOf({ ...defaultRecipe, seed: 2_147_483_646 }, 3), [2_147_483_646, 2_147_483_647, 0]);
});
