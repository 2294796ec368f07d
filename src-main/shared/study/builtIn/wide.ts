/** Wide or deep, at equal parameters? Zagoruyko and Komodakis 2016, section 3. */
import { measures } from '../../network/budget.ts';
import { expand } from '../../network/expand.ts';
import { cifarPreactivationBottleneck, wideResNet } from '../../network/families.ts';
import { recipes } from '../../network/recipes.ts';
import type { Fill } from '../../network/shapes.ts';
import type { Spec } from '../../network/spec.ts';
import { claim, scaledWidth } from './idea.ts';
import type { Idea } from './idea.ts';

interface Rung {
  readonly width: number;
  /** Depth and k of wide networks that have a thin one beside them, as deep as equal parameters make it. */
  readonly paired: readonly (readonly [number, number])[];
  /** Wide networks alone. */
  readonly others: readonly (readonly [number, number])[];
}

/** By how many channels the thin network may be narrower or wider than the paper's: one block alone is too coarse a step. */
const adjustments = [0, -1, -2, -3, -4, -5, -6, 1, 2];
const nearEnough = 0.01;

/** The thin network that has as many parameters, by its depth. */
function thinBeside(wide: Spec, width: number, fill: Fill): Spec {
  const target = measures.parameters(expand(wide, fill));
  let best: { readonly spec: Spec; readonly error: number } | null = null;
  for (const channels of adjustments) {
    const at = (n: number) => scaledWidth(cifarPreactivationBottleneck(9 * n + 2), width + channels / 16);
    // Every block more costs the same: two sizes tell the number.
    const [one, two] = [1, 2].map((n) => measures.parameters(expand(at(n), fill))) as [number, number];
    const spec = at(Math.max(1, Math.round(1 + (target - one) / (two - one))));
    const error = Math.abs(measures.parameters(expand(spec, fill)) / target - 1);
    if (!best || error < best.error) best = { spec, error };
    if (error < nearEnough) break;
  }
  return best!.spec;
}

export const wide: Idea<Rung> = {
  kind: 'wide',
  rungs: [
    { width: 0.5, paired: [[10, 3]], others: [] },
    { width: 1, paired: [[10, 2]], others: [] },
    { width: 1, paired: [[16, 2]], others: [] },
    { width: 1, paired: [[16, 4]], others: [[40, 2]] },
    {
      width: 1,
      paired: [
        [40, 2],
        [40, 4],
        [16, 8],
      ],
      others: [
        [40, 1],
        [16, 4],
      ],
    },
  ],
  sketch: ({ width, paired, others }, fill) => {
    const net = ([layers, k]: readonly [number, number]) => scaledWidth(wideResNet(layers, k), width);
    const pairs = paired.map((each) => {
      const wideNet = net(each);
      return { wide: wideNet, thin: thinBeside(wideNet, width, fill) };
    });
    return {
      specs: [...pairs.flatMap((pair) => [pair.wide, pair.thin]), ...others.map(net)],
      claims: pairs.flatMap((pair) => [
        claim('notLower', 'accuracy', pair.wide, pair.thin),
        claim('faster', 'stepSeconds', pair.wide, pair.thin, 0),
      ]),
      equal: { measure: 'parameters', groups: pairs.map((pair) => [pair.wide.name, pair.thin.name]) },
    };
  },
  recipe: recipes.wide,
  seeds: 5,
};
