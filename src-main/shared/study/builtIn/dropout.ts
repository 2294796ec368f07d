/** Does dropout inside wide blocks help? Zagoruyko and Komodakis 2016, sections 2.4 and 3. */
import { wideResNet } from '../../network/families.ts';
import { recipes } from '../../network/recipes.ts';
import type { Spec } from '../../network/spec.ts';
import { claim, scaledWidth } from './idea.ts';
import type { Idea } from './idea.ts';

interface Rung {
  readonly width: number;
  readonly layers: number;
  readonly widen: number;
}

/** The paper's for CIFAR. */
const rate = 0.3;

export const dropout: Idea<Rung> = {
  kind: 'dropout',
  rungs: [
    { width: 0.5, layers: 10, widen: 4 },
    { width: 1, layers: 10, widen: 2 },
    { width: 1, layers: 16, widen: 2 },
    { width: 1, layers: 16, widen: 4 },
    { width: 1, layers: 28, widen: 10 },
  ],
  sketch: ({ width, layers, widen }) => {
    const net = (end: string, changes: Partial<Spec>) =>
      scaledWidth(wideResNet(layers, widen, { name: `wrn-${layers}-${widen}${end}`, ...changes }), width);
    const without = net('', {});
    const between = net('-dropout', { dropout: { rate, place: 'between' } });
    const afterReLU = net('-dropout-after-relu', { dropout: { rate, place: 'afterReLU' } });
    return {
      specs: [without, between, afterReLU],
      claims: [claim('higher', 'accuracy', between, without)],
      equal: null,
    };
  },
  recipe: recipes.wide,
  seeds: 5,
};
