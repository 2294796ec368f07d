/** What a choice in a recipe stands for before its parts are set one by one; the same on the page and by `--set`. */
import type { Words } from './language.ts';
import type { Augmentation, Recipe, Schedule } from './recipe.ts';

export const schedules: Record<Schedule['kind'], Schedule> = {
  constant: { kind: 'constant' },
  steps: { kind: 'steps', at: [0.5, 0.75], factor: 0.1 },
  cosine: { kind: 'cosine', last: 0 },
  // PyTorch's OneCycleLR begins at 1/25 of the peak and ends at 1/10,000 of that.
  oneCycle: { kind: 'oneCycle', peakAt: 0.3, first: 0.04, last: 4e-6 },
};

export const optimisers: Record<Recipe['optimiser']['kind'], Recipe['optimiser']> = {
  sgd: { kind: 'sgd' },
  adamW: { kind: 'adamW', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
};

export const divergences: Record<Recipe['whenDiverged']['kind'], Recipe['whenDiverged']> = {
  stop: { kind: 'stop' },
  skip: { kind: 'skip', most: 10 },
  rollBack: { kind: 'rollBack', factor: 0.1, most: 3 },
};

export const usualStopping: NonNullable<Recipe['earlyStopping']> = { patience: 10, least: 0 };

export const noAugmentation: Augmentation = { crop: 0, cropFill: 'zero', flip: false, cutout: 0 };

/** What a warm-up may be counted in, with one to begin with. */
export const warmUps: Record<
  'share' | 'epochs' | 'steps' | 'images',
  { readonly title: Words; readonly warmUp: Recipe['warmUp'] }
> = {
  share: { title: 'Share of the run', warmUp: 0 },
  epochs: { title: 'Epochs', warmUp: { epochs: 5 } },
  steps: { title: 'Steps', warmUp: { steps: 400 } },
  images: { title: 'Images', warmUp: { images: 50_000 } },
};
