/**
 * One network made to cost what another does, by a single choice: the width of its paths, their number, the widening or
 * the depth.
 *
 * Xie et al. 2016 (section 3 and table 2) choose d for each C so that a block keeps the parameters of ResNet-50's:
 * 1×64d, 2×40d, 4×24d, 8×14d, 32×4d.
 */
import { check } from './check.ts';
import { planCost } from './cost.ts';
import { limits } from './edit.ts';
import { expand } from './expand.ts';
import type { Plan } from './plan.ts';
import type { Fill } from './shapes.ts';
import type { Spec } from './spec.ts';
import { secondsFor, workOf } from './work.ts';
import type { Rates } from './work.ts';

/** What is solved for. `pathWidth` and `cardinality` leave the other one as it is. */
export const unknowns = ['widen', 'pathWidth', 'cardinality', 'depth'] as const;
export type Unknown = (typeof unknowns)[number];

/** Cost of a plan in the unit of the budget: parameters, multiply-adds, or predicted seconds of a step. */
export type Measure = (plan: Plan) => number;

/** Predicted seconds of a step on `batch` images, on a device of these rates. */
export const stepSeconds =
  (batch: number, rates: Rates): Measure =>
  (plan) =>
    secondsFor(workOf(plan, batch), rates);

export const measures = {
  parameters: (plan: Plan) => planCost(plan).parameters,
  macs: (plan: Plan) => planCost(plan).macs,
} satisfies Record<string, Measure>;

export interface Solution {
  readonly unknown: Unknown;
  /** k, d, C, or the factor on the number of blocks of every stage. */
  readonly value: number;
  readonly spec: Spec;
  readonly cost: number;
  /** Cost over target, minus 1. */
  readonly error: number;
}

/** k is solved for in steps of this size, so that the usual widths stay whole. */
const widenStep = 1 / 16;
const mostDepthFactor = 64;

/** The spec with another value of the unknown. */
function withValue(spec: Spec, unknown: Unknown, value: number): Spec {
  switch (unknown) {
    case 'widen':
      return { ...spec, widen: value };
    case 'pathWidth':
      return { ...spec, pathWidth: value };
    case 'cardinality':
      return { ...spec, cardinality: value, form: value === 1 ? 'c' : spec.form };
    case 'depth':
      return deeper(spec, value);
  }
}

/** Every stage's blocks times a factor; a survival list is drawn out along. */
function deeper(spec: Spec, factor: number): Spec {
  const stages = spec.stages.map((stage) => ({
    ...stage,
    blocks: Math.min(limits.blocks, Math.max(1, Math.round(stage.blocks * factor))),
  }));
  if (spec.survival.kind !== 'list') return { ...spec, stages };
  const old = spec.survival.values;
  const blocks = stages.reduce((sum, stage) => sum + stage.blocks, 0);
  const values = Array.from({ length: blocks }, (_, index) => old[Math.floor((index * old.length) / blocks)] ?? 1);
  return { ...spec, stages, survival: { kind: 'list', values } };
}

/** Values that the unknown may take, rising. */
function valuesOf(spec: Spec, unknown: Unknown): number[] {
  switch (unknown) {
    case 'widen':
      return Array.from({ length: 64 / widenStep }, (_, index) => (index + 1) * widenStep);
    case 'pathWidth':
      return Array.from({ length: limits.width }, (_, index) => index + 1);
    case 'cardinality':
      return Array.from({ length: 1024 }, (_, index) => index + 1);
    case 'depth': {
      // One value for every number of blocks of the longest stage.
      const longest = Math.max(...spec.stages.map(({ blocks }) => blocks));
      const most = Math.min(limits.blocks, longest * mostDepthFactor);
      return Array.from({ length: most }, (_, index) => (index + 1) / longest);
    }
  }
}

/**
 * The value of one unknown that brings a spec nearest to a target cost; null where no value can be built.
 * The cost must not fall when the unknown rises. Takes about 2 log₂(values) expansions.
 */
export function solve(
  spec: Spec,
  unknown: Unknown,
  target: number,
  measure: Measure,
  fill: Fill = {},
): Solution | null {
  const values = valuesOf(spec, unknown);
  const known = new Map<number, Solution | null>();
  const at = (index: number): Solution | null => {
    const found = known.get(index);
    if (found !== undefined) return found;
    const value = values[index] as number;
    const changed = withValue(spec, unknown, value);
    const solution = check(changed, fill).length > 0 ? null : costed(changed, unknown, value, target, measure, fill);
    known.set(index, solution);
    return solution;
  };
  /** The first that can be built from an index on: not every k makes whole widths. */
  const from = (index: number): Solution | null => {
    for (let next = index; next < Math.min(values.length, index + 32); next += 1) if (at(next)) return at(next);
    return null;
  };
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const found = from(middle);
    if (found && found.cost < target) low = middle + 1;
    else high = middle;
  }
  const near = Array.from({ length: 65 }, (_, index) => low - 32 + index).filter((index) => index in values);
  return near
    .map(at)
    .filter((solution): solution is Solution => solution !== null)
    .reduce<Solution | null>(
      (best, each) => (!best || Math.abs(each.error) < Math.abs(best.error) ? each : best),
      null,
    );
}

function costed(spec: Spec, unknown: Unknown, value: number, target: number, measure: Measure, fill: Fill): Solution {
  const cost = measure(expand(spec, fill));
  return { unknown, value, spec, cost, error: cost / target - 1 };
}

/** The paper's table 2: for each C the d that keeps the budget, by itself the network's own parameters. */
export function pathsOfOneBudget(
  spec: Spec,
  cardinalities: readonly number[],
  fill: Fill = {},
  budget: { readonly target: number; readonly measure: Measure } = {
    target: measures.parameters(expand(spec, fill)),
    measure: measures.parameters,
  },
): Solution[] {
  return cardinalities.flatMap((cardinality) => {
    const form = cardinality === 1 ? 'c' : spec.form;
    return solve({ ...spec, cardinality, form }, 'pathWidth', budget.target, budget.measure, fill) ?? [];
  });
}
