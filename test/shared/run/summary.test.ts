import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { summarise } from '../../../src-main/shared/run/summary.ts';
import type { SummaryRule } from '../../../src-main/shared/run/summary.ts';
import type { Points } from '../../../src-main/shared/run/curve.ts';

const curve = (...values: number[]): Points => ({
  steps: Float64Array.from(values, (_, index) => 10 * (index + 1)),
  values: Float64Array.from(values),
});
const loss = curve(3, 1, 2, 1, NaN);
const accuracy = curve(0.25, 0.5, 0.75, 0.625, NaN);

test('each rule picks its number', () => {
  const rules: [SummaryRule, { step: number; value: number }][] = [
    [{ kind: 'last' }, { step: 40, value: 0.625 }],
    [{ kind: 'best' }, { step: 30, value: 0.75 }],
    [
      { kind: 'atBestEpoch', of: { series: 'test/loss', points: loss } },
      { step: 20, value: 0.5 },
    ],
    [
      { kind: 'meanOfLast', count: 3 },
      { step: 40, value: 0.625 },
    ],
    [
      { kind: 'meanOfLast', count: 100 },
      { step: 40, value: 0.53125 },
    ],
  ];
  assert.deepEqual(
    rules.map(([rule]) => summarise('test/accuracy', accuracy, rule)),
    rules.map(([, wanted]) => wanted),
  );
  assert.deepEqual(summarise('test/loss', loss, { kind: 'best' }), { step: 20, value: 1 });
});

test('a curve without numbers has no summary', () => {
  const rules: SummaryRule[] = [
    { kind: 'last' },
    { kind: 'best' },
    { kind: 'atBestEpoch', of: { series: 'test/loss', points: loss } },
    { kind: 'meanOfLast', count: 2 },
  ];
  assert.deepEqual(
    rules.map((rule) => summarise('test/accuracy', curve(NaN, NaN), rule)),
    [null, null, null, null],
  );
});

test('nothing is better than the best, and nothing as good came earlier', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1 }),
      fc.constantFrom('test/loss', 'test/accuracy'),
      (values, series) => {
        const best = summarise(series, curve(...values), { kind: 'best' })!;
        const limit = series === 'test/loss' ? Math.min(...values) : Math.max(...values);
        assert.deepEqual(best, { value: limit, step: 10 * (values.indexOf(limit) + 1) });
      },
    ),
  );
});
