/** Cardinality against width at equal cost, and against depth and width at twice the cost. Xie et al. 2016, section 5.1. */
import { measures, pathsOfOneBudget, solve } from '../../network/budget.ts';
import { expand } from '../../network/expand.ts';
import { cifarResNeXt } from '../../network/families.ts';
import { recipes } from '../../network/recipes.ts';
import type { Fill } from '../../network/shapes.ts';
import type { Spec } from '../../network/spec.ts';
import { claim, scaledWidth } from './idea.ts';
import type { Idea } from './idea.ts';

interface Rung {
  readonly width: number;
  /** Blocks of each stage. */
  readonly blocks: number;
  /** The most paths and their width at 64 channels; the others are made to cost the same. */
  readonly most: readonly [cardinality: number, pathWidth: number];
  readonly fewer: readonly number[];
}

/** Arms farther than this from the budget are left out, so that no two are 3 % apart: they would ask something else. */
const mostApart = 0.0147;

const named = (spec: Spec, end = ''): Spec => ({
  ...spec,
  name: `resnext${9 * (spec.stages[0]?.blocks ?? 0) + 2}-${spec.cardinality}x${spec.pathWidth}d${end}`,
});

/** The first of several networks that another path width brings to cost `target`. */
function reaching(specs: readonly Spec[], target: number, fill: Fill): Spec | null {
  for (const spec of specs) {
    const found = solve(spec, 'pathWidth', target, measures.macs, fill);
    if (found && Math.abs(found.error) < mostApart) return found.spec;
  }
  return null;
}

export const cardinality: Idea<Rung> = {
  kind: 'cardinality',
  rungs: [
    { width: 0.5, blocks: 1, most: [8, 8], fewer: [1, 2, 4] },
    { width: 1, blocks: 1, most: [8, 8], fewer: [1, 2, 4] },
    { width: 1, blocks: 2, most: [16, 4], fewer: [1, 4] },
    { width: 1, blocks: 3, most: [32, 4], fewer: [1, 2, 4, 8] },
  ],
  sketch: ({ width, blocks, most: [paths, pathWidth], fewer }, fill) => {
    const end = width === 1 ? '' : `-w${64 * width}`;
    const net = (count: number, c: number, d: number) => scaledWidth(cifarResNeXt(9 * count + 2, c, d), width);
    const most = named(net(blocks, paths, pathWidth), end);
    const budget = { target: measures.macs(expand(most, fill)), measure: measures.macs };
    const equal = pathsOfOneBudget(net(blocks, 1, 64), fewer, fill, budget)
      .filter(({ error }) => Math.abs(error) < mostApart)
      .map(({ spec }) => named(spec, end));
    const [one] = equal as [Spec, ...Spec[]];
    const deeper = named(net(2 * blocks, one.cardinality, one.pathWidth), end);
    const twice = measures.macs(expand(deeper, fill));
    const wider = reaching([net(blocks, 1, 64)], twice, fill);
    // Twice as many paths, or as near to that as equal cost allows.
    const morePaths = Array.from({ length: paths }, (_, fewerBy) => net(blocks, 2 * paths - fewerBy, pathWidth));
    const more = reaching(morePaths, twice, fill);
    const [wide, many] = [wider && named(wider, end), more && named(more, end)];
    return {
      specs: [...equal, most, deeper, ...(wide ? [wide] : []), ...(many ? [many] : [])],
      claims: [
        claim('higher', 'accuracy', most, one),
        ...(many ? [claim('higher', 'accuracy', many, deeper)] : []),
        ...(many && wide ? [claim('higher', 'accuracy', many, wide)] : []),
      ],
      equal: {
        measure: 'macs',
        groups: [
          [...equal, most].map(({ name }) => name),
          ...(wide || many ? [[deeper, wide, many].flatMap((spec) => (spec ? [spec.name] : []))] : []),
        ],
      },
    };
  },
  recipe: recipes.resnext,
  seeds: 5,
};
