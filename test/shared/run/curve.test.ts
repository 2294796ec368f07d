import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { coarsen, cut, joinPoints, smooth, thin } from '../../../src-main/shared/run/curve.ts';
import type { Points } from '../../../src-main/shared/run/curve.ts';

const value = fc.oneof(
  { weight: 8, arbitrary: fc.double({ noNaN: true, min: -1e9, max: 1e9 }) },
  { weight: 1, arbitrary: fc.constant(NaN) },
);

/** Curves with rising steps and gaps between them. */
const curves = (most: number) =>
  fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), value), { minLength: 1, maxLength: most }).map((pairs): Points => {
    let step = 0;
    return {
      steps: Float64Array.from(pairs, ([gap]) => (step += gap)),
      values: Float64Array.from(pairs, ([, number]) => number),
    };
  });

const pairs = ({ steps, values }: Points): [number, number][] =>
  Array.from(steps, (step, index) => [step, values[index]!]);

/** First, last, lowest and highest. */
function landmarks(points: Points): unknown {
  const numbers = Array.from(points.values).filter((number) => !Number.isNaN(number));
  return [pairs(points)[0], pairs(points).at(-1), Math.min(...numbers), Math.max(...numbers)];
}

test('thinning keeps first, last, lowest and highest, and invents nothing', () => {
  fc.assert(
    fc.property(curves(300), fc.integer({ min: 4, max: 320 }), (points, most) => {
      const thinned = thin(points, most);
      const known = new Map(pairs(points));
      assert.ok(thinned.steps.length <= most);
      assert.deepEqual(landmarks(thinned), landmarks(points));
      assert.ok(pairs(thinned).every(([step, number]) => known.has(step) && Object.is(known.get(step), number)));
      assert.deepEqual(thinned.steps, thinned.steps.slice().sort());
      if (points.steps.length <= most) assert.equal(thinned, points);
    }),
  );
});

test('with two points, the first and the last remain', () => {
  const points = { steps: Float64Array.of(1, 2, 3, 4), values: Float64Array.of(5, 9, 1, 6) };
  assert.deepEqual([thin(points, 2), thin(points, 3)].map(pairs), [
    [
      [1, 5],
      [4, 6],
    ],
    [
      [1, 5],
      [4, 6],
    ],
  ]);
});

test('a spike survives among a million points', () => {
  const count = 1_000_000;
  const points = { steps: Float64Array.from(Array(count).keys()), values: new Float64Array(count) };
  points.values[765_432] = 1;
  const { steps, values } = thin(points, 200);
  assert.equal(steps[values.indexOf(1)], 765_432);
});

test('coarsening keeps the landmarks of all neighbours, so that thinning it keeps those of the whole', () => {
  fc.assert(
    fc.property(
      curves(400),
      fc.constantFrom(2, 16, 64),
      fc.integer({ min: 4, max: 60 }),
      (points, neighbours, most) => {
        const coarse = coarsen(points, neighbours);
        assert.deepEqual(landmarks(coarse), landmarks(points));
        assert.deepEqual(landmarks(thin(coarse, most)), landmarks(points));
        for (let from = 0; from < points.steps.length; from += neighbours) {
          const part = {
            steps: points.steps.subarray(from, from + neighbours),
            values: points.values.subarray(from, from + neighbours),
          };
          assert.deepEqual(landmarks(cut(coarse, part.steps[0]!, part.steps.at(-1)!)), landmarks(part));
        }
      },
    ),
  );
});

test('cutting and joining are each other’s reverse', () => {
  fc.assert(
    fc.property(curves(60), fc.nat(400), (points, at) => {
      const pieces = [cut(points, -Infinity, at), cut(points, at + 1, Infinity)];
      assert.deepEqual(joinPoints(pieces), points);
      assert.ok(pieces[0]!.steps.every((step) => step <= at));
    }),
  );
});

test('the smoothed value at a step does not depend on what comes later', () => {
  fc.assert(
    fc.property(curves(80), fc.double({ min: 0, max: 0.999, noNaN: true }), fc.nat(80), (points, weight, length) => {
      const whole = smooth(points.values, weight);
      assert.deepEqual(smooth(points.values.slice(0, length), weight), whole.slice(0, length));
    }),
  );
});

test('smoothing is the weighted mean of what was there, and passes over gaps', () => {
  // Weights 0.25, 0.5 and 1 of the third; those of the past halve at each point.
  assert.deepEqual(
    smooth(Float64Array.of(4, 8, NaN, 2), 0.5),
    Float64Array.of(4, (4 * 1 + 8 * 2) / 3, NaN, (4 * 1 + 8 * 2 + 2 * 4) / 7),
  );
  assert.deepEqual(smooth(Float64Array.of(1, 5), 0), Float64Array.of(1, 5));
});

test('a constant stays constant however much it is smoothed', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1000, max: 1000 }),
      fc.double({ min: 0, max: 0.9999, noNaN: true }),
      (constant, weight) => {
        for (const smoothed of smooth(new Float64Array(50).fill(constant), weight))
          assert.ok(Math.abs(smoothed - constant) <= 1e-6 * Math.abs(constant));
      },
    ),
  );
});
