/** The papers' recipes. Schedules are fractions of the run, so that they fit shorter runs. */
import { defaultRecipe } from '../recipe.ts';
import type { Recipe } from '../recipe.ts';
import { isBottleneck } from './blocks.ts';
import { familyOf } from './edit.ts';
import type { Spec } from './spec.ts';
import { blockCount } from './survival.ts';

/** The rate of a first phase of 400 of 64,000 steps, He et al. 2015, section 4.2 (there at a tenth, here rising). */
const firstSteps = 400 / 64_000;

/**
 * He et al. 2015, section 4.2: 64,000 steps of 128 images, drops after 32,000 and 48,000; on 50,000 images these are 164
 * epochs. Plain momentum.
 */
const resnet: Recipe = { ...defaultRecipe, nesterov: false };

/** The same with a warm-up for 110 layers and more. */
const deepResnet: Recipe = { ...resnet, warmUp: firstSteps };

/** He et al. 2016: as before; 200 epochs and Nesterov momentum in the authors' program. */
const preactivation: Recipe = { ...defaultRecipe, duration: { epochs: 200 }, warmUp: firstSteps };

/** Huang et al. 2016, section 4 and the authors' program. */
const stochasticDepth: Recipe = { ...defaultRecipe, duration: { epochs: 500 } };

/** Zagoruyko and Komodakis 2016, section 3 and the authors' program: crops out of a mirrored border. */
const wide: Recipe = {
  ...defaultRecipe,
  duration: { epochs: 200 },
  schedule: { kind: 'steps', at: [0.3, 0.6, 0.8], factor: 0.2 },
  weightDecay: 5e-4,
  augmentation: { crop: 4, cropFill: 'reflect', flip: true, cutout: 0 },
};

/** Xie et al. 2016, section 5.3 and the authors' program. */
const resnext: Recipe = { ...defaultRecipe, duration: { epochs: 300 }, weightDecay: 5e-4 };

/**
 * ImageNet: batch 256, a tenth of the rate after every 30 of 90 epochs (He et al. 2015 waited for the error to stop
 * falling; this is the schedule of the programs that followed).
 */
const imagenet: Recipe = {
  ...defaultRecipe,
  duration: { epochs: 90 },
  batch: 256,
  schedule: { kind: 'steps', at: [1 / 3, 2 / 3], factor: 0.1 },
};

/** Xie et al. 2016 and the authors' program: 100 epochs, a tenth of the rate after 30, 60 and 90. */
const imagenetResnext: Recipe = {
  ...imagenet,
  duration: { epochs: 100 },
  schedule: { kind: 'steps', at: [0.3, 0.6, 0.9], factor: 0.1 },
};

export const recipes = {
  resnet,
  deepResnet,
  preactivation,
  stochasticDepth,
  wide,
  resnext,
  imagenet,
  imagenetResnext,
} as const;

/** Layers from which on the paper warms up. */
const deepLayers = 110;

/** The recipe of the paper that a network of one's own is nearest to: of its family, its depth and its stem. */
export function recipeFor(spec: Spec): Recipe {
  const family = familyOf(spec);
  if (spec.stem.kind === 'imagenet') return family === 'resnext' ? imagenetResnext : imagenet;
  switch (family) {
    case 'plain':
    case 'resnet':
      return blockCount(spec) * (isBottleneck(spec.block) ? 3 : 2) + 2 < deepLayers ? resnet : deepResnet;
    case 'preactivation':
      return preactivation;
    case 'stochasticDepth':
      return stochasticDepth;
    case 'wide':
      return wide;
    case 'resnext':
      return resnext;
  }
}
