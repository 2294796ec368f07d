import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { describe } from '../../src-main/shared/network/cost.ts';
import { expand } from '../../src-main/shared/network/expand.ts';
import type { Spec } from '../../src-main/shared/network/spec.ts';
import type { Recipe } from '../../src-main/shared/recipe.ts';
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
  /** What differs from the recipe of all cases. */
  readonly nesterov?: boolean;
  readonly decayAll?: boolean;
  readonly labelSmoothing?: number;
  readonly optimiser?: Recipe['optimiser'];
  readonly learningRate?: number;
  readonly clipNorm?: number;
  readonly averageDecay?: number;
}

interface Expected {
  readonly name: string;
  readonly parameters: number;
  readonly evaluatedBefore: readonly number[];
  readonly evaluatedAfter: readonly number[];
  readonly logits: readonly number[];
  readonly losses: readonly number[];
  /** Of all gradients together, before they are clipped. */
  readonly norms: readonly number[];
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

const specOf = ({ size, last, dropout, dropoutPlace, ...one }: Case): Spec => ({
  ...smallSpec,
  name: one.name,
  block: one.block,
  shortcut: one.shortcut,
  stem: one.stem,
  stages: one.stages,
  strideIn: one.strideIn ?? 'reduce',
  widen: one.widen ?? 1,
  cardinality: one.cardinality ?? 1,
  pathWidth: one.pathWidth ?? 64,
  input: { height: size, width: size, channels: 3 },
  dropout: { rate: dropout ?? 0, place: dropoutPlace ?? 'between' },
  survival: last === undefined ? { kind: 'always' } : { kind: 'linear', last },
});

const recipeOf = ({
  nesterov,
  decayAll,
  labelSmoothing,
  optimiser,
  clipNorm,
  averageDecay,
}: Case): Partial<Recipe> => ({
  batch: recipe.batch,
  momentum: recipe.momentum,
  weightDecay: recipe.weightDecay,
  nesterov: nesterov ?? true,
  decayAll: decayAll ?? true,
  labelSmoothing: labelSmoothing ?? 0,
  optimiser: optimiser ?? { kind: 'sgd' },
  clipNorm: clipNorm ?? null,
  averageDecay: averageDecay ?? null,
});

const furthest = (ours: ArrayLike<number>, theirs: readonly number[]): number =>
  Math.max(...theirs.map((value, at) => Math.abs((ours[at] ?? NaN) - value)));

function compare(one: Case, spec: Spec, expected: Expected, values?: ReadonlyMap<string, Float32Array>) {
  const rig = new Rig(spec, recipeOf(one));
  rig.assign(values);
  const before = rig.evaluate(0);
  const gated = new Set(rig.program.train.gated.map(({ index }) => index - 1));
  const steps = expected.flags.map((flags, at) =>
    rig.step(
      at + 1,
      flags.filter((_, block) => gated.has(block)),
      one.learningRate ?? recipe.learningRate,
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
    norms: relativeError(
      steps.map(({ gradientNorm }) => gradientNorm),
      expected.norms,
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
      const found = compare(one, { ...spec, form }, expected, form === 'c' ? undefined : pathValues(spec, form));
      context.diagnostic(JSON.stringify(found));
      assert.ok(found.evaluation <= 1e-4, `logits in evaluation: ${found.evaluation}`);
      assert.ok(found.logits <= 1e-4, `logits in training: ${found.logits}`);
      assert.ok(found.losses <= 1e-3, `losses: ${found.losses}`);
      assert.ok(found.norms <= 1e-3, `norms of the gradients: ${found.norms}`);
      assert.ok(found.after <= 1e-3, `logits behind five steps: ${found.after}`);
    });
  }
}
