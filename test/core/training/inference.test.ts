import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeCheckpoint } from '../../../src-main/core/training/checkpoint.ts';
import { TrainedNetwork } from '../../../src-main/core/training/inference.ts';
import { beginning } from '../../../src-main/core/training/progress.ts';
import { blocksOf } from '../../../src-main/shared/network/cost.ts';
import { expand } from '../../../src-main/shared/network/expand.ts';
import type { Spec } from '../../../src-main/shared/network/spec.ts';
import type { Recipe } from '../../../src-main/shared/recipe.ts';
import { engine, scratch } from '../network/engine.ts';
import { smallSpec } from '../network/specs.ts';
import { Rig } from './rig.ts';

const batch = 4;

/** A rig after a few steps, its checkpoint, and the trained network that comes of it. */
function trained(spec: Spec, changes: Partial<Recipe> = {}) {
  const rig = new Rig(spec, { batch, ...changes });
  rig.assign();
  const flags = rig.program.train.gated.map(() => 1);
  for (let step = 1; step <= 3; step++) rig.step(step, flags);
  const folder = mkdtempSync(join(scratch, 'inference-'));
  const checkpoint = writeCheckpoint(folder, rig.program, rig.session.save(), beginning('run', batch)).file;
  const plan = expand(spec);
  const recipe = { normalisation: 'scale', averageDecay: changes.averageDecay ?? null } as const;
  const channels = Array<number>(plan.input.channels).fill(0);
  const options = { plan, recipe, mean: channels, deviation: channels, batch: 3, checkpoint };
  return { rig, plan, network: new TrainedNetwork(engine.binding, options, scratch) };
}

/** Rows of a softmax in double precision. */
function softmax(logits: Float32Array, classes: number): number[] {
  return Array.from({ length: logits.length / classes }, (_, row) => {
    const own = [...logits.subarray(row * classes, (row + 1) * classes)].map(Math.exp);
    const total = own.reduce((sum, value) => sum + value, 0);
    return own.map((value) => value / total);
  }).flat();
}

const furthest = (found: Float32Array, wanted: readonly number[]) =>
  found.length === wanted.length ? Math.max(...wanted.map((value, at) => Math.abs(value - found[at]!))) : Infinity;

for (const [name, spec, changes] of [
  ['basic blocks', smallSpec, {}],
  ['stochastic depth', { ...smallSpec, survival: { kind: 'uniform', value: 0.5 } }, {}],
  ['averaged weights', { ...smallSpec, block: 'preactBasic' }, { averageDecay: 0.5 }],
  ['a plain net', { ...smallSpec, shortcut: 'none' }, {}],
] as const satisfies readonly (readonly [string, Spec, Partial<Recipe>])[]) {
  test(`a checkpoint predicts what evaluation sees: ${name}`, () => {
    const { rig, plan, network } = trained(spec, changes);
    const size = plan.input.height * plan.input.width * plan.input.channels;
    const { bytes } = rig.images(9);
    const wanted = softmax(rig.evaluate(9), plan.classes);
    const found = network.predict(bytes.slice(0, batch * size));
    network.close();
    rig.close();
    assert.ok(furthest(found, wanted) < 1e-6, `${furthest(found, wanted)}`);
  });
}

test('a block whose branch does not count passes its shortcut on', () => {
  const { rig, plan, network } = trained({ ...smallSpec, stages: [{ blocks: 2, width: 8, stride: 1 }] });
  const size = plan.input.height * plan.input.width * plan.input.channels;
  const pixels = rig.images(9).bytes.slice(0, batch * size);
  const whole = network.predict(pixels);
  const without = [0, 1].map((left) =>
    network.predict(pixels, Float32Array.of(left === 0 ? 0 : 1, left === 1 ? 0 : 1)),
  );
  const both = network.predict(pixels, Float32Array.of(1, 1));
  assert.deepEqual([both, blocksOf(plan).length], [whole, 2]);
  for (const other of without) assert.ok(furthest(other, [...whole]) > 1e-4);
  assert.ok(furthest(without[0]!, [...without[1]!]) > 1e-4);
  network.close();
  rig.close();
});
