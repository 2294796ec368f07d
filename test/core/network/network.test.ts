import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { network, residualBlock } from '../../../src-main/core/network/network.ts';
import { check } from '../../../src-main/shared/network/check.ts';
import { blocksOf } from '../../../src-main/shared/network/cost.ts';
import { expand } from '../../../src-main/shared/network/expand.ts';
import type { BlockPlan, Plan } from '../../../src-main/shared/network/plan.ts';
import { likelySpec } from '../../shared/network/arbitrary.ts';
import { againstDifferences, againstReference } from './agreement.ts';
import { referenceBlock, referenceNetwork } from './reference.ts';
import { families, smallSpec } from './specs.ts';
import { Trial } from './trial.ts';
import type { TrialOptions } from './trial.ts';
import { relativeError } from './values.ts';

const trialOfNetwork = (plan: Plan, batch: number, options: Partial<TrialOptions> = {}) =>
  new Trial({
    input: [batch, plan.input.height, plan.input.width, plan.input.channels],
    gated: blocksOf(plan).filter(({ survival, shortcut }) => survival < 1 && shortcut),
    build: (building, input, gates) => network(building, plan, input, gates),
    reference: (images, values) => referenceNetwork(plan, images, values),
    ...options,
  });

/** Families share blocks; each is tried once. */
const tried = new Set<string>();
function isNew(block: BlockPlan): boolean {
  const known = tried.size;
  return tried.add(JSON.stringify(block)).size > known;
}

for (const [name, changes] of Object.entries(families)) {
  test(`${name}: every block has the gradients of eager differentiation, computed or left out`, (context) => {
    const survival = changes.shortcut === 'none' ? smallSpec.survival : ({ kind: 'uniform', value: 0.5 } as const);
    for (const block of blocksOf(expand({ ...smallSpec, ...changes, survival })).filter(isNew)) {
      const { height, width, channels } = block.input;
      const trial = new Trial({
        input: [4, height, width, channels],
        gated: block.shortcut ? [block] : [],
        build: (building, input, gates) => residualBlock(building, block, input, gates),
        reference: (input, values) => referenceBlock(block, input, values),
      });
      const [there, gone] = [againstReference(trial, [1]), againstReference(trial, [0])];
      const difference = againstDifferences(trial);
      trial.close();
      context.diagnostic(
        `${block.name}: ${there.error.toExponential(1)} (${there.what}), left out ${gone.error.toExponential(1)}, differences ${difference.toExponential(1)}`,
      );
      assert.ok(there.error <= 1e-4, `${block.name}, ${there.what}: ${there.error}`);
      assert.ok(gone.error <= 1e-4, `${block.name} left out, ${gone.what}: ${gone.error}`);
      assert.ok(difference <= 1e-2, `${block.name}, finite differences: ${difference}`);
    }
  });

  test(`${name}: a small network has the gradients of eager differentiation, and its evaluation`, (context) => {
    const plan = expand({ ...smallSpec, ...changes });
    const trial = trialOfNetwork(plan, 4);
    const { what, error } = againstReference(trial);
    const difference = againstDifferences(trial);
    trial.close();
    const evaluation = evaluationError(plan, 4);
    context.diagnostic(
      `${error.toExponential(1)} (${what}), differences ${difference.toExponential(1)}, evaluation ${evaluation.toExponential(1)}`,
    );
    assert.ok(error <= 1e-4, `${what}: ${error}`);
    assert.ok(difference <= 1e-2, `finite differences: ${difference}`);
    assert.ok(evaluation <= 1e-5, `evaluation: ${evaluation}`);
  });
}

/** Relative error of the logits with running statistics and branches scaled by their survival. */
function evaluationError(plan: Plan, batch: number): number {
  const trial = trialOfNetwork(plan, batch, { training: false, gated: [] });
  const error = relativeError(trial.forward(), trial.runReference().output);
  trial.close();
  return error;
}

test('any network, whichever blocks it leaves out, has the gradients of eager differentiation', (context) => {
  const fill = { input: { height: 14, width: 12, channels: 2 }, classes: 3 };
  const small = likelySpec
    .map((spec) => ({
      ...spec,
      input: null,
      classes: null,
      stages: spec.stages.map((s) => ({ ...s, width: s.width / 4 })),
    }))
    .map((spec) => ({ ...spec, pathWidth: spec.pathWidth < 64 ? 32 : 64 }))
    .filter((spec) => check(spec, fill).length === 0);
  const flags = fc.array(fc.constantFrom(0, 1), { minLength: 12, maxLength: 12 });
  let largest = 0;
  const agrees = fc.property(small, flags, (spec, drawn) => {
    const plan = expand(spec, fill);
    const trial = trialOfNetwork(plan, 8);
    const { what, error } = againstReference(trial, drawn);
    trial.close();
    const evaluation = evaluationError(plan, 8);
    largest = Math.max(largest, error, evaluation);
    assert.ok(error <= 1e-4, `${what}: ${error}`);
    assert.ok(evaluation <= 1e-5, `evaluation: ${evaluation}`);
  });
  fc.assert(agrees, { numRuns: 10, seed: 20151210, endOnFailure: true });
  context.diagnostic(`at most ${largest.toExponential(1)}`);
});
