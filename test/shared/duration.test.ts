import assert from 'node:assert/strict';
import { test } from 'node:test';
import { epochsOf, stepsOf, stepsPerEpoch } from '../../src-main/shared/duration.ts';

test('an epoch is the full batches of the split, and at least one step', () => {
  assert.deepEqual([stepsPerEpoch(50_000, 128), stepsPerEpoch(1_437, 128), stepsPerEpoch(60, 128)], [390, 11, 1]);
});

test('epochs, steps and images become steps', () => {
  assert.deepEqual(
    [
      stepsOf({ epochs: 164 }, 50_000, 128),
      stepsOf({ epochs: 15 }, 1_437, 128),
      stepsOf({ steps: 64_000 }, 50_000, 128),
      stepsOf({ images: 1_000 }, 50_000, 128),
      stepsOf({ images: 1 }, 50_000, 128),
    ],
    [63_960, 165, 64_000, 8, 1],
  );
});

test('a run may end within an epoch', () => {
  assert.equal(epochsOf({ steps: 585 }, 50_000, 128), 1.5);
});
