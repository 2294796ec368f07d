import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Tensor } from '@tensorflow/tfjs';
import { blocksOf } from '../../../src-main/shared/network/cost.ts';
import { expand } from '../../../src-main/shared/network/expand.ts';
import type { Spec } from '../../../src-main/shared/network/spec.ts';
import { wordsOf } from '../../../src-main/core/training/session.ts';
import { tf } from '../network/engine.ts';
import { families, smallSpec } from '../network/specs.ts';
import { referenceBlock, referenceNetwork, referenceSteps } from '../network/reference.ts';
import type { ReferenceOptions } from '../network/reference.ts';
import { relativeError } from '../network/values.ts';
import { Rig } from './rig.ts';

interface Seen {
  readonly gradientNorm: number;
  readonly topFive: number;
  readonly ofBlocks: readonly number[];
  readonly ratios: readonly number[];
}

const normOf = (tensor: Tensor): number => Math.hypot(...tensor.dataSync());

/** What a step of a rig should see, by eager tfjs alone. @param dropped names of blocks that the step leaves out. */
function reference(
  spec: Spec,
  rig: Rig,
  values: ReadonlyMap<string, Float32Array>,
  dropped: ReadonlySet<string>,
): Seen {
  const plan = expand(spec);
  const { bytes, labels } = rig.images(1);
  const { height, width, channels } = plan.input;
  tf.engine().startScope();
  const images = tf.tensor(
    Float32Array.from(bytes, (byte) => (byte - 127.5) / 127.5),
    [labels.length, height, width, channels],
  );
  const kept = rig.program.variables.all;
  const tensors = kept.map(({ variable: { name, shape } }) => tf.tensor(values.get(name) as Float32Array, [...shape]));
  const optionsOf = (variables: readonly Tensor[]): ReferenceOptions => ({
    training: true,
    dropped,
    values: new Map(kept.map(({ variable }, at) => [variable.name, variables[at] as Tensor])),
  });
  const logits = referenceNetwork(plan, images, optionsOf(tensors));
  const learned = kept.flatMap(({ role }, at) => (role === 'statistic' ? [] : [at]));
  const gradients = tf.grads((...chosen: Tensor[]) => {
    const all = [...tensors];
    learned.forEach((at, place) => (all[at] = chosen[place] as Tensor));
    const hot = tf.oneHot(tf.tensor(labels, [labels.length], 'int32'), plan.classes);
    const loss = tf.losses.softmaxCrossEntropy(hot, referenceNetwork(plan, images, optionsOf(all)));
    return chosen.reduce((sum, variable) => tf.add(sum, tf.mul(tf.sum(variable), 0)), loss as Tensor);
  })(learned.map((at) => tensors[at] as Tensor));
  const norms = new Map(learned.map((at, place) => [kept[at]!.variable.name, normOf(gradients[place] as Tensor)]));

  const options = optionsOf(tensors);
  let x = referenceSteps(plan.stem, images, options);
  const ratios = blocksOf(plan).map((block) => {
    const h = referenceSteps(block.before, x, options);
    x = referenceBlock(block, x, options);
    if (!block.shortcut || dropped.has(block.name)) return NaN;
    return normOf(referenceSteps(block.branch, h, options)) / normOf(referenceSteps(block.shortcut, h, options));
  });
  const scores = logits.arraySync() as number[][];
  const ranks = scores.map((row, at) => row.filter((score) => score > row[labels[at] as number]!).length);
  tf.engine().endScope();
  return {
    gradientNorm: Math.hypot(...norms.values()),
    topFive: ranks.filter((rank) => rank < 5).length / ranks.length,
    ofBlocks: blocksOf(plan).map(({ name }) =>
      dropped.has(name)
        ? NaN
        : Math.hypot(...[...norms].filter(([variable]) => variable.startsWith(`${name}/`)).map(([, norm]) => norm)),
    ),
    ratios,
  };
}

const look = (rig: Rig, survival: Int32Array | null, looks: boolean) => {
  const { bytes, labels } = rig.images(1);
  return rig.session.train({
    images: { words: wordsOf(bytes), labels },
    choice: null,
    learningRate: 0.05,
    survival,
    seed: [0, 0],
    look: looks,
  });
};

/** Relative, with NaN in the same places. */
function near(found: readonly number[], wanted: readonly number[], tolerance = 1e-4): void {
  assert.deepEqual(found.map(Number.isNaN), wanted.map(Number.isNaN));
  const numbers = (values: readonly number[]) => values.filter((value) => !Number.isNaN(value));
  if (numbers(wanted).length > 0)
    assert.ok(relativeError(numbers(found), numbers(wanted)) < tolerance, `${found}, not ${wanted}`);
}

const half = { kind: 'uniform', value: 0.5 } as const;

for (const [name, changes, flags] of [
  ['every block there', { shortcut: 'B', survival: half }, [1, 1, 1]],
  ['a block left out', { shortcut: 'B', survival: half }, [1, 0, 1]],
  ['every block left out', { survival: half }, [0, 0, 0]],
  ['blocks without gates', {}, []],
  ['blocks without a shortcut', families['basic, no shortcut'], []],
  ['pre-activation blocks', { ...families['pre-activation basic, shortcut B'], survival: half }, [0, 1, 1]],
  ['grouped blocks', families['ResNeXt, form c'], []],
] as const) {
  test(`norms of gradients and branches are those of eager tfjs: ${name}`, () => {
    const spec = { ...smallSpec, classes: 7, ...changes } as Spec;
    const rig = new Rig(spec, { batch: 6 });
    rig.assign();
    const values = rig.values();
    const dropped = new Set(rig.program.train.gated.filter((_, at) => flags[at] === 0).map((block) => block.name));
    const wanted = reference(spec, rig, values, dropped);
    const found = look(rig, flags.length > 0 ? Int32Array.from(flags) : null, true);
    rig.close();
    near([found.gradientNorm as number, found.topFive as number], [wanted.gradientNorm, wanted.topFive]);
    near([...found.blocks!.gradientNorm], wanted.ofBlocks);
    near([...found.blocks!.ratio], wanted.ratios, 1e-6);
  });
}

test('a step that does not look sees the norm of all gradients alone', () => {
  const rig = new Rig({ ...smallSpec, survival: half });
  rig.assign();
  const [seen, unseen] = [true, false].map((looks) => {
    rig.assign();
    return look(rig, Int32Array.of(0, 1, 0), looks);
  });
  rig.close();
  assert.equal(unseen?.blocks, null);
  assert.ok(seen?.blocks && unseen?.gradientNorm === seen.gradientNorm && unseen.topFive === null);
});
