import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { epochOrder, stepImages } from '../../../src-main/core/batches/order.ts';
import { Draws, philox, purposes } from '../../../src-main/core/batches/random.ts';
import type { Purpose } from '../../../src-main/core/batches/random.ts';
import { drawSurvival } from '../../../src-main/core/batches/survival.ts';

const seed = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const ones = 0xffff_ffff;

test("Philox gives the known answers of its authors' library", () => {
  const answers = [
    philox([0, 0, 0, 0], [0, 0]),
    philox([ones, ones, ones, ones], [ones, ones]),
    philox([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0]),
  ];
  assert.deepEqual(answers, [
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ]);
});

test('draws are a function of seed, purpose, epoch and index alone, and differ where any of them does', () => {
  const first = (...place: [number, Purpose, number, number]) => {
    const draws = new Draws(...place);
    return Array.from({ length: 6 }, () => draws.next()).join();
  };
  const places = [0, 1, 7].flatMap((one) =>
    (Object.keys(purposes) as Purpose[]).flatMap((purpose) =>
      [0, 1, 2].flatMap((epoch) => [0, 1, 50_000].map((index) => [one, purpose, epoch, index] as const)),
    ),
  );
  const drawn = places.map((place) => first(...place));
  assert.deepEqual(
    drawn,
    places.map((place) => first(...place)),
  );
  assert.equal(new Set(drawn).size, places.length);
});

const golden = {
  draws: [3615062280, 3210816363, 0.3756576154846698, 5, 732914451, 2760275757],
  order: [7, 0, 5, 3, 6, 8, 1, 2, 9, 4],
  survival: [1, 1, 1, 1, 0, 0, 0, 0],
};

test('the numbers of stored runs stay what they are', () => {
  const draws = new Draws(1, 'augmentation', 3, 42);
  const drawn = [draws.next(), draws.next(), draws.uniform(), draws.below(10), draws.seed(), draws.next()];
  assert.deepEqual(drawn, golden.draws);
  assert.deepEqual([...epochOrder(10, 1, 1)], golden.order);
  assert.deepEqual([...drawSurvival([0.9, 0.8, 0.7, 0.6, 0.5, 0.5, 0.5, 0.5], 1, 17)], golden.survival);
});

test('the order of an epoch is a permutation that changes with epoch and seed', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 400 }), seed, fc.integer({ min: 1, max: 1000 }), (images, one, epoch) => {
      const order = epochOrder(images, one, epoch);
      assert.deepEqual(
        [...order].sort((a, b) => a - b),
        Array.from({ length: images }, (_, at) => at),
      );
    }),
    { numRuns: 50 },
  );
  const orders = [
    [1, 1],
    [1, 2],
    [2, 1],
  ].map(([one, epoch]) => epochOrder(100, one as number, epoch as number).join());
  assert.equal(new Set(orders).size, 3);
});

test('every image has an even chance of every place', () => {
  const [images, epochs] = [6, 6000];
  const counts = Array.from({ length: images * images }, () => 0);
  for (let epoch = 1; epoch <= epochs; epoch += 1)
    epochOrder(images, 5, epoch).forEach(
      (image, place) => (counts[image * images + place] = (counts[image * images + place] ?? 0) + 1),
    );
  const fair = counts.map(() => epochs / images);
  // Rows and columns add up, so that 25 of the 36 are free; 0.1 % of fair orders lie above 52.6.
  assert.ok((chiSquare(counts, fair) * (images - 1)) / images < 52.6);
});

test('the steps of an epoch take each image at most once, and a small set is repeated within a batch', () => {
  const order = epochOrder(10, 3, 1);
  const steps = [0, 1, 2].map((step) => [...stepImages(order, 3, step)]);
  assert.deepEqual(steps.flat(), [...order.slice(0, 9)]);
  assert.deepEqual([...stepImages(order, 23, 0)], [...order, ...order, ...order.slice(0, 3)]);
});

const chiSquare = (found: readonly number[], wanted: readonly number[]): number =>
  found.reduce((sum, count, at) => sum + (count - (wanted[at] as number)) ** 2 / (wanted[at] as number), 0);

test('blocks survive as often as their probability says, each for itself', () => {
  const [blocks, steps] = [10, 20_000];
  const survival = Array.from({ length: blocks }, (_, at) => 1 - ((at + 1) / blocks) * 0.5);
  const drawn = Array.from({ length: steps }, (_, step) => drawSurvival(survival, 11, step + 1));
  const kept = survival.map((_, block) => drawn.reduce((sum, flags) => sum + (flags[block] as number), 0));
  const single = survival.reduce((sum, probability, block) => {
    const count = kept[block] as number;
    return sum + chiSquare([count, steps - count], [steps * probability, steps * (1 - probability)]);
  }, 0);
  // 10 degrees of freedom; 0.1 % of fair draws lie above 29.6.
  assert.ok(single < 29.6, `${single}`);

  const pairs = survival.slice(1).reduce((sum, probability, block) => {
    const before = survival[block] as number;
    const both = (a: number, b: number) => drawn.filter((flags) => flags[block] === a && flags[block + 1] === b).length;
    return (
      sum +
      chiSquare(
        [both(0, 0), both(0, 1), both(1, 0), both(1, 1)],
        [
          (1 - before) * (1 - probability),
          (1 - before) * probability,
          before * (1 - probability),
          before * probability,
        ].map((share) => share * steps),
      )
    );
  }, 0);
  // 27 degrees of freedom; 0.1 % lie above 55.5.
  assert.ok(pairs < 55.5, `${pairs}`);
});

test('a probability of 1 always survives and one of 0 never does', () => {
  const drawn = Array.from({ length: 1000 }, (_, step) => [...drawSurvival([0, 1], 1, step + 1)]);
  assert.deepEqual(
    drawn,
    drawn.map(() => [0, 1]),
  );
});
