/** The mean of seeds with its band, and that smoothing, cutting and thinning never move a drawn point. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bandOf, thinBand } from '../../../src-main/shared/run/band.ts';
import { cut, smooth, thin } from '../../../src-main/shared/run/curve.ts';
import type { Points } from '../../../src-main/shared/run/curve.ts';

const curve = (values: readonly number[], distance = 10): Points => ({
  steps: Float64Array.from(values, (_, index) => (index + 1) * distance),
  values: Float64Array.from(values),
});

test('mean, deviation, error and 95 % interval of three seeds; a seed that lags counts as far as it got', () => {
  const curves = [curve([1, 2, NaN]), curve([2, 4, 6]), curve([3])];
  const { steps, mean, members } = bandOf(curves, 'deviation');
  const margins = (spread: 'deviation' | 'error' | 'interval') =>
    [...bandOf(curves, spread).margin].map((value) => Number(value.toFixed(4)));
  assert.deepEqual(
    [[...steps], [...mean], [...members], margins('deviation'), margins('error'), margins('interval')],
    [
      [10, 20, 30],
      [2, 3, 6],
      [3, 2, 1],
      [1, 1.4142, NaN],
      [0.5774, 1, NaN],
      [2.4841, 12.7062, NaN],
    ],
  );
});

const values = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 300 });

test('the order of seeds changes nothing, and a seed beside its twin has no band', () => {
  fc.assert(
    fc.property(fc.array(values, { minLength: 2, maxLength: 4 }), (all) => {
      const [band, turned] = [
        bandOf(
          all.map((own) => curve(own)),
          'error',
        ),
        bandOf(all.map((own) => curve(own)).reverse(), 'error'),
      ];
      assert.deepEqual([band.steps, band.members], [turned.steps, turned.members]);
      assert.ok(band.mean.every((mean, index) => Math.abs(mean - turned.mean[index]!) < 1e-9));
      const twins = bandOf([curve(all[0]!), curve(all[0]!)], 'deviation');
      assert.ok(twins.margin.every((margin) => margin < 1e-6));
    }),
  );
});

test('a thinned band keeps the lowest, highest, first and last mean', () => {
  fc.assert(
    fc.property(values, values, fc.integer({ min: 4, max: 40 }), (a, b, most) => {
      const band = bandOf([curve(a), curve(b)], 'deviation');
      const thinner = thinBand(band, most);
      assert.ok(thinner.steps.length <= Math.max(most, 4));
      const extent = (mean: Float64Array) => [Math.min(...mean), Math.max(...mean), mean[0], mean.at(-1)];
      assert.deepEqual(extent(thinner.mean), extent(band.mean));
    }),
  );
});

test('the smoothed value that is drawn at a step is the same at every zoom, thinning and length of the run', () => {
  fc.assert(
    fc.property(
      values,
      fc.double({ min: 0, max: 0.99, noNaN: true }),
      fc.nat(3000),
      fc.nat(3000),
      fc.integer({ min: 4, max: 60 }),
      fc.integer({ min: 1, max: 300 }),
      (own, weight, one, other, most, length) => {
        const drawn = (points: Points, from: number, to: number) =>
          thin(cut({ steps: points.steps, values: smooth(points.values, weight) }, from, to), most);
        const whole = curve(own);
        const all = new Map([...whole.steps].map((step, index) => [step, smooth(whole.values, weight)[index]]));
        // As it was while the run had fewer points, seen from anywhere.
        const early = curve(own.slice(0, length));
        for (const { steps, values: seen } of [
          drawn(whole, Math.min(one, other), Math.max(one, other)),
          drawn(early, 0, Infinity),
        ])
          steps.forEach((step, index) => assert.equal(seen[index], all.get(step)));
      },
    ),
  );
});
