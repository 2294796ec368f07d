/**
 * Everything that decides a run besides the network and the data.
 *
 * A recipe is complete: defaults are filled in when it is made, so that a stored run repeats itself.
 */
import {
  boolean,
  integer,
  literal,
  maxLength,
  maxValue,
  minLength,
  minValue,
  nullable,
  number,
  object,
  optional,
  picklist,
  pipe,
  array,
  union,
} from './schema.ts';
import type { InferOutput } from './schema.ts';

const fraction = pipe(number(), minValue(0), maxValue(1));
const whole = (least: number, most: number) => pipe(number(), integer(), minValue(least), maxValue(most));

export const durationSchema = union([
  object({ epochs: whole(1, 100_000) }),
  object({ steps: whole(1, 100_000_000) }),
  object({ images: whole(1, Number.MAX_SAFE_INTEGER) }),
]);

export const scheduleSchema = union([
  object({ kind: literal('constant') }),
  /** The rate is multiplied by `factor` when the done fraction of the run reaches each value of `at`. */
  object({
    kind: literal('steps'),
    at: pipe(array(fraction), minLength(1), maxLength(64)),
    factor: pipe(number(), minValue(1e-6), maxValue(1)),
  }),
  /** Half a cosine from the full rate to `last` times the rate. */
  object({ kind: literal('cosine'), last: fraction }),
  /**
   * One cycle (Smith and Topin 2017): from `first` times the rate along half a cosine to the full rate at the fraction
   * `peakAt` of the run, then along half a cosine to `last` times the rate.
   */
  object({ kind: literal('oneCycle'), peakAt: fraction, first: fraction, last: fraction }),
]);

export const augmentationSchema = object({
  /** Padding in pixels on every side before a random crop of the original size; 0: none. */
  crop: whole(0, 64),
  cropFill: picklist(['zero', 'reflect']),
  /** Random horizontal flip. */
  flip: boolean(),
  /** Side in pixels of a square set to the mean (DeVries and Taylor 2017); 0: none. */
  cutout: whole(0, 512),
});

/**
 * What happens when the loss or a gradient is no longer a number. The batch is kept on the disk in every case.
 * `stop`: the run fails at its last checkpoint. `skip`: it goes back to the last checkpoint, and the step's batch is left
 * out, at most `most` times. `rollBack`: it goes back and goes on with `factor` times the rate, at most `most` times.
 */
export const divergenceSchema = union([
  object({ kind: literal('stop') }),
  object({ kind: literal('skip'), most: whole(1, 1000) }),
  object({
    kind: literal('rollBack'),
    factor: pipe(number(), minValue(1e-6), maxValue(1)),
    most: whole(1, 1000),
  }),
]);

export const earlyStoppingSchema = object({
  /** Evaluations in a row that may pass without a better accuracy: on the validation split where there is one, else on the test split. */
  patience: whole(1, 100_000),
  /** By how much an accuracy must exceed the best one to count as better. */
  least: fraction,
});

export const recipeSchema = object({
  duration: durationSchema,
  /** Images in one step. */
  batch: whole(1, 65_536),
  /**
   * Parts of equal size into which a step's batch is cut, for a device that has no room for all of it: their gradients
   * are added up before the weights move. Batch normalisation sees the parts, not the whole.
   */
  accumulate: optional(whole(1, 1024), 1),
  /** Peak learning rate. */
  learningRate: pipe(number(), minValue(1e-9), maxValue(1000)),
  schedule: scheduleSchema,
  /** The time at the start during which the rate rises linearly from a tenth: a fraction of the run, or a duration. */
  warmUp: union([fraction, durationSchema]),
  /** `sgd`: with momentum, as in the papers. `adamW`: Loshchilov and Hutter 2019; its decay is times the rate. */
  optimiser: optional(
    union([
      object({ kind: literal('sgd') }),
      object({
        kind: literal('adamW'),
        beta1: fraction,
        beta2: fraction,
        epsilon: pipe(number(), minValue(1e-12), maxValue(1)),
      }),
    ]),
    { kind: 'sgd' },
  ),
  /** Of stochastic gradient descent. */
  momentum: fraction,
  nesterov: boolean(),
  weightDecay: pipe(number(), minValue(0), maxValue(10)),
  /** Whether normalisation scales and shifts and biases decay, too (the papers' programs: yes). */
  decayAll: boolean(),
  labelSmoothing: fraction,
  /** α of the Beta distribution of mixing shares (Zhang et al. 2018, section 2); 0: images are not mixed. */
  mixup: optional(pipe(number(), minValue(0), maxValue(100)), 0),
  /** Longest norm of all gradients together (Pascanu et al. 2013); longer ones are shortened to it. null: any. */
  clipNorm: optional(nullable(pipe(number(), minValue(1e-6), maxValue(1e6))), null),
  /** Share of the old value in the moving average of the weights, by which the network is evaluated. null: no average. */
  averageDecay: optional(nullable(fraction), null),
  /** null: chosen by the dataset (image size, whether mirroring keeps the meaning). */
  augmentation: nullable(augmentationSchema),
  /** `standardise`: minus mean, by deviation, per channel of the training split. `scale`: to −1 … 1. */
  normalisation: picklist(['standardise', 'scale']),
  /** Epochs between evaluations; the last epoch is always evaluated. */
  evaluateEvery: whole(1, 100_000),
  /** null: the run is as long as its duration says. */
  earlyStopping: optional(nullable(earlyStoppingSchema), null),
  whenDiverged: optional(divergenceSchema, { kind: 'stop' }),
  /**
   * Steps between looks into the residual blocks (gradients, branch against shortcut); the norm of all gradients is then
   * noted at every step. 0: neither. Watching changes no weight.
   */
  watchEvery: optional(whole(0, 100_000), 50),
  /** 0 to 2³¹ − 1. */
  seed: whole(0, 2_147_483_647),
});

export type Duration = InferOutput<typeof durationSchema>;
export type Schedule = InferOutput<typeof scheduleSchema>;
export type Augmentation = InferOutput<typeof augmentationSchema>;
export type Recipe = InferOutput<typeof recipeSchema>;

/** The recipe of He et al. 2015, section 4.2, with the schedule as fractions of the run. */
export const defaultRecipe: Recipe = {
  duration: { epochs: 164 },
  batch: 128,
  accumulate: 1,
  learningRate: 0.1,
  schedule: { kind: 'steps', at: [0.5, 0.75], factor: 0.1 },
  warmUp: 0,
  optimiser: { kind: 'sgd' },
  momentum: 0.9,
  nesterov: true,
  weightDecay: 1e-4,
  decayAll: true,
  labelSmoothing: 0,
  mixup: 0,
  clipNorm: null,
  averageDecay: null,
  augmentation: null,
  normalisation: 'standardise',
  evaluateEvery: 1,
  earlyStopping: null,
  whenDiverged: { kind: 'stop' },
  watchEvery: 50,
  seed: 1,
};
