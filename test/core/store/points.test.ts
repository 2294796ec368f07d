import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openStore } from '../../../src-main/core/store/open.ts';
import type { Store } from '../../../src-main/core/store/open.ts';
import { pack, unpack } from '../../../src-main/core/store/packed.ts';
import { cut } from '../../../src-main/shared/run/curve.ts';
import type { Points } from '../../../src-main/shared/run/curve.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { exampleRun } from './example.ts';

const everything = { points: 1_000_000 };

/** A pseudo-random walk of `count` points with steps that are even or not, and some values that are no numbers. */
function walk(count: number, gap: number, seed: number): Points {
  const steps = new Float64Array(count);
  const values = new Float64Array(count);
  let state = seed;
  for (let index = 0; index < count; index++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    steps[index] = (index === 0 ? 0 : steps[index - 1]!) + 1 + (gap > 0 ? state % (gap + 1) : 0);
    values[index] = state % 97 === 0 ? NaN : Math.sin(index / 50) + (state >>> 8) / 2 ** 24;
  }
  return { steps, values };
}

/** Appends in transactions of `batch` points. */
function append(store: Store, id: string, { steps, values }: Points, batch: number): void {
  for (let from = 0; from < steps.length; from += batch) {
    const part = Array.from(steps.subarray(from, from + batch), (step, place) => ({
      series: 'step/loss',
      step,
      value: values[from + place]!,
    }));
    store.appendPoints(id, part);
  }
}

test('points come back as they were, whatever the batches and however many are sealed', (context) => {
  const store = openStore(temporaryFolder(context));
  context.after(() => store.close());
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 3300 }),
      fc.integer({ min: 0, max: 3 }),
      fc.integer({ min: 5, max: 1700 }),
      fc.boolean(),
      (count, gap, batch, sealed) => {
        const { id } = store.addRun(exampleRun());
        const points = walk(count, gap, count);
        append(store, id, points, batch);
        if (sealed) store.sealPoints(id);
        const { steps, values, stored } = store.readCurve(id, 'step/loss', everything);
        assert.deepEqual({ steps, values, stored }, { ...points, stored: count });
      },
    ),
    { numRuns: 20 },
  );
});

test('a range holds the points between its steps, and thinning keeps its first, last, lowest and highest', (context) => {
  const store = openStore(temporaryFolder(context));
  context.after(() => store.close());
  const { id } = store.addRun(exampleRun());
  const points = walk(20_500, 2, 5);
  append(store, id, points, 5000);
  const last = points.steps.at(-1)!;
  fc.assert(
    fc.property(fc.nat(last + 10), fc.nat(last + 10), fc.integer({ min: 4, max: 3000 }), (one, other, most) => {
      const [fromStep, toStep] = [Math.min(one, other), Math.max(one, other)];
      const all = cut(points, fromStep, toStep);
      const curve = store.readCurve(id, 'step/loss', { fromStep, toStep, points: most });
      assert.equal(curve.stored, all.steps.length);
      assert.ok(curve.steps.length <= most);
      if (all.steps.length <= most)
        assert.deepEqual([curve.steps, curve.values], [all.steps.slice(), all.values.slice()]);
      else assert.deepEqual(landmarks(curve), landmarks(all));
    }),
    { numRuns: 100 },
  );
});

function landmarks({ steps, values }: Points): number[] {
  const numbers = Array.from(values).filter((value) => !Number.isNaN(value));
  return [steps[0]!, values[0]!, steps.at(-1)!, values.at(-1)!, Math.min(...numbers), Math.max(...numbers)];
}

test('every returned point was stored', (context) => {
  const store = openStore(temporaryFolder(context));
  context.after(() => store.close());
  const { id } = store.addRun(exampleRun());
  const points = walk(9000, 1, 2);
  append(store, id, points, 9000);
  const at = new Map(Array.from(points.steps, (step, index) => [step, points.values[index]]));
  for (const most of [4, 50, 700, 5000]) {
    const { steps, values } = store.readCurve(id, 'step/loss', { points: most });
    assert.deepEqual(
      Array.from(values),
      Array.from(steps, (step) => at.get(step)),
    );
    assert.deepEqual(steps, steps.slice().sort());
  }
});

test('a run that was sealed goes on', (context) => {
  const home = temporaryFolder(context);
  const points = walk(2500, 0, 1);
  const part = (from: number, to: number): Points => ({
    steps: points.steps.slice(from, to),
    values: points.values.slice(from, to),
  });
  const first = openStore(home);
  const { id } = first.addRun(exampleRun());
  append(first, id, part(0, 1300), 100);
  first.sealPoints(id);
  append(first, id, part(1300, 1400), 100);
  first.close();
  const second = openStore(home);
  context.after(() => second.close());
  append(second, id, part(1400, 2500), 300);
  const { steps, values } = second.readCurve(id, 'step/loss', everything);
  assert.deepEqual({ steps, values }, points);
  assert.throws(() => append(second, id, part(0, 1), 1), /Step 1 of step\/loss is not after step/);
});

test('what is not finite is a gap; a step written twice has its last value', (context) => {
  const store = openStore(temporaryFolder(context));
  context.after(() => store.close());
  const { id } = store.addRun(exampleRun());
  const values = [1, Infinity, -Infinity, NaN, null];
  store.appendPoints(
    id,
    values.map((value, step) => ({ series: 'test/loss', step, value })),
  );
  store.appendPoints(id, [{ series: 'test/loss', step: 0, value: 2 }]);
  assert.deepEqual(store.readCurve(id, 'test/loss', everything).values, Float64Array.of(2, NaN, NaN, NaN, NaN));
  store.sealPoints(id);
  assert.deepEqual(store.readCurve(id, 'test/loss', everything).values, Float64Array.of(2, NaN, NaN, NaN, NaN));
});

test('a series without points is an empty curve', (context) => {
  const store = openStore(temporaryFolder(context));
  context.after(() => store.close());
  const { id } = store.addRun(exampleRun());
  const nothing = { run: id, series: 'test/loss', steps: new Float64Array(0), values: new Float64Array(0), stored: 0 };
  assert.deepEqual(store.readCurve(id, 'test/loss', everything), nothing);
});

test('packing loses nothing, and singles take half the room', () => {
  const value = fc.oneof(fc.double(), fc.float(), fc.constant(NaN));
  const step = fc.oneof(fc.nat(5000), fc.integer({ min: 0, max: 2 ** 40 }));
  fc.assert(
    fc.property(fc.array(fc.tuple(step, value), { minLength: 1, maxLength: 40 }), fc.nat(7), (pairs, offset) => {
      const points = {
        steps: Float64Array.from(pairs, ([at]) => at).sort(),
        values: Float64Array.from(pairs, ([, number]) => number),
      };
      const blob = pack(points);
      const shifted = new Uint8Array(blob.length + 8).subarray(offset, offset + blob.length);
      shifted.set(blob);
      assert.deepEqual(unpack(shifted), points);
    }),
  );
  const steps = Float64Array.from({ length: 1000 }, (_, index) => index * 3);
  assert.deepEqual(
    [
      pack({ steps, values: steps.map(Math.fround) }).length,
      pack({ steps, values: steps.map((number) => number / 7) }).length,
    ],
    [4024, 8024],
  );
});
