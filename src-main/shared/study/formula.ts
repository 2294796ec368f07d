/** The formula of a study with the numbers of its arms in it: mathematics, the same in every language. Pure. */
import { blockCost, blocksOf, expectedMacs, planCost } from '../network/cost.ts';
import { expand } from '../network/expand.ts';
import { channelsOf } from '../network/shapes.ts';
import type { Spec } from '../network/spec.ts';
import { blockCount, expectedDepth, survivals } from '../network/survival.ts';
import type { Arm, StudyPlan } from './plan.ts';

const short = (value: number, digits = 3) => String(Number(value.toFixed(digits)));
const whole = (value: number) => value.toLocaleString('en-US');

const deepest = (arms: readonly Arm[]): Spec =>
  arms.reduce((most, { spec }) => (blockCount(spec) > blockCount(most) ? spec : most), (arms[0] as Arm).spec);

function depthLine(spec: Spec, perBlock: number, rest: number): string {
  const n = spec.stages[0]?.blocks ?? 0;
  return `${perBlock * 3}n + ${rest} = ${perBlock * 3} · ${n} + ${rest} = ${perBlock * 3 * n + rest}`;
}

function survivalLines(spec: Spec): string[] {
  const all = survivals(spec);
  const blocks = all.length;
  const last = spec.survival.kind === 'linear' ? spec.survival.last : (all.at(-1) ?? 1);
  return [
    `P(l) = 1 − l/L · (1 − P(L)), L = ${blocks}, P(L) = ${last}`,
    `P(1) = ${short(all[0] ?? 1)}, P(${Math.ceil(blocks / 2)}) = ${short(all[Math.ceil(blocks / 2) - 1] ?? 1)}, P(${blocks}) = ${short(all.at(-1) ?? 1)}`,
    `ΣP(l) = ${short(expectedDepth(spec), 2)} / ${blocks} = ${short((100 * expectedDepth(spec)) / blocks, 1)} %`,
  ];
}

/** C · (in · d + 3 · 3 · d · d + d · out): the weights of a block of paths, with its normalisations. */
function pathsLine(spec: Spec): string {
  const plan = expand(spec);
  const stage = spec.stages[0] as Spec['stages'][number];
  const { inner, output } = channelsOf(spec, stage);
  const d = inner / spec.cardinality;
  const weights = spec.cardinality * (output * d + 9 * d * d + d * output);
  const block = blocksOf(plan).find((each) => each.input.channels === each.output.channels);
  const all = block ? `; ${whole(blockCost(block).parameters)}` : '';
  return `${spec.name}: C · (w·d + 9·d² + d·w) = ${spec.cardinality} · (${output}·${d} + 9·${d}² + ${d}·${output}) = ${whole(weights)}${all}`;
}

/** @param plan with the input of its arms filled in */
export function formulaOf(plan: StudyPlan): string[] {
  const { arms, kind } = plan;
  const spec = deepest(arms);
  const sd = arms.find((arm) => arm.spec.survival.kind === 'linear' && arm.spec.survival.last === 0.5)?.spec;
  switch (kind) {
    case 'depth':
      return [
        'y = ReLU(x + F(x))',
        depthLine(spec, 2, 2),
        ...(sd ? survivalLines(deepest(arms.filter((arm) => arm.spec.survival.kind === 'linear'))) : []),
      ];
    case 'survival': {
      const whole = expand((sd ?? spec) as Spec);
      const saved = 1 - expectedMacs(whole) / planCost(whole).macs;
      return [
        'y = ReLU(x + b·F(x)), b ∈ {0, 1}',
        ...survivalLines(sd ?? spec),
        `1 − E[M] / M = ${short(100 * saved, 1)} %`,
      ];
    }
    case 'wide': {
      const wide = (arms[0] as Arm).spec;
      const widths = wide.stages.map(({ width }) => short(width * wide.widen));
      const costs = (plan.equal?.groups[0] ?? []).map((name) => arms.find((arm) => arm.name === name) as Arm);
      return [
        `${wide.stages.map(({ width }) => `${width}k`).join(', ')}, k = ${wide.widen}: ${widths.join(', ')}`,
        costs.map((arm) => `${arm.name}: ${whole(planCost(expand(arm.spec)).parameters)}`).join(' ≈ '),
      ];
    }
    case 'dropout': {
      const rate = Math.max(...arms.map((arm) => arm.spec.dropout.rate));
      return [`h′ = m·h / (1 − p), p = ${rate}: m/(1 − p) ∈ {0, ${short(1 / (1 - rate))}}`];
    }
    case 'cardinality':
      return ['y = x + Σᵢ Tᵢ(x), i = 1 … C', ...arms.map((arm) => pathsLine(arm.spec))];
    case 'halfDepth':
      return arms.map(
        (arm) => `${arm.name}: ${depthLine(arm.spec, 3, 2)}; ${whole(planCost(expand(arm.spec)).parameters)}`,
      );
    case 'forms':
      return ['y = x + Σᵢ Tᵢ(x) = x + W·[T₁(x), …, T_C(x)]', pathsLine((arms.at(-1) as Arm).spec)];
    case 'ensemble': {
      const blocks = blockCount(spec);
      return [
        `2^L = 2^${blocks} = ${blocks < 50 ? whole(2 ** blocks) : (2 ** blocks).toExponential(1)}`,
        ...survivalLines(sd ?? spec),
      ];
    }
    case 'own':
      return [];
  }
}
