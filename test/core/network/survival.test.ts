import assert from 'node:assert/strict';
import { test } from 'node:test';
import { residualBlock } from '../../../src-main/core/network/network.ts';
import { blocksOf } from '../../../src-main/shared/network/cost.ts';
import { expand } from '../../../src-main/shared/network/expand.ts';
import type { BlockPlan } from '../../../src-main/shared/network/plan.ts';
import type { Spec, Survival } from '../../../src-main/shared/network/spec.ts';
import { Rig } from '../training/rig.ts';
import { smallSpec } from './specs.ts';
import { Trial } from './trial.ts';
import { relativeError, spread } from './values.ts';
import { referenceSteps } from './reference.ts';

const half: Survival = { kind: 'uniform', value: 0.5 };
const wide: Partial<Spec> = { block: 'preactBasic', dropout: { rate: 0.3, place: 'between' } };

/** The blocks of a small network: an identity, one that halves the map, an identity. */
const blockOf = (changes: Partial<Spec>, index: number): BlockPlan =>
  blocksOf(expand({ ...smallSpec, survival: half, ...changes }))[index - 1] as BlockPlan;

const trialOf = (block: BlockPlan, rectified: boolean): Trial =>
  new Trial({
    input: [4, block.input.height, block.input.width, block.input.channels],
    gated: [block],
    rectified,
    build: (building, input, gates) => residualBlock(building, block, input, gates),
    // What is left of a block that is not computed.
    reference: (input, values) => {
      const h = referenceSteps(block.before, input, values);
      return referenceSteps(block.after, referenceSteps(block.shortcut ?? [], h, values), values);
    },
  });

for (const [name, changes, rectified] of [
  ['post-activation', {}, true],
  ['pre-activation', { block: 'preactBasic' }, false],
] as const) {
  test(`a ${name} identity block that is left out returns its input bit for bit, and passes the gradient on`, () => {
    const trial = trialOf(blockOf(changes, 3), rectified);
    const { output, input } = trial.run([0]);
    trial.close();
    assert.deepEqual(output, trial.input);
    const open = rectified ? trial.weighting.map((value, at) => ((trial.input[at] as number) > 0 ? value : 0)) : null;
    assert.equal(relativeError(input, open ?? trial.weighting), 0);
  });

  for (const shortcut of ['A', 'B', 'C'] as const) {
    test(`a ${name} block that is left out returns ${rectified ? 'the rectified' : 'its'} shortcut ${shortcut}`, () => {
      const trial = trialOf(blockOf({ ...changes, shortcut }, 2), rectified);
      const [ours, theirs] = [trial.run([0]).output, trial.runReference([0]).output];
      trial.close();
      const difference = Math.max(...theirs.map((value, at) => Math.abs(value - (ours[at] as number))));
      assert.ok(difference <= (shortcut === 'A' ? 0 : 2e-6), `${difference}`);
    });
  }

  test(`a ${name} block that is left out keeps its statistics and has zero gradients`, () => {
    const block = blockOf({ ...changes, shortcut: 'B', dropout: { rate: 0.3, place: 'between' } }, 2);
    const trial = trialOf(block, rectified);
    const [gone, there] = [trial.run([0]), trial.run([1])];
    trial.close();
    const ofBranch = new Set(block.branch.map((step) => step.name));
    const inBranch = (name: string) => ofBranch.has(name.replace(/\/[^/]+$/, ''));
    const changed = (outcome: typeof gone) =>
      [...outcome.statistics]
        .filter(([variable, values]) => !equal(values, trial.values.get(variable) as Float32Array))
        .map(([variable]) => variable);
    const moved = (outcome: typeof gone) =>
      [...outcome.gradients].filter(([, values]) => values.some((value) => value !== 0)).map(([variable]) => variable);

    const statistics = [...trial.values.keys()].filter((variable) => /\/(mean|variance)$/.test(variable));
    assert.deepEqual(changed(there).sort(), statistics.sort());
    assert.deepEqual(
      changed(gone),
      statistics.filter((variable) => !inBranch(variable)),
    );
    assert.deepEqual(moved(there).sort(), [...there.gradients.keys()].sort());
    assert.deepEqual(moved(gone).filter(inBranch), []);
  });
}

const equal = (a: Float32Array, b: Float32Array): boolean => Buffer.compare(bytesOf(a), bytesOf(b)) === 0;
const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array) => Buffer.from(buffer, byteOffset, byteLength);

test('weight decay and momentum move the weights of a block that is left out', () => {
  const [learningRate, momentum, weightDecay] = [0.1, 0.9, 0.01];
  for (const nesterov of [true, false]) {
    const rig = new Rig({ ...smallSpec, survival: half }, { momentum, weightDecay, nesterov });
    const name = 'stage2/block2/conv1/filter';
    const count = 9 * 16 * 16;
    const velocity = spread('velocity', count, 0.01);
    rig.assign(new Map([[`velocity/${name}`, velocity]]));
    const before = rig.values().get(name) as Float32Array;
    rig.step(1, [1, 1, 0], learningRate);
    const after = rig.values();
    rig.close();
    const gradient = before.map((weight) => weightDecay * weight);
    const nextVelocity = velocity.map((value, at) => momentum * value + (gradient[at] as number));
    const next = before.map((weight, at) => {
      const [v, g] = [nextVelocity[at] as number, gradient[at] as number];
      return weight - learningRate * (nesterov ? g + momentum * v : v);
    });
    const difference = (found: Float32Array, wanted: Float32Array) =>
      Math.max(...wanted.map((value, at) => Math.abs(value - (found[at] as number))));
    assert.ok(difference(after.get(`velocity/${name}`) as Float32Array, nextVelocity) <= 1e-8);
    assert.ok(difference(after.get(name) as Float32Array, next) <= 1e-7);
  }
});

test('P_l = 1 everywhere writes the graph of the plain network, and open gates compute it bit for bit', () => {
  const certain: readonly Survival[] = [
    { kind: 'linear', last: 1 },
    { kind: 'uniform', value: 1 },
    { kind: 'list', values: [1, 1, 1] },
  ];
  const plain = new Rig({ ...smallSpec, ...wide });
  const nodes = certain.map((survival) => {
    const rig = new Rig({ ...smallSpec, ...wide, survival });
    rig.close();
    return rig.program.graph.nodes;
  });
  assert.deepEqual(
    nodes,
    certain.map(() => plain.program.graph.nodes),
  );

  const gated = new Rig({ ...smallSpec, ...wide, survival: half });
  const trained = [plain, gated].map((rig) => {
    rig.assign();
    for (let step = 1; step <= 3; step += 1) rig.step(step, [1, 1, 1]);
    const hash = rig.session.hash();
    rig.close();
    return hash;
  });
  assert.equal(trained[0], trained[1]);
});

test('evaluation computes ReLU(P · branch + shortcut)', () => {
  const survival: Survival = { kind: 'list', values: [1, 1, 0.3] };
  const evaluationOf = (block: BlockPlan) => {
    const { height, width, channels } = block.input;
    const trial = new Trial({
      input: [4, height, width, channels],
      training: false,
      rectified: true,
      build: (building, input, gates) => residualBlock(building, block, input, gates),
    });
    const output = trial.forward();
    trial.close();
    return { output, input: trial.input };
  };
  const block = blockOf({ survival }, 3);
  const { output: scaled, input } = evaluationOf(block);
  const { output: branch } = evaluationOf({ ...block, survival: 1, shortcut: null, after: [] });
  const wanted = input.map((value, at) => Math.max(0, 0.3 * (branch[at] as number) + value));
  const difference = Math.max(...wanted.map((value, at) => Math.abs(value - (scaled[at] as number))));
  assert.ok(difference <= 1e-6, `${difference}`);
});
