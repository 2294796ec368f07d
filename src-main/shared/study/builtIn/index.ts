/** The studies that come with Residua, by their kind. */
import type { BuiltInKind } from '../plan.ts';
import { cardinality } from './cardinality.ts';
import { depth } from './depth.ts';
import { dropout } from './dropout.ts';
import { ensemble } from './ensemble.ts';
import { forms } from './forms.ts';
import { halfDepth } from './halfDepth.ts';
import type { Idea, Sketch } from './idea.ts';
import { survival } from './survival.ts';
import { wide } from './wide.ts';
import type { Fill } from '../../network/shapes.ts';

/** An idea whose rungs are known by their number alone. */
export interface Ladder extends Pick<Idea, 'kind' | 'recipe' | 'seeds'> {
  readonly lastRung: number;
  readonly at: (rung: number, fill: Fill) => Sketch;
}

const ladder = <Rung>({ kind, recipe, seeds, rungs, sketch }: Idea<Rung>): Ladder => ({
  kind,
  recipe,
  seeds,
  lastRung: rungs.length - 1,
  at: (rung, fill) => sketch(rungs[rung] as Rung, fill),
});

export const builtIn: Readonly<Record<BuiltInKind, Ladder>> = {
  depth: ladder(depth),
  survival: ladder(survival),
  wide: ladder(wide),
  dropout: ladder(dropout),
  cardinality: ladder(cardinality),
  halfDepth: ladder(halfDepth),
  forms: ladder(forms),
  ensemble: ladder(ensemble),
};
