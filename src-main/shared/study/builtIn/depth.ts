/** Where does more depth hurt? He et al. 2015, section 4.2, and Huang et al. 2016, section 4.1. */
import { cifarPlain, cifarResNet } from '../../network/families.ts';
import { recipes } from '../../network/recipes.ts';
import { claim, scaledWidth } from './idea.ts';
import type { Idea } from './idea.ts';

interface Rung {
  /** Of width 16 at the first stage. */
  readonly width: number;
  readonly depths: readonly number[];
}

export const depth: Idea<Rung> = {
  kind: 'depth',
  rungs: [
    { width: 0.5, depths: [8, 20] },
    { width: 1, depths: [8, 20] },
    { width: 1, depths: [8, 32] },
    { width: 1, depths: [20, 56] },
    { width: 1, depths: [20, 56, 110] },
    { width: 1, depths: [20, 56, 110, 1202] },
  ],
  sketch: ({ width, depths }) => {
    const nets = depths.map((layers) => ({
      plain: scaledWidth(cifarPlain(layers), width),
      residual: scaledWidth(cifarResNet(layers), width),
      stochastic: scaledWidth(
        cifarResNet(layers, { name: `resnet${layers}-sd`, survival: { kind: 'linear', last: 0.5 } }),
        width,
      ),
    }));
    const [shallow, deep] = [nets[0]!, nets.at(-1)!];
    return {
      specs: nets.flatMap(({ plain, residual, stochastic }) => [plain, residual, stochastic]),
      claims: [
        claim('lower', 'accuracy', deep.plain, shallow.plain),
        claim('notLower', 'accuracy', deep.residual, shallow.residual),
        claim('notLower', 'accuracy', deep.stochastic, shallow.stochastic),
      ],
      equal: null,
    };
  },
  recipe: recipes.deepResnet,
  seeds: 5,
};
