/** The verdict over seeds against scipy's (test/reference/verdict.py made the cases), and what it may not depend on. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { pairedTest, verdictInWords, verdictOf, welchTest } from '../../../src-main/shared/run/verdict.ts';
import type { SeedGroup } from '../../../src-main/shared/run/verdict.ts';
import { criticalT, powerOf, twoSidedTail } from '../../../src-main/shared/studentT.ts';

interface Case {
  readonly method: 'paired' | 'welch';
  readonly first: number[];
  readonly second: number[];
  readonly low: number;
  readonly high: number;
  readonly degrees: number;
  readonly p: number;
  readonly moreSeeds: number | null;
}
const reference = JSON.parse(readFileSync(new URL('../../reference/verdict.json', import.meta.url), 'utf8')) as {
  cases: Case[];
  critical: [number, number][];
  tails: [number, number, number][];
  powers: [number, number, number][];
};

const isNear = (own: number, wanted: number, relative = 1e-9) =>
  Math.abs(own - wanted) <= relative * Math.max(1e-12, Math.abs(wanted));

test('paired and Welch intervals, p and the seeds that are still needed are those of scipy', () => {
  const wrong = reference.cases.filter(({ method, first, second, low, high, degrees, p, moreSeeds }) => {
    const own =
      method === 'paired' ? pairedTest(first.map((value, index) => value - second[index]!)) : welchTest(first, second);
    return !(
      isNear(own.difference - own.margin, low, 1e-7) &&
      isNear(own.difference + own.margin, high, 1e-7) &&
      isNear(own.degrees, degrees) &&
      isNear(own.p, p, 1e-7) &&
      own.moreSeeds === moreSeeds
    );
  });
  assert.deepEqual(wrong, []);
  assert.ok(reference.cases.some(({ moreSeeds }) => moreSeeds !== null && moreSeeds > 0));
});

test('the t-distribution and the power of the test are those of scipy', () => {
  assert.deepEqual(
    [
      reference.critical.filter(([degrees, wanted]) => !isNear(criticalT(0.05, degrees), wanted)),
      reference.tails.filter(([t, degrees, wanted]) => !isNear(twoSidedTail(t, degrees), wanted, 1e-8)),
      reference.powers.filter(
        ([shift, degrees, wanted]) => !isNear(powerOf(shift, degrees, criticalT(0.05, degrees)), wanted, 1e-7),
      ),
    ],
    [[], [], []],
  );
});

const group = (name: string, values: readonly (readonly [number, number])[], data = 'cifar10'): SeedGroup => ({
  name,
  data,
  samples: values.map(([seed, value]) => ({ seed, value })),
});

test('the method is chosen by seeds and split; one seed gives no verdict', () => {
  const a = group('A', [
    [1, 0.9],
    [2, 0.92],
    [3, 0.93],
  ]);
  const b = group('B', [
    [3, 0.9],
    [1, 0.88],
    [2, 0.89],
  ]);
  const methodOf = (one: SeedGroup, two: SeedGroup) => {
    const verdict = verdictOf(one, two);
    return 'test' in verdict ? verdict.test.method : verdict.missing;
  };
  assert.deepEqual(
    [
      methodOf(a, b),
      methodOf(
        a,
        group('C', [
          [1, 0.9],
          [2, 0.92],
          [4, 0.93],
        ]),
      ),
      methodOf(a, { ...b, data: 'cifar100' }),
      methodOf(
        a,
        group('D', [
          [1, 0.9],
          [2, 0.92],
        ]),
      ),
      methodOf(a, group('E', [[1, 0.9]])),
      methodOf(group('F', []), a),
    ],
    [
      'paired',
      'welch',
      'welch',
      'welch',
      'E has one finished seed: a second one shows how much chance moves the result.',
      'F has no finished seed yet.',
    ],
  );
});

test('a verdict in words names the better one, or how many seeds are missing', () => {
  const words = (a: SeedGroup, b: SeedGroup, series: 'test/accuracy' | 'test/loss') =>
    verdictInWords(a, b, series, verdictOf(a, b));
  const good = group('Wide', [
    [1, 0.95],
    [2, 0.952],
    [3, 0.951],
    [4, 0.9495],
  ]);
  const bad = group('Deep', [
    [1, 0.94],
    [2, 0.9425],
    [3, 0.941],
    [4, 0.9405],
  ]);
  const near = group('Twin', [
    [1, 0.951],
    [2, 0.9522],
    [3, 0.95],
    [4, 0.952],
  ]);
  assert.deepEqual(
    [words(good, bad, 'test/accuracy'), words(good, bad, 'test/loss'), words(good, near, 'test/accuracy')],
    [
      'Wide is better by 0.96 ± 0.08 points.',
      'Deep is better by 0.00962 ± 0.000762.',
      words(good, near, 'test/accuracy'),
    ],
  );
  assert.match(
    words(good, near, 'test/accuracy'),
    /^Wide and Twin are not distinguishable yet \(difference 0\.\d+ ± 0\.\d+ points\): about \d+ more seeds for each\.$/,
  );
});

test('the order of seeds has no part in it, and swapping the recipes turns the sign alone', () => {
  const values = fc.uniqueArray(fc.tuple(fc.nat(50), fc.double({ min: 0, max: 1, noNaN: true })), {
    selector: ([seed]) => seed,
    minLength: 2,
    maxLength: 6,
  });
  fc.assert(
    fc.property(values, values, (a, b) => {
      const [one, two] = [group('A', a), group('B', b)];
      const turned = verdictOf(group('B', [...b].reverse()), group('A', [...a].reverse()));
      const verdict = verdictOf(one, two);
      assert.ok('test' in verdict && 'test' in turned);
      assert.ok(
        isNear(verdict.test.difference, -turned.test.difference, 1e-6) || Math.abs(verdict.test.difference) < 1e-12,
      );
      assert.ok(isNear(verdict.test.margin, turned.test.margin, 1e-6) || verdict.test.margin < 1e-12);
      assert.equal(verdict.test.method, turned.test.method);
    }),
    { numRuns: 50 },
  );
});
