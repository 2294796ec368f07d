import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cutLooks, joinLooks, thinLooks } from '../../../src-main/shared/run/looks.ts';
import type { Looks } from '../../../src-main/shared/run/looks.ts';
import { anyLooks, plain } from './anyLooks.ts';

const sum = (values: Int32Array) => values.reduce((total, value) => total + value, 0);

test('pieces join to the whole', () => {
  fc.assert(
    fc.property(anyLooks(1), fc.nat(), (looks, place) => {
      const at = place % looks.steps.length;
      const pieces = [cutLooks(looks, 0, at), cutLooks(looks, at, looks.steps.length)];
      assert.deepEqual(plain(joinLooks(pieces)), plain(looks));
    }),
  );
});

test('joined rows keep the last step, every count and the range of the numbers', () => {
  fc.assert(
    fc.property(anyLooks(1), fc.integer({ min: 1, max: 50 }), (looks, rows) => {
      const thinned = thinLooks(looks, rows);
      assert.equal(thinned.steps.length, Math.min(rows, looks.steps.length));
      assert.equal(thinned.steps.at(-1), looks.steps.at(-1));
      assert.deepEqual([sum(thinned.counted), sum(thinned.computed)], [sum(looks.counted), sum(looks.computed)]);
      const finite = (values: Float32Array) => [...values].filter((value) => !Number.isNaN(value));
      const [all, kept] = [finite(looks.ratio), finite(thinned.ratio)];
      const [low, high] = [Math.min(...all), Math.max(...all)];
      assert.ok(kept.every((value) => value >= low * (1 - 1e-6) && value <= high * (1 + 1e-6)));
    }),
  );
});

test('three looks as one', () => {
  const looks: Looks = {
    blocks: 2,
    steps: Float64Array.of(5, 10, 15),
    counted: Int32Array.of(5, 5, 5),
    gradientNorm: Float32Array.of(1, NaN, 2, NaN, 6, NaN),
    ratio: Float32Array.of(NaN, 0.5, NaN, 1, 0.25, NaN),
    computed: Int32Array.of(5, 3, 5, 1, 4, 0),
  };
  assert.deepEqual(plain(thinLooks(looks, 1)), {
    blocks: 2,
    steps: [15],
    counted: [15],
    gradientNorm: [3, NaN],
    ratio: [0.25, 0.75],
    computed: [14, 4],
  });
});
