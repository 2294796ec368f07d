import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { writeProgram } from '../../../src-main/core/training/program.ts';
import { fitRates } from '../../../src-main/core/training/fitRates.ts';
import { flatSteps, planCost, stepsOf } from '../../../src-main/shared/network/cost.ts';
import { solve, stepSeconds } from '../../../src-main/shared/network/budget.ts';
import { expand } from '../../../src-main/shared/network/expand.ts';
import { cifarResNet } from '../../../src-main/shared/network/families.ts';
import { findPreset, presets } from '../../../src-main/shared/network/presets.ts';
import { predict } from '../../../src-main/shared/network/prediction.ts';
import { graphNodes, secondsFor, workKinds, workOf } from '../../../src-main/shared/network/work.ts';
import type { Rates } from '../../../src-main/shared/network/work.ts';

const rates: Rates = {
  nodes: 5e-6,
  spatial: 6e-12,
  pointwise: 7e-12,
  narrow: 6e-11,
  medium: 9e-12,
  broad: 1e-11,
  traffic: 2.5e-11,
};

const off = (guess: number, found: number) => Math.abs(guess / found - 1);

test('the number of nodes is predicted within 6 % for every preset whose graph is built quickly', () => {
  const found = presets.flatMap(({ name, spec, recipe }) => {
    const plan = expand(spec);
    if (flatSteps(stepsOf(plan)).length > 700) return [];
    const program = writeProgram({
      plan,
      recipe,
      augmentation: { crop: 4, cropFill: 'zero', flip: true, cutout: 0 },
      mean: [127, 127, 127],
      deviation: [64, 64, 64],
      held: [{ name: 'train', images: recipe.batch }],
      evaluationBatch: 64,
    });
    return [{ name, off: off(graphNodes(plan), program.graph.nodes.length) }];
  });
  assert.equal(found.length > 25, true);
  assert.deepEqual(
    found.filter((each) => each.off > 0.06),
    [],
  );
});

test('dense work is three times the multiply-adds; dropped branches are no work in the mean', () => {
  const plan = expand(cifarResNet(110));
  const work = workOf(plan, 10);
  const stem = 3 * 10 * 9 * 3 * 16 * 32 * 32;
  // The stem's three channels cost as much as eight.
  assert.equal(work.spatial + work.pointwise, 3 * 10 * planCost(plan).macs + (stem * 5) / 3);
  const never = workOf(expand(cifarResNet(110, { survival: { kind: 'uniform', value: 0 } })), 10);
  assert.equal(never.spatial, (stem * 8) / 3);
});

test('rates are found again from the times that they explain', () => {
  const specs = ['resnet20', 'wrn-16-4', 'resnext29-8x64d', 'resnext50-32x4d', 'preresnet164', 'resnet56', 'wrn-40-2'];
  const works = [1, 32].flatMap((batch) => specs.map((name) => workOf(expand(findPreset(name).spec), batch)));
  fc.assert(
    fc.property(fc.tuple(...workKinds.map(() => fc.double({ min: 0.2, max: 5, noNaN: true }))), (factors) => {
      const own = Object.fromEntries(workKinds.map((kind, at) => [kind, rates[kind] * factors[at]!])) as Rates;
      const timed = works.map((work) => ({ work, seconds: secondsFor(work, own) }));
      const fitted = fitRates(timed);
      return timed.every(({ work, seconds }) => off(secondsFor(work, fitted), seconds) < 0.02);
    }),
    { numRuns: 20 },
  );
});

test('the suggested batch fits and the next power of two does not; nothing is known without a calibration', () => {
  for (const { spec, recipe } of presets.filter(({ name }) => !name.includes('1202') && !name.includes('1001'))) {
    const plan = expand(spec);
    const device = { kind: 'cpu', freeBytes: 20e9, calibration: null } as const;
    const at = (batch: number) => predict(plan, { ...recipe, batch }, device);
    const { largestBatch, stepSeconds: seconds, imagesPerSecond, runSeconds } = at(1);
    assert.deepEqual([seconds, imagesPerSecond, runSeconds], [null, null, null]);
    assert.deepEqual([at(largestBatch!).fits, at(2 * largestBatch!).fits], [true, false], spec.name);
  }
});

test('a network is brought to the step time of another one', () => {
  const target = stepSeconds(128, rates)(expand(findPreset('resnet56').spec));
  const wider = solve(findPreset('resnet20').spec, 'widen', target, stepSeconds(128, rates));
  const deeper = solve(findPreset('resnet20').spec, 'depth', target, stepSeconds(128, rates));
  assert.equal(deeper?.spec.stages[0]?.blocks, 9);
  assert.ok(wider && Math.abs(wider.error) < 0.05, String(wider?.error));
});
