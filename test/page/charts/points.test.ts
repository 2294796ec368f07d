/** Curves that grow while they are watched: no point is lost or doubled, whatever comes first. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { GrowingPoints, indexAt, nearestTo, scaled } from '../../../src-renderer/charts/points.ts';

const curve = fc
  .uniqueArray(fc.integer({ min: 1, max: 500 }), { maxLength: 200 })
  .map((xs) => xs.sort((a, b) => a - b));
const valueAt = (x: number) => Math.sin(x);
const rows = ({ xs, ys, length }: GrowingPoints) => Array.from({ length }, (_, index) => [xs[index], ys[index]]);

test('stored points and live points make one curve, whichever comes first and however they overlap', () => {
  fc.assert(
    fc.property(curve, fc.nat(), fc.nat(), fc.boolean(), (xs, a, b, storedFirst) => {
      // What is stored ends at `stored`; what is heard begins before or there.
      const stored = a % (xs.length + 1);
      const heard = b % (stored + 1);
      const points = new GrowingPoints();
      const live = xs.slice(heard);
      const fetched = xs.slice(0, stored);
      if (!storedFirst) points.append(live, live.map(valueAt));
      points.merge(fetched, fetched.map(valueAt));
      if (storedFirst) points.append(live, live.map(valueAt));
      assert.deepEqual(
        rows(points),
        xs.map((x) => [x, valueAt(x)]),
      );
    }),
  );
});

test('a place between points finds the nearest one', () => {
  const points = new GrowingPoints();
  points.append([10, 20, 40], [1, 2, 3]);
  assert.deepEqual(
    [0, 14, 16, 31, 99].map((x) => nearestTo(points, x)),
    [0, 0, 1, 2, 2],
  );
  assert.deepEqual(
    [0, 10, 11, 41].map((x) => indexAt(points, x)),
    [0, 0, 1, 3],
  );
  assert.equal(nearestTo(new GrowingPoints(), 5), -1);
});

test('another axis moves the points along, and their values stay', () => {
  const points = new GrowingPoints();
  points.append([11, 22], [0.5, 0.25]);
  const epochs = scaled(points, 1 / 11);
  assert.deepEqual([[...epochs.xs], [...epochs.ys.subarray(0, 2)], epochs.length], [[1, 2], [0.5, 0.25], 2]);
});
