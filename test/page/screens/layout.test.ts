/** Boxes beside what they belong to: none over another, each as near as the others let it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { check } from '../../../src-main/shared/network/check.ts';
import { findPreset } from '../../../src-main/shared/network/presets.ts';
import type { Spec } from '../../../src-main/shared/network/spec.ts';
import { columnOf, stackedTops } from '../../../src-renderer/screens/design/layout.ts';
import type { Wish } from '../../../src-renderer/screens/design/layout.ts';
import { card, placeCards } from '../../../src-renderer/screens/design/problems.ts';

/** For each box, what it lies over: the one above it, or the top. */
const overlaps = (boxes: readonly Wish[], gap: number): number[] =>
  boxes.flatMap(({ y }, index) => {
    const above = boxes[index - 1];
    return y < (above ? above.y + above.height + gap : 0) - 1e-6 ? [index] : [];
  });

test('boxes keep their order and lie over nothing; those that are in nobody’s way stand where they wish', () => {
  const height = fc.integer({ min: 1, max: 200 });
  const wish = fc.record({ y: fc.integer({ min: 0, max: 1000 }), height });
  const rising = fc.array(wish, { maxLength: 12 }).map((all) => all.sort((one, other) => one.y - other.y));
  fc.assert(
    fc.property(rising, fc.integer({ min: 0, max: 20 }), (wishes, gap) => {
      const tops = stackedTops(wishes, gap);
      const boxes = wishes.map(({ height }, index) => ({ y: tops[index] ?? NaN, height }));
      assert.deepEqual(overlaps(boxes, gap), []);
      if (overlaps(wishes, gap).length === 0)
        assert.deepEqual(
          tops,
          wishes.map(({ y }) => y),
        );
    }),
  );
  // In each other's way they move apart by halves, but not above the top.
  assert.deepEqual(
    [
      [100, 110],
      [0, 0],
    ].map((ys) =>
      stackedTops(
        ys.map((y) => ({ y, height: 40 })),
        10,
      ),
    ),
    [
      [80, 130],
      [0, 50],
    ],
  );
});

test('cards of several stages, and of several problems of one, do not lie over each other', () => {
  const spec: Spec = {
    ...findPreset('resnet44').spec,
    widen: 1.3,
    cardinality: 2,
    survival: { kind: 'list', values: [1] },
  };
  const problems = check(spec);
  const placed = columnOf(spec, new Set());
  const cards = placeCards(problems, placed, 'stage2', [130, 80, undefined, 120]);
  assert.deepEqual([problems.length, overlaps(cards, card.gap)], [5, []]);
  assert.deepEqual(
    cards.map(({ problem }) => problem.where),
    ['stage1', 'stage2', 'cardinality', 'survival', 'stage3'],
  );
});
