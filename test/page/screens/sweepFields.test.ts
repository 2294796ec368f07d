import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trialCount, variedOf } from '../../../src-renderer/screens/queue/sweepFields.ts';

test('values apart by commas and ranges are read as they are written', () => {
  assert.deepEqual(
    [
      variedOf('recipe.learningRate', '0.05, 1e-1,0.2', false),
      variedOf('network.shortcut', 'A, none', false),
      variedOf('recipe.averageDecay', 'null, 0.9', false),
      variedOf('recipe.learningRate', '0.01 … 1', true),
      variedOf('recipe.batch', '16 to 64', false),
      variedOf('recipe.batch', '64 .. 16', false),
      variedOf('recipe.batch', ' , ', false),
    ],
    [
      { path: 'recipe.learningRate', values: [0.05, 0.1, 0.2] },
      { path: 'network.shortcut', values: ['A', 'none'] },
      { path: 'recipe.averageDecay', values: [null, 0.9] },
      { path: 'recipe.learningRate', from: 0.01, to: 1, scale: 'logarithmic' },
      { path: 'recipe.batch', from: 16, to: 64, scale: 'whole' },
      null,
      null,
    ],
  );
});

test('a grid has the product of its values, random trials as many as asked', () => {
  const vary = [
    { path: 'a.b', values: [1, 2, 3] },
    { path: 'c.d', values: [1, 2] },
  ];
  assert.deepEqual([trialCount({ vary, trials: null }), trialCount({ vary, trials: 7 })], [6, 7]);
});
