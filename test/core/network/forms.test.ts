import assert from 'node:assert/strict';
import { test } from 'node:test';
import { residualBlock } from '../../../src-main/core/network/network.ts';
import { divide } from '../../../src-main/core/network/paths.ts';
import { blocksOf } from '../../../src-main/shared/network/cost.ts';
import { expand } from '../../../src-main/shared/network/expand.ts';
import type { BlockPlan } from '../../../src-main/shared/network/plan.ts';
import type { Spec } from '../../../src-main/shared/network/spec.ts';
import { Rig } from '../training/rig.ts';
import { pathValues } from './forms.ts';
import { smallSpec } from './specs.ts';
import { Trial } from './trial.ts';
import type { Outcome } from './trial.ts';
import { relativeError } from './values.ts';

const cardinality = 4;
/** One block of four paths, which halves the map and projects its shortcut. */
const spec: Spec = {
  ...smallSpec,
  stages: [{ blocks: 1, width: 16, stride: 2 }],
  block: 'bottleneck',
  shortcut: 'B',
  strideIn: 'spatial',
  cardinality,
  pathWidth: 32,
};
const separate = ['a', 'b'] as const;

const trialOf = (form: Spec['form']): Trial => {
  const block = blocksOf(expand({ ...spec, form }))[0] as BlockPlan;
  const { height, width, channels } = block.input;
  return new Trial({
    input: [4, height, width, channels],
    build: (building, input, gates) => residualBlock(building, block, input, gates),
  });
};

/** Values of form c with their shapes, laid out as another form's. */
function divided(c: Trial, parts: Trial, values: ReadonlyMap<string, Float32Array>): Map<string, Float32Array> {
  const whole = c.kept.flatMap(({ variable: { name, shape } }) => {
    const own = values.get(name);
    return own ? [[name, { shape, values: own }] as const] : [];
  });
  const there = new Map(whole);
  const wanted = parts.kept.filter(({ variable }) => there.has(variable.name.replace(/\/path\d+\//, '/')));
  return divide(wanted, there);
}

test('the branch of a block has 3C convolutions in form a, 2C + 1 in b and 3 in c, and its projection one more', () => {
  const counts = (['a', 'b', 'c'] as const).map((form) => {
    const trial = trialOf(form);
    trial.close();
    return trial.graph.nodes.filter(({ op }) => op === 'Conv2D').length - 1;
  });
  assert.deepEqual(counts, [3 * cardinality, 2 * cardinality + 1, 3]);
});

for (const form of separate) {
  test(`form ${form} has the outputs, gradients and statistics of form c`, (context) => {
    const [c, other] = [trialOf('c'), trialOf(form)];
    const whole = c.run();
    const parts = other.run([], divided(c, other, c.values));
    const laidOut: Outcome = {
      ...whole,
      gradients: divided(c, other, whole.gradients),
      statistics: divided(c, other, whole.statistics),
    };
    const output = Math.max(...whole.output.map((value, at) => Math.abs(value - (parts.output[at] ?? NaN))));
    const errors = [...laidOut.gradients].map(([name, value]) => relativeError(parts.gradients.get(name) ?? [], value));
    const gradients = Math.max(relativeError(parts.input, whole.input), ...errors);
    const statistics = Math.max(
      ...[...laidOut.statistics].map(([name, value]) => relativeError(parts.statistics.get(name) ?? [], value)),
    );
    c.close();
    other.close();
    context.diagnostic(JSON.stringify({ output, gradients, statistics }));
    assert.equal(parts.gradients.size, laidOut.gradients.size);
    assert.ok(output <= 1e-5, `outputs: ${output}`);
    assert.ok(gradients <= 1e-4, `gradients: ${gradients}`);
    assert.ok(statistics <= 1e-5, `statistics: ${statistics}`);
  });

  test(`form ${form} is still the same network as form c after ten steps`, (context) => {
    const [c, other] = [new Rig(spec), new Rig({ ...spec, form })];
    c.assign();
    other.assign(pathValues(spec, form));
    const losses = Array.from({ length: 10 }, (_, at) => [c.step(at + 1).loss, other.step(at + 1).loss] as const);
    const values = c.values();
    const whole = new Map(
      c.program.variables.all.map(({ variable: { name, shape } }) => [
        name,
        { shape, values: values.get(name) as Float32Array },
      ]),
    );
    const found = other.values();
    const weights = Math.max(
      ...[...divide(other.program.variables.all, whole)].map(([name, value]) =>
        relativeError(found.get(name) ?? [], value),
      ),
    );
    const [ours, theirs] = [other.evaluate(0), c.evaluate(0)];
    const logits = Math.max(...theirs.map((value, at) => Math.abs(value - (ours[at] ?? NaN))));
    const loss = Math.max(...losses.map(([left, right]) => Math.abs(left - right)));
    c.close();
    other.close();
    context.diagnostic(JSON.stringify({ loss, weights, logits }));
    assert.ok(loss <= 1e-5, `losses: ${loss}`);
    assert.ok(weights <= 1e-4, `weights: ${weights}`);
    assert.ok(logits <= 1e-5, `logits: ${logits}`);
  });
}
