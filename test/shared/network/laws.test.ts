/** What holds for every spec. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { check, checked } from '../../../src-main/shared/network/check.ts';
import { blocksOf, describe, flatSteps, planCost, stepsOf } from '../../../src-main/shared/network/cost.ts';
import { expand } from '../../../src-main/shared/network/expand.ts';
import type { Plan, Step } from '../../../src-main/shared/network/plan.ts';
import { specSchema } from '../../../src-main/shared/network/spec.ts';
import type { Shape } from '../../../src-main/shared/network/spec.ts';
import { parse } from '../../../src-main/shared/schema.ts';
import { anySpec, likelySpec } from './arbitrary.ts';

const images = { input: { height: 64, width: 48, channels: 3 }, classes: 10 };

/** Asserts that each step begins with what the one before it ended with, inside paths, too; returns the end. */
function follow(steps: readonly Step[], start: Shape): Shape {
  return steps.reduce((input, step) => {
    assert.deepEqual(step.input, input, step.name);
    if (step.op !== 'paths') return step.output;
    const ends = step.paths.map((path) => follow(path, input));
    const channels = ends.reduce((sum, end) => sum + end.channels, 0) / (step.join === 'sum' ? ends.length : 1);
    assert.deepEqual(step.output, { ...ends[0], channels }, step.name);
    return step.output;
  }, start);
}

function assertChained(plan: Plan): void {
  let shape = follow(plan.stem, plan.input);
  for (const block of blocksOf(plan)) {
    assert.deepEqual(block.input, shape, block.name);
    const shared = follow(block.before, shape);
    const branch = follow(block.branch, shared);
    if (block.shortcut) assert.deepEqual(follow(block.shortcut, shared), branch, block.name);
    shape = follow(block.after, branch);
    assert.deepEqual(block.output, shape, block.name);
  }
  assert.deepEqual(follow(plan.head, shape), { height: 1, width: 1, channels: plan.classes });
}

test('a spec expands exactly where the check has no problem with it', () => {
  fc.assert(
    fc.property(anySpec, (spec) => {
      const problems = checked(parse(specSchema, spec));
      if (problems.length === 0) assert.doesNotThrow(() => expand(spec));
      else assert.throws(() => expand(spec), { failure: { code: 'network.invalid', details: { ...problems[0] } } });
    }),
    { numRuns: 300 },
  );
});

test('shapes chain from the image to the classes, and names are unique', () => {
  fc.assert(
    fc.property(likelySpec, (spec) => {
      fc.pre(check(spec, images).length === 0);
      const plan = expand(spec, images);
      assertChained(plan);
      const names = [...flatSteps(stepsOf(plan)), ...stepsOf(plan).filter(({ op }) => op === 'paths')].map(
        ({ name }) => name,
      );
      assert.equal(new Set(names).size, names.length);
    }),
    { numRuns: 300 },
  );
});

test('the layers of a description add up to its totals', () => {
  fc.assert(
    fc.property(likelySpec, (spec) => {
      fc.pre(check(spec, images).length === 0);
      const { parameters, macs, layers } = describe(expand(spec, images));
      const sum = (of: (layer: (typeof layers)[number]) => number) =>
        layers.reduce((total, layer) => total + of(layer), 0);
      assert.deepEqual([sum((layer) => layer.parameters), sum((layer) => layer.macs)], [parameters, macs]);
    }),
    { numRuns: 200 },
  );
});

test('the forms a, b and c have equal parameters, statistics and multiply-adds', () => {
  fc.assert(
    fc.property(likelySpec, (spec) => {
      fc.pre(spec.cardinality > 1 && check(spec, images).length === 0);
      const [a, b, c] = (['a', 'b', 'c'] as const).map((form) => planCost(expand({ ...spec, form }, images)));
      assert.deepEqual([a, b], [c, c]);
    }),
    { numRuns: 200 },
  );
});

test('stochastic depth adds no parameter and never raises the expected multiply-adds', () => {
  fc.assert(
    fc.property(likelySpec, (spec) => {
      fc.pre(check(spec, images).length === 0);
      const drawn = describe(expand(spec, images));
      const full = describe(expand({ ...spec, survival: { kind: 'always' } }, images));
      assert.equal(drawn.parameters, full.parameters);
      assert.ok(drawn.expectedMacs <= full.macs);
    }),
    { numRuns: 200 },
  );
});
