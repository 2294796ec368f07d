import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { describe } from '../../src-main/shared/network/cost.ts';
import { expand } from '../../src-main/shared/network/expand.ts';
import type { Spec } from '../../src-main/shared/network/spec.ts';
import { pathValues } from '../core/network/forms.ts';
import { relativeError } from '../core/network/values.ts';
import { smallSpec } from '../core/network/specs.ts';
import { Rig } from '../core/training/rig.ts';

interface Case extends Pick<Spec, 'name' | 'block' | 'shortcut' | 'stem' | 'stages'> {
  readonly size: number;
  readonly strideIn?: Spec['strideIn'];
  readonly widen?: number;
  readonly cardinality?: number;
  readonly pathWidth?: number;
  /** P_L of linear decay. */
  readonly last?: number;
  readonly dropout?: number;
  readonly dropoutPlace?: Spec['dropout']['place'];
}

interface Expected {
  readonly name: string;
  readonly parameters: number;
  readonly evaluatedBefore: readonly number[];
  readonly evaluatedAfter: readonly number[];
  readonly logits: readonly number[];
  readonly losses: readonly number[];
  /** For each step 0 and 1 for each block. */
  readonly flags: readonly (readonly number[])[];
}

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
const { cases, ...recipe } = read('cases.json') as {
  cases: readonly Case[];
  batch: number;
  learningRate: number;
  momentum: number;
  weightDecay: number;
};
const { cases: references } = read('expected.json') as { cases: readonly Expected[] };

const specOf = ({ size, last, dropout, dropoutPlace, ...changes }: Case): Spec => ({
  ...smallSpec,
  ...changes,
  input: { height: size, width: size, channels: 3 },
  dropout: { rate: dropout ?? 0, place: dropoutPlace ?? 'between' },
  survival: last === undefined ? { kind: 'always' } : { kind: 'linear', last },
});

const furthest = (ours: ArrayLike<number>, theirs: readonly number[]): number =>
  Math.max(...theirs.map((value, at) => Math.abs((ours[at] ?? NaN) - value)));

function compare(spec: Spec, expected: Expected, values?: ReadonlyMap<string, Float32Array>) {
  const { batch, momentum, weightDecay } = recipe;
  const rig = new Rig(spec, { batch, momentum, weightDecay });
  rig.assign(values);
  const before = rig.evaluate(0);
  const gated = new Set(rig.program.train.gated.map(({ index }) => index - 1));
  const steps = expected.flags.map((flags, at) =>
    rig.step(
      at + 1,
      flags.filter((_, block) => gated.has(block)),
      recipe.learningRate,
    ),
  );
  const after = rig.evaluate(0);
  rig.close();
  return {
    evaluation: furthest(before, expected.evaluatedBefore),
    logits: furthest(steps[0]?.logits ?? [], expected.logits),
    losses: furthest(
      steps.map(({ loss }) => loss),
      expected.losses,
    ),
    after: relativeError(after, expected.evaluatedAfter),
  };
}

for (const [at, one] of cases.entries()) {
  const expected = references[at] as Expected;
  const spec = specOf(one);
  const forms = (one.cardinality ?? 1) > 1 ? (['c', 'b', 'a'] as const) : (['c'] as const);
  for (const form of forms) {
    test(`${one.name}${forms.length > 1 ? `, form ${form}` : ''}: logits and five training steps are PyTorch's`, (context) => {
      assert.equal(expected.name, one.name);
      assert.equal(describe(expand({ ...spec, form })).parameters, expected.parameters);
      const found = compare({ ...spec, form }, expected, form === 'c' ? undefined : pathValues(spec, form));
      context.diagnostic(JSON.stringify(found));
      assert.ok(found.evaluation <= 1e-4, `logits in evaluation: ${found.evaluation}`);
      assert.ok(found.logits <= 1e-4, `logits in training: ${found.logits}`);
      assert.ok(found.losses <= 1e-3, `losses: ${found.losses}`);
      assert.ok(found.after <= 1e-3, `logits behind five steps: ${found.after}`);
    });
  }
}
