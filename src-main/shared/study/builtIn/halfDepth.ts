/** A ResNeXt of n layers against a ResNet of twice the depth with more parameters. Xie et al. 2016, sections 1 and 5. */
import { cifarResNeXt } from '../../network/families.ts';
import { recipes } from '../../network/recipes.ts';
import { claim, scaledWidth } from './idea.ts';
import type { Idea } from './idea.ts';

interface Rung {
  readonly width: number;
  readonly blocks: number;
  readonly paths: readonly [cardinality: number, pathWidth: number];
}

export const halfDepth: Idea<Rung> = {
  kind: 'halfDepth',
  rungs: [
    { width: 0.5, blocks: 1, paths: [8, 8] },
    { width: 1, blocks: 1, paths: [8, 8] },
    { width: 1, blocks: 2, paths: [16, 4] },
    { width: 1, blocks: 3, paths: [32, 4] },
  ],
  sketch: ({ width, blocks, paths: [paths, pathWidth] }) => {
    const aggregated = scaledWidth(cifarResNeXt(9 * blocks + 2, paths, pathWidth), width);
    const layers = 18 * blocks + 2;
    const deep = scaledWidth(cifarResNeXt(layers, 1, 64, { name: `resnet${layers}-bottleneck` }), width);
    return {
      specs: [aggregated, deep],
      claims: [claim('notLower', 'accuracy', aggregated, deep), claim('faster', 'stepSeconds', aggregated, deep, 0)],
      equal: null,
    };
  },
  recipe: recipes.resnext,
  seeds: 5,
};
