import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Graph } from '../../src-main/core/graph/graph.ts';
import * as op from '../../src-main/core/graph/operations/index.ts';
import { Session } from '../../src-main/core/graph/session.ts';
import { elements } from '../../src-main/core/graph/tensor.ts';
import type { Tensor } from '../../src-main/core/graph/tensor.ts';
import { VariableSet } from '../../src-main/core/network/variables.ts';
import { updates } from '../../src-main/core/training/optimiser.ts';
import { defaultRecipe } from '../../src-main/shared/recipe.ts';
import type { Recipe } from '../../src-main/shared/recipe.ts';
import { learningRate } from '../../src-main/shared/schedule.ts';
import { engine, scratch } from '../core/network/engine.ts';
import { relativeError, spread } from '../core/network/values.ts';

interface Case {
  readonly name: string;
  readonly warmUpSteps: number;
  readonly recipe: Partial<Recipe>;
}

interface Expected {
  readonly name: string;
  /** Of every step. */
  readonly rates: readonly number[];
  /** Behind every step: the weights, then the shifts. */
  readonly values: readonly (readonly number[])[];
  readonly averages: readonly (readonly number[])[];
}

/** What double precision computed and float32 repeats may differ by this, relatively. */
const tolerance = 1e-6;

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
const {
  steps,
  shapes,
  recipe: common,
  cases,
} = read('optimisers.json') as {
  steps: number;
  shapes: { readonly weights: number[]; readonly shift: number[] };
  recipe: Partial<Recipe>;
  cases: readonly Case[];
};
const { cases: references } = read('optimisers.expected.json') as { cases: readonly Expected[] };

/** The optimiser of a recipe alone, on a matrix and a vector whose gradients are fed. */
function optimised(recipe: Recipe, rates: readonly number[]): Pick<Expected, 'values' | 'averages'> {
  const graph = new Graph();
  const variables = new VariableSet(graph);
  const none = { kind: 'constant', value: 0 } as const;
  const pair = [
    variables.declare('weights', shapes.weights, 'weights', none),
    variables.declare('shift', shapes.shift, 'vector', none),
  ];
  const begins = pair.map(({ name, shape }) => graph.placeholder(`begin_${name}`, 'float32', shape));
  const gradients = new Map(
    pair.map((variable) => [variable, graph.placeholder(`gradient_${variable.name}`, 'float32', variable.shape)]),
  );
  const rate = graph.placeholder('rate', 'float32', []);
  const step = graph.placeholder('step', 'float32', []);
  const { slots, effects, averages } = graph.scope('optimiser', () =>
    updates(graph, variables, gradients, { rate, step }, recipe),
  );
  const begun = op.done(graph, 'begun', [
    ...pair.map((variable, at) => op.assign(graph, variable, begins[at] as Tensor)),
    ...slots.map(({ variable, copyOf }) =>
      op.assign(
        graph,
        variable,
        copyOf ? (begins[pair.indexOf(copyOf)] as Tensor) : op.fill(graph, [...variable.shape], 0),
      ),
    ),
  ]);
  const moved = op.done(graph, 'moved', effects);
  const values = pair.map((variable) => op.identity(graph, op.read(graph, variable)));
  const averaged = pair.map((variable) => op.identity(graph, op.read(graph, averages.get(variable) ?? variable)));

  const session = new Session(engine.binding, graph, scratch);
  const drawn = (name: string, tensor: Tensor) => spread(name, elements(tensor.shape), 1);
  session.run(new Map(begins.map((feed, at) => [feed, drawn(pair[at]?.name ?? '', feed)])), [begun]);
  const result: { values: number[][]; averages: number[][] } = { values: [], averages: [] };
  rates.forEach((value, at) => {
    const feeds = new Map([...gradients].map(([{ name }, feed]) => [feed, drawn(`gradient/${name}/${at + 1}`, feed)]));
    session.run(new Map([...feeds, [rate, Float32Array.of(value)], [step, Float32Array.of(at + 1)]]), [moved]);
    const all = (tensors: readonly Tensor[]) => session.run(new Map(), tensors).flatMap((part) => [...part]);
    result.values.push(all(values));
    result.averages.push(all(averaged));
  });
  session.close();
  return result;
}

for (const [at, { name, recipe: own, warmUpSteps }] of cases.entries()) {
  test(`${name}: every rate, weight and average is PyTorch's to 1e-6`, (context) => {
    const expected = references[at] as Expected;
    assert.equal(expected.name, name);
    const recipe: Recipe = {
      ...defaultRecipe,
      ...common,
      ...own,
      warmUp: warmUpSteps > 0 ? { steps: warmUpSteps } : 0,
    };
    const rates = Array.from({ length: steps }, (_, step) =>
      learningRate(recipe, step, { all: steps, perEpoch: steps }),
    );
    const found = optimised(recipe, rates);
    const worst = (ours: readonly (readonly number[])[], theirs: readonly (readonly number[])[]) =>
      Math.max(...theirs.map((row, step) => relativeError(ours[step] ?? [], row)));
    const errors = {
      rates: Math.max(...expected.rates.map((rate, step) => Math.abs((rates[step] ?? NaN) / rate - 1))),
      values: worst(found.values, expected.values),
      averages: worst(found.averages, expected.averages),
    };
    context.diagnostic(JSON.stringify(errors));
    for (const [what, error] of Object.entries(errors)) assert.ok(error <= tolerance, `${what}: ${error}`);
  });
}
