import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { elements } from '../../src-main/core/graph/tensor.ts';
import { writeProgram } from '../../src-main/core/training/program.ts';
import type { ProgramOptions } from '../../src-main/core/training/program.ts';
import { check } from '../../src-main/shared/network/check.ts';
import { blocksOf, describe, flatSteps, stepsOf } from '../../src-main/shared/network/cost.ts';
import { expand } from '../../src-main/shared/network/expand.ts';
import { findPreset } from '../../src-main/shared/network/presets.ts';
import type { Spec } from '../../src-main/shared/network/spec.ts';
import { defaultRecipe } from '../../src-main/shared/recipe.ts';
import { likelySpec } from '../shared/network/arbitrary.ts';

const fill = { input: { height: 32, width: 24, channels: 3 }, classes: 7 };

/** The whole training program of a spec, without a session. */
function programOf(spec: Spec, options: Partial<ProgramOptions> = {}) {
  const plan = expand(spec, fill);
  const program = writeProgram({
    plan,
    recipe: { ...defaultRecipe, batch: 2 },
    augmentation: { crop: 4, cropFill: 'zero', flip: true, cutout: 0 },
    mean: Array<number>(plan.input.channels).fill(127),
    deviation: Array<number>(plan.input.channels).fill(60),
    held: [],
    evaluationBatch: 2,
    ...options,
  });
  return { plan, program };
}

const size = (variables: readonly { readonly variable: { readonly shape: readonly number[] } }[]) =>
  variables.reduce((sum, { variable }) => sum + elements(variable.shape), 0);

test('the variables of the graph are the parameters and buffers of the plan, for any network that can be built', () => {
  const valid = likelySpec.filter((spec) => check(spec, fill).length === 0);
  const agrees = fc.property(valid, (spec) => {
    const { plan, program } = programOf(spec);
    const { parameters, buffers } = describe(plan);
    const { all, learned } = program.variables;
    assert.deepEqual([size(learned), size(all) - size(learned)], [parameters, buffers]);

    const steps = new Set(flatSteps(stepsOf(plan)).map(({ name }) => name));
    const homeless = all.filter(({ variable }) => !steps.has(variable.name.replace(/\/[^/]+$/, '')));
    assert.deepEqual(homeless, []);
    assert.equal(new Set(all.map(({ variable }) => variable.name)).size, all.length);
  });
  fc.assert(agrees, { numRuns: 60 });
});

test('a training step has a gate for each block that may be left out, in their order', () => {
  const valid = likelySpec.filter((spec) => check(spec, fill).length === 0);
  const agrees = fc.property(valid, (spec) => {
    const { plan, program } = programOf(spec);
    const uncertain = blocksOf(plan).filter(({ survival, shortcut }) => survival < 1 && shortcut);
    assert.deepEqual(
      program.train.gated.map(({ name }) => name),
      uncertain.map(({ name }) => name),
    );
    assert.deepEqual(program.train.survival?.shape ?? [0], [uncertain.length]);
    assert.equal(program.train.always + uncertain.length, blocksOf(plan).length);
  });
  fc.assert(agrees, { numRuns: 30 });
});

for (const name of [
  'resnet20',
  'resnet110-sd',
  'wrn-16-4',
  'preresnet164',
  'resnext29-8x64d',
  'resnet50',
  'wide-resnet50-2',
]) {
  test(`the graph of ${name} holds its parameters twice for training: as weights and as velocities`, () => {
    const { spec } = findPreset(name);
    const plan = expand(spec);
    const { program } = programOf(spec, { plan, mean: [127, 127, 127], deviation: [60, 60, 60] });
    const { parameters, buffers } = describe(plan);
    const saved = program.snapshot.chunks.reduce((sum, { values }) => sum + values, 0);
    assert.deepEqual([size(program.variables.learned), saved], [parameters, 2 * parameters + buffers]);
  });
}
