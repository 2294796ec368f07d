/** Does stochastic depth save time and lose nothing? Huang et al. 2016, sections 3 and 4. */
import { expectedMacs, planCost } from '../../network/cost.ts';
import { expand } from '../../network/expand.ts';
import { cifarResNet } from '../../network/families.ts';
import { recipes } from '../../network/recipes.ts';
import type { Fill } from '../../network/shapes.ts';
import type { Spec } from '../../network/spec.ts';
import { claim, scaledWidth } from './idea.ts';
import type { Idea } from './idea.ts';

interface Rung {
  readonly width: number;
  readonly layers: number;
}

const lasts = [0.8, 0.5, 0.2];
/** Of the multiply-adds that the dropped blocks save, the share that must be seen in the time. */
const seenInTime = 0.7;

function savedShare(spec: Spec, fill: Fill): number {
  const plan = expand(spec, fill);
  return 1 - expectedMacs(plan) / planCost(plan).macs;
}

export const survival: Idea<Rung> = {
  kind: 'survival',
  rungs: [
    { width: 0.5, layers: 20 },
    { width: 1, layers: 20 },
    { width: 1, layers: 32 },
    { width: 1, layers: 56 },
    { width: 1, layers: 110 },
  ],
  sketch: ({ width, layers }, fill) => {
    const net = (name: string, survivalRule: Spec['survival']) =>
      scaledWidth(cifarResNet(layers, { name: `resnet${layers}${name}`, survival: survivalRule }), width);
    const whole = net('', { kind: 'always' });
    const linear = lasts.map((last) => net(`-linear-${last}`, { kind: 'linear', last }));
    const uniform = lasts.map((value) => net(`-uniform-${value}`, { kind: 'uniform', value }));
    const half = linear[1]!;
    return {
      specs: [whole, ...linear, ...uniform],
      claims: [
        claim('faster', 'stepSeconds', half, whole, seenInTime * savedShare(half, fill)),
        claim('notLower', 'accuracy', half, whole),
      ],
      equal: null,
    };
  },
  recipe: recipes.stochasticDepth,
  seeds: 5,
};
