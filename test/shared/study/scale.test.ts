/** Studies cut to a budget: the question stays, and the time is what was asked for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { check } from '../../../src-main/shared/network/check.ts';
import { planCost } from '../../../src-main/shared/network/cost.ts';
import { expand } from '../../../src-main/shared/network/expand.ts';
import { workKinds } from '../../../src-main/shared/network/work.ts';
import type { Rates } from '../../../src-main/shared/network/work.ts';
import { parse } from '../../../src-main/shared/schema.ts';
import { paceOf, usualRates } from '../../../src-main/shared/study/pace.ts';
import { builtInKinds, studyPlanSchema } from '../../../src-main/shared/study/plan.ts';
import { scaleStudy } from '../../../src-main/shared/study/scale.ts';
import type { StudyData } from '../../../src-main/shared/study/scale.ts';

const side = fc.constantFrom(8, 16, 28, 32, 64, 96);
const data: fc.Arbitrary<StudyData> = fc
  .record({
    side,
    channels: fc.constantFrom(1, 3),
    classes: fc.integer({ min: 2, max: 200 }),
    images: fc.integer({ min: 500, max: 60_000 }),
  })
  .map(({ side: size, channels, classes, images }) => ({
    image: { height: size, width: size, channels },
    classes: Array.from({ length: classes }, (_, at) => `class ${at}`),
    splits: [
      { name: 'train', images },
      { name: 'test', images: Math.ceil(images / 5) },
    ],
  })) as fc.Arbitrary<StudyData>;
/** Devices a hundred times as fast and as slow as the usual one, each kind of work by its own factor. */
const pace = fc
  .record(Object.fromEntries(workKinds.map((kind) => [kind, fc.double({ min: -2, max: 2, noNaN: true })])))
  .map((powers) =>
    paceOf(Object.fromEntries(workKinds.map((kind) => [kind, usualRates[kind] * 10 ** powers[kind]!])) as Rates),
  );
const budget = fc.oneof(fc.constant(null), fc.double({ min: 60, max: 1e6, noNaN: true }));
const kind = fc.constantFrom(...builtInKinds);

test('at every budget, on any data, arms that are to cost the same do so within 3 %, and every arm can be built', () => {
  fc.assert(
    fc.property(kind, data, budget, pace, (asked, images, seconds, speed) => {
      const { plan } = scaleStudy(asked, images, seconds, speed);
      assert.deepEqual(
        plan.arms.flatMap(({ spec }) => check(spec)),
        [],
      );
      const costs = new Map(plan.arms.map(({ name, spec }) => [name, planCost(expand(spec))]));
      assert.equal(costs.size, plan.arms.length);
      assert.ok(plan.claims.every(({ first, second }) => costs.has(first.arm) && costs.has(second.arm)));
      for (const group of plan.equal?.groups ?? []) {
        const own = group.map((name) => costs.get(name)![plan.equal!.measure]);
        assert.ok(Math.max(...own) / Math.min(...own) < 1.03, `${asked}: ${group.join(', ')} cost ${own.join(', ')}`);
      }
      if (asked === 'halfDepth') {
        const [aggregated, deep] = plan.arms.map(({ name }) => costs.get(name)!.parameters);
        assert.ok(deep! > aggregated!);
      }
      // What is stored is read again.
      assert.deepEqual(parse(studyPlanSchema, JSON.parse(JSON.stringify(plan))), plan);
    }),
    { numRuns: 80 },
  );
});

test('the question is the same at every budget: as many claims, of the same kinds', () => {
  const images: StudyData = {
    image: { height: 32, width: 32, channels: 3 },
    classes: Array.from({ length: 10 }, (_, at) => String(at)),
    splits: [
      { name: 'train', images: 4000 },
      { name: 'test', images: 1000 },
    ],
  } as unknown as StudyData;
  const speed = paceOf(usualRates);
  for (const asked of builtInKinds.filter((each) => each !== 'wide')) {
    const says = (seconds: number | null) =>
      scaleStudy(asked, images, seconds, speed).plan.claims.map(({ says: word, first }) => `${word} ${first.measure}`);
    for (const seconds of [60, 600, 3600, 36_000]) assert.deepEqual(says(seconds), says(null), asked);
  }
});

test('a budget that has room for a study is not exceeded, and a larger one never makes it smaller', () => {
  fc.assert(
    fc.property(kind, data, fc.double({ min: 600, max: 1e5, noNaN: true }), pace, (asked, images, seconds, speed) => {
      const [small, large] = [seconds, 4 * seconds].map((each) => scaleStudy(asked, images, each, speed));
      if (small!.plan.rung!.at > 0) assert.ok(small!.seconds <= seconds);
      assert.ok(large!.plan.rung!.at >= small!.plan.rung!.at);
    }),
    { numRuns: 25 },
  );
});
