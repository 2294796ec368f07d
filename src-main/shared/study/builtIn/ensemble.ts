/** Is a network trained with stochastic depth an ensemble? Huang et al. 2016, section 3.2; Veit et al. 2016, section 4. */
import { cifarResNet } from '../../network/families.ts';
import { recipes } from '../../network/recipes.ts';
import { claim, scaledWidth, tolerance } from './idea.ts';
import type { Idea } from './idea.ts';

interface Rung {
  readonly width: number;
  readonly layers: number;
}

export const ensemble: Idea<Rung> = {
  kind: 'ensemble',
  rungs: [
    { width: 0.5, layers: 20 },
    { width: 1, layers: 20 },
    { width: 1, layers: 32 },
    { width: 1, layers: 56 },
    { width: 1, layers: 110 },
  ],
  sketch: ({ width, layers }) => {
    const stochastic = scaledWidth(
      cifarResNet(layers, { name: `resnet${layers}-sd`, survival: { kind: 'linear', last: 0.5 } }),
      width,
    );
    const whole = scaledWidth(cifarResNet(layers), width);
    return {
      specs: [stochastic, whole],
      claims: [
        claim('lower', 'removalLoss', stochastic, whole),
        {
          says: 'notLower',
          first: { arm: stochastic.name, measure: 'wholeAccuracy' },
          second: { arm: stochastic.name, measure: 'averageAccuracy' },
          margin: tolerance,
        },
      ],
      equal: null,
    };
  },
  recipe: recipes.stochasticDepth,
  seeds: 5,
};
