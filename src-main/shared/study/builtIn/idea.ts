/** What a built-in study is made of, and small tools to write one down. */
import type { Fill } from '../../network/shapes.ts';
import type { Spec } from '../../network/spec.ts';
import type { Recipe } from '../../recipe.ts';
import type { BuiltInKind, Claim, MeasureName, StudyPlan } from '../plan.ts';

export interface Sketch {
  /** In the order in which they are shown; names are the networks' own. */
  readonly specs: readonly Spec[];
  readonly claims: readonly Claim[];
  readonly equal: StudyPlan['equal'];
}

/** A question on a ladder of sizes: the same on every rung, with deeper and wider networks from rung to rung. */
export interface Idea<Rung = unknown> {
  readonly kind: BuiltInKind;
  /** From small to the papers' own version. */
  readonly rungs: readonly Rung[];
  readonly sketch: (rung: Rung, fill: Fill) => Sketch;
  /** The paper's; its length is that of the full version. */
  readonly recipe: Recipe;
  /** Of the full version; smaller ones have `scaledSeeds`. */
  readonly seeds: number;
}

/** Accuracy that may be lost where a claim is that nothing is: one percentage point, said wherever it is used. */
export const tolerance = 0.01;

/** All maps narrower (or wider) than written: stem and stages times a factor. The name says so. */
export function scaledWidth(spec: Spec, factor: number): Spec {
  if (factor === 1) return spec;
  const scaled = (width: number) => Math.max(1, Math.round(width * factor));
  const stages = spec.stages.map((stage) => ({ ...stage, width: scaled(stage.width) }));
  return {
    ...spec,
    name: `${spec.name}-w${stages[0]?.width ?? 0}`,
    stem: { ...spec.stem, width: scaled(spec.stem.width) },
    stages,
  };
}

/** A claim about two networks. */
export const claim = (
  says: Claim['says'],
  measure: MeasureName,
  first: Spec,
  second: Spec,
  margin = says === 'notLower' ? tolerance : 0,
): Claim => ({ says, first: { arm: first.name, measure }, second: { arm: second.name, measure }, margin });
