/** What is left out of a curve's path cannot be seen: each column of pixels keeps its ends and its extremes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { inSight, trace } from '../../../src-renderer/charts/trace.ts';
import type { Ruler } from '../../../src-renderer/charts/trace.ts';
import { GrowingPoints } from '../../../src-renderer/charts/points.ts';

const plain: Ruler = { place: (value) => value, above: -Infinity };
type Piece = [x: number, y: number][];

function pieces(points: GrowingPoints, sight: readonly [number, number], up = plain): Piece[] {
  const drawn: Piece[] = [];
  trace(points, sight, plain, up, 1, {
    moveTo: (x, y) => drawn.push([[x, y]]),
    lineTo: (x, y) => drawn.at(-1)!.push([x, y]),
  });
  return drawn;
}
const curve = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constant(NaN))), {
    minLength: 1,
    maxLength: 200,
  })
  .map((steps) => {
    const points = new GrowingPoints();
    let x = 0;
    for (const [gap, y] of steps) points.append([(x += gap / 16)], [y]);
    return points;
  });

test('a path has the first, last, lowest and highest point of every column between two gaps, rising, and no other', () => {
  fc.assert(
    fc.property(curve, (points) => {
      const expected: Piece[] = [];
      let isDown = false;
      for (let index = 0; index < points.length; index++) {
        const [x, y] = [points.xs[index]!, points.ys[index]!];
        if (!Number.isNaN(y)) (isDown ? expected.at(-1)! : (expected.push([]), expected.at(-1)!)).push([x, y]);
        isDown = !Number.isNaN(y);
      }
      const kept = expected.map((piece) => {
        const columns = Map.groupBy(piece, ([x]) => Math.floor(x));
        return [...columns.values()].flatMap((column) => {
          const ys = column.map(([, y]) => y);
          const places = [0, ys.indexOf(Math.min(...ys)), ys.indexOf(Math.max(...ys)), ys.length - 1];
          return [...new Set(places)].sort((a, b) => a - b).map((place) => column[place]!);
        });
      });
      assert.deepEqual(pieces(points, [0, points.length]), kept);
    }),
  );
});

test('a line goes on to the next point outside, and is lifted where a logarithmic axis ends', () => {
  const points = new GrowingPoints();
  points.append([1, 2, 3, 4, 5, 6], [5, 4, 0, 2, -1, 1]);
  assert.deepEqual(inSight(points, 2.5, 4.5), [1, 5]);
  assert.deepEqual(inSight(points, 9, 12), [5, 6]);
  assert.deepEqual(pieces(points, [0, 6], { ...plain, above: 0 }), [
    [
      [1, 5],
      [2, 4],
    ],
    [[4, 2]],
    [[6, 1]],
  ]);
});
