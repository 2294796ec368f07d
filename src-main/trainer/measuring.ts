/** Answers whether forms of a block are one function, and how long each takes. */
import type { Binding } from '../core/graph/session.ts';
import { FormsComparison } from '../core/training/forms.ts';
import { TimedStep } from '../core/training/timing.ts';
import { blocksOf } from '../shared/network/cost.ts';
import { median } from '../shared/median.ts';
import { expand } from '../shared/network/expand.ts';
import type { BlockPlan } from '../shared/network/plan.ts';
import type { InferenceOrder, InferenceReport } from '../shared/run/inference.ts';

export interface MeasuringPlace {
  readonly binding: Binding;
  readonly scratch: string;
}

/** Steps before those that count: the first ones choose kernels and fill caches. */
const warmUp = 2;
/** Steps that are timed in one repetition of forms. */
const stepsOfForm = 3;
/** Images with which outputs and gradients are compared. */
const comparedImages = 2;

const timesOf = (step: TimedStep, count: number): number[] => Array.from({ length: count }, () => step.step());

/** Forms take turns, so that whatever else the machine does falls on all of them. */
export async function compareForms(
  { binding, scratch }: MeasuringPlace,
  { id, networks, seeds }: Extract<InferenceOrder, { kind: 'forms' }>,
  say: (report: InferenceReport) => void,
) {
  const plans = networks.map(({ spec }) => expand(spec));
  const blocks = plans.map((plan) => blocksOf(plan)[0] as BlockPlan);
  const c = blocks.at(-1) as BlockPlan;
  const comparison = new FormsComparison(binding, c, blocks.slice(0, -1), comparedImages, scratch);
  const steps = plans.map((plan, at) => new TimedStep(binding, plan, networks[at]?.batch ?? 1, scratch));
  for (const step of steps) timesOf(step, warmUp);
  const measured = { output: [] as number[], gradient: [] as number[], seconds: [] as number[] };
  for (const [done, seed] of seeds.entries()) {
    const differences = [...comparison.differences(seed), { output: 0, gradient: 0 }];
    measured.output.push(...differences.map(({ output }) => output));
    measured.gradient.push(...differences.map(({ gradient }) => gradient));
    measured.seconds.push(...steps.map((step) => median(timesOf(step, stepsOfForm))));
    say({ kind: 'progress', id, done: done + 1, total: seeds.length });
    await new Promise(setImmediate);
  }
  comparison.close();
  for (const step of steps) step.close();
  return {
    output: Float64Array.from(measured.output),
    gradient: Float64Array.from(measured.gradient),
    seconds: Float64Array.from(measured.seconds),
  };
}
