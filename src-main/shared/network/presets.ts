/** The shipped networks: the papers' architectures with the papers' recipes and errors. */
import type { Preset } from '../contract.ts';
import { expected } from '../failure.ts';
import type { Recipe } from '../recipe.ts';
import { nearNames } from '../words.ts';
import {
  cifarPlain,
  cifarPreactivation,
  cifarPreactivationBottleneck,
  cifarResNeXt,
  cifarResNet,
  imagenetResNeXt,
  imagenetResNet,
  imagenetWide,
  wideResNet,
} from './families.ts';
import { recipes } from './recipes.ts';
import { reported } from './reported.ts';
import type { Spec } from './spec.ts';

const papers = {
  resnet: 'He, Zhang, Ren, Sun 2015: Deep Residual Learning for Image Recognition (arXiv 1512.03385)',
  preactivation: 'He, Zhang, Ren, Sun 2016: Identity Mappings in Deep Residual Networks (arXiv 1603.05027)',
  stochasticDepth: 'Huang, Sun, Liu, Sedra, Weinberger 2016: Deep Networks with Stochastic Depth (arXiv 1603.09382)',
  wide: 'Zagoruyko, Komodakis 2016: Wide Residual Networks (arXiv 1605.07146)',
  resnext:
    'Xie, Girshick, Dollár, Tu, He 2016: Aggregated Residual Transformations for Deep Neural Networks (arXiv 1611.05431)',
} as const;

const preset = (family: Preset['family'], spec: Spec, recipe: Recipe): Preset => ({
  name: spec.name,
  family,
  spec,
  recipe,
  paper: papers[family === 'plain' ? 'resnet' : family],
  reported: [...(reported[spec.name] ?? [])],
});

const halfSurvives: Spec['survival'] = { kind: 'linear', last: 0.5 };
const dropout: Spec['dropout'] = { rate: 0.3, place: 'between' };

/** All presets, grouped by family, from small to large. */
export const presets: readonly Preset[] = [
  ...[20, 32, 44, 56].map((depth) => preset('resnet', cifarResNet(depth), recipes.resnet)),
  ...[110, 1202].map((depth) => preset('resnet', cifarResNet(depth), recipes.deepResnet)),
  ...[20, 56].map((depth) => preset('plain', cifarPlain(depth), recipes.resnet)),
  preset('preactivation', cifarPreactivation(110), recipes.preactivation),
  ...[164, 1001].map((depth) => preset('preactivation', cifarPreactivationBottleneck(depth), recipes.preactivation)),
  ...[110, 1202].map((depth) =>
    preset(
      'stochasticDepth',
      cifarResNet(depth, { name: `resnet${depth}-sd`, survival: halfSurvives }),
      recipes.stochasticDepth,
    ),
  ),
  ...(
    [
      [16, 4],
      [16, 8],
      [28, 10],
    ] as const
  ).map(([depth, widen]) => preset('wide', wideResNet(depth, widen), recipes.wide)),
  preset('wide', wideResNet(28, 10, { name: 'wrn-28-10-dropout', dropout }), recipes.wide),
  ...[1, 2, 4].map((widen) => preset('wide', wideResNet(40, widen), recipes.wide)),
  ...[8, 16].map((cardinality) => preset('resnext', cifarResNeXt(29, cardinality, 64), recipes.resnext)),
  ...([18, 34, 50, 101, 152] as const).map((depth) => preset('resnet', imagenetResNet(depth), recipes.imagenet)),
  ...(
    [
      [50, 32, 4],
      [101, 32, 8],
      [101, 64, 4],
    ] as const
  ).map(([depth, cardinality, pathWidth]) =>
    preset('resnext', imagenetResNeXt(depth, cardinality, pathWidth), recipes.imagenetResnext),
  ),
  ...([50, 101] as const).map((depth) => preset('wide', imagenetWide(depth, 2), recipes.imagenet)),
];

const plainName = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/**
 * The preset of that name; case, dashes and underscores do not matter (`ResNet-20`, `resnext50_32x4d`).
 * @throws {Expected} `network.unknown` with the nearest names
 */
export function findPreset(name: string): Preset {
  const found = presets.find((each) => plainName(each.name) === plainName(name));
  if (found) return found;
  const near = nearNames(
    name,
    presets.map((each) => each.name),
  );
  throw expected('network.unknown', { name, near: near.join(' or ') });
}
