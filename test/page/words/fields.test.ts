/** Recipes and networks in words, and what differs between them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultRecipe } from '../../../src-main/shared/recipe.ts';
import type { Recipe } from '../../../src-main/shared/recipe.ts';
import { presets } from '../../../src-main/shared/network/presets.ts';
import { differingFields, recipeFields, specFields } from '../../../src-renderer/words/fields.ts';

const spec = (name: string) => presets.find((preset) => preset.name === name)!.spec;

test('only what differs is shown, out of all fields', () => {
  const other: Recipe = { ...defaultRecipe, seed: 2, learningRate: 0.2 };
  const { rows, of } = differingFields([recipeFields(defaultRecipe), recipeFields(other)]);
  assert.deepEqual(rows, [
    { name: 'Learning rate', values: ['0.1', '0.2'] },
    { name: 'Seed', values: ['1', '2'] },
  ]);
  assert.equal(of, recipeFields(defaultRecipe).length);
});

test('every field of a spec shows when it is changed', () => {
  const base = spec('resnet20');
  const changes: Partial<typeof base>[] = [
    { widen: 2 },
    { cardinality: 8 },
    { pathWidth: 4 },
    { form: 'a' },
    { shortcut: 'C' },
    { strideIn: base.strideIn === 'reduce' ? 'spatial' : 'reduce' },
    { dropout: { rate: 0.3, place: 'between' } },
    { survival: { kind: 'linear', last: 0.5 } },
    { zeroLastScale: !base.zeroLastScale },
    { block: 'preactBasic' },
    { stem: { kind: 'imagenet', width: 16 } },
    { stages: base.stages.slice(1) },
    { classes: 3 },
    { input: { height: 8, width: 8, channels: 1 } },
  ];
  const silent = changes.filter(
    (change) => differingFields([specFields(base), specFields({ ...base, ...change })]).rows.length === 0,
  );
  assert.deepEqual(silent, []);
});
