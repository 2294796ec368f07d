/** Every field of a recipe that the form for a new run offers beside the first few, as a table. Pure. */
import type { Words } from '../../src-main/shared/language.ts';
import type { Recipe } from '../../src-main/shared/recipe.ts';
import {
  divergences,
  noAugmentation,
  optimisers,
  schedules,
  usualStopping,
  warmUps,
} from '../../src-main/shared/recipeChoices.ts';

type Choices = readonly { readonly value: string; readonly title: Words; readonly set: (recipe: Recipe) => Recipe }[];

interface Common {
  readonly title: Words;
  readonly hint?: Words;
  /** Whether it matters for this recipe; always where left out. */
  readonly when?: (recipe: Recipe) => boolean;
}
/** A number; a whole one where `step` is 1. Empty is null where that is possible. */
interface NumberField extends Common {
  readonly kind: 'number';
  readonly least: number;
  readonly most: number;
  readonly step: number | 'any';
  readonly get: (recipe: Recipe) => number | null;
  readonly set: (recipe: Recipe, value: number | null) => Recipe;
  readonly empty?: Words;
}
interface ListField extends Common {
  readonly kind: 'list';
  readonly get: (recipe: Recipe) => readonly number[];
  readonly set: (recipe: Recipe, values: number[]) => Recipe;
}
interface YesNoField extends Common {
  readonly kind: 'yesNo';
  readonly get: (recipe: Recipe) => boolean;
  readonly set: (recipe: Recipe, value: boolean) => Recipe;
}
interface ChoiceField extends Common {
  readonly kind: 'choice';
  readonly get: (recipe: Recipe) => string;
  readonly choices: Choices;
}
export type FormField = NumberField | ListField | YesNoField | ChoiceField;

export interface FormGroup {
  readonly title: Words;
  readonly fields: readonly FormField[];
}

type NumberKey = {
  [Key in keyof Recipe]: Recipe[Key] extends number | null ? Key : never;
}[keyof Recipe];

type Range = readonly [least: number, most: number, step?: number | 'any'];

const number = (title: Words, key: NumberKey, [least, most, step = 'any']: Range, rest: Partial<NumberField> = {}) =>
  ({
    kind: 'number',
    title,
    least,
    most,
    step,
    get: (recipe) => recipe[key],
    set: (recipe, value) => ({ ...recipe, [key]: value }),
    ...rest,
  }) satisfies NumberField;

/** A number within a part of a recipe, such as `schedule`. */
const part = <Name extends 'schedule' | 'optimiser' | 'whenDiverged' | 'earlyStopping' | 'augmentation'>(
  title: Words,
  name: Name,
  key: string,
  [least, most, step = 'any']: Range,
  when?: (recipe: Recipe) => boolean,
): NumberField => ({
  kind: 'number',
  title,
  least,
  most,
  step,
  get: (recipe) => ((recipe[name] as Record<string, unknown> | null)?.[key] as number | undefined) ?? null,
  set: (recipe, value) => ({ ...recipe, [name]: { ...(recipe[name] as object), [key]: value } }),
  when: (recipe) => {
    const value: unknown = recipe[name];
    return typeof value === 'object' && value !== null && key in value && (when?.(recipe) ?? true);
  },
});

const yesNo = (title: Words, key: 'nesterov' | 'decayAll', when?: (recipe: Recipe) => boolean): YesNoField => ({
  kind: 'yesNo',
  title,
  get: (recipe) => recipe[key],
  set: (recipe, value) => ({ ...recipe, [key]: value }),
  ...(when ? { when } : {}),
});

const isSgd = ({ optimiser }: Recipe) => optimiser.kind === 'sgd';
const hasOwnAugmentation = ({ augmentation }: Recipe) => augmentation !== null;

export const recipeForm: readonly FormGroup[] = [
  {
    title: 'Rate',
    fields: [
      {
        kind: 'choice',
        title: 'Schedule',
        get: ({ schedule }) => schedule.kind,
        choices: (
          [
            { value: 'constant', title: 'Constant' },
            { value: 'steps', title: 'Steps' },
            { value: 'cosine', title: 'Cosine' },
            { value: 'oneCycle', title: 'One cycle' },
          ] as const
        ).map(({ value, title }) => ({
          value,
          title,
          set: (recipe) => ({ ...recipe, schedule: schedules[value] }),
        })),
      },
      {
        kind: 'list',
        title: 'Drops at',
        hint: 'shares of the run',
        when: ({ schedule }) => schedule.kind === 'steps',
        get: ({ schedule }) => (schedule.kind === 'steps' ? schedule.at : []),
        set: (recipe, at) =>
          recipe.schedule.kind === 'steps' ? { ...recipe, schedule: { ...recipe.schedule, at } } : recipe,
      },
      part('Factor of a drop', 'schedule', 'factor', [1e-6, 1]),
      part('Peak at', 'schedule', 'peakAt', [0, 1]),
      part('First share', 'schedule', 'first', [0, 1]),
      part('Last share', 'schedule', 'last', [0, 1]),
      {
        kind: 'choice',
        title: 'Warm-up in',
        get: ({ warmUp }) => (typeof warmUp === 'number' ? 'share' : (Object.keys(warmUp)[0] as string)),
        choices: Object.entries(warmUps).map(([value, { title, warmUp }]) => ({
          value,
          title,
          set: (recipe) => ({ ...recipe, warmUp }),
        })),
      },
      {
        kind: 'number',
        title: 'Warm-up',
        least: 0,
        most: 1,
        step: 'any',
        when: ({ warmUp }) => typeof warmUp === 'number',
        get: ({ warmUp }) => (typeof warmUp === 'number' ? warmUp : null),
        set: (recipe, warmUp) => ({ ...recipe, warmUp: warmUp ?? 0 }),
      },
      {
        kind: 'number',
        title: 'Warm-up',
        least: 1,
        most: 100_000_000,
        step: 1,
        when: ({ warmUp }) => typeof warmUp !== 'number',
        get: ({ warmUp }) => (typeof warmUp === 'number' ? null : (Object.values(warmUp)[0] as number)),
        set: (recipe, value) => {
          const [unit] = Object.keys(recipe.warmUp);
          return { ...recipe, warmUp: { [unit as 'steps']: value ?? 1 } };
        },
      },
    ],
  },
  {
    title: 'Optimiser',
    fields: [
      {
        kind: 'choice',
        title: 'Optimiser',
        get: ({ optimiser }) => optimiser.kind,
        choices: (
          [
            { value: 'sgd', title: 'SGD' },
            { value: 'adamW', title: 'AdamW' },
          ] as const
        ).map(({ value, title }) => ({
          value,
          title,
          set: (recipe) => ({ ...recipe, optimiser: optimisers[value] }),
        })),
      },
      number('Momentum', 'momentum', [0, 1], { when: isSgd }),
      yesNo('Nesterov', 'nesterov', isSgd),
      part('β₁', 'optimiser', 'beta1', [0, 1]),
      part('β₂', 'optimiser', 'beta2', [0, 1]),
      part('ε', 'optimiser', 'epsilon', [1e-12, 1]),
      number('Weight decay', 'weightDecay', [0, 10]),
      yesNo('Scales and biases decay', 'decayAll'),
      number('Longest gradient', 'clipNorm', [1e-6, 1e6], { empty: 'any' }),
      number('Average of weights', 'averageDecay', [0, 1], { empty: 'none', hint: 'share of the old' }),
      number('Parts of a batch', 'accumulate', [1, 1024, 1], { hint: 'gradients added up' }),
    ],
  },
  {
    title: 'Images and labels',
    fields: [
      {
        kind: 'choice',
        title: 'Augmentation',
        get: ({ augmentation }) => (augmentation === null ? 'data' : 'own'),
        choices: [
          { value: 'data', title: 'As the data allows', set: (recipe) => ({ ...recipe, augmentation: null }) },
          { value: 'own', title: 'As follows', set: (recipe) => ({ ...recipe, augmentation: noAugmentation }) },
        ],
      },
      part('Crop padding', 'augmentation', 'crop', [0, 64, 1]),
      {
        kind: 'choice',
        title: 'Crop filled with',
        when: hasOwnAugmentation,
        get: ({ augmentation }) => augmentation?.cropFill ?? 'zero',
        choices: (['zero', 'reflect'] as const).map((value) => ({
          value,
          title: value === 'zero' ? 'Zeros' : 'Mirror image',
          set: (recipe) => ({
            ...recipe,
            augmentation: { ...(recipe.augmentation ?? noAugmentation), cropFill: value },
          }),
        })),
      },
      {
        kind: 'yesNo',
        title: 'Flip',
        when: hasOwnAugmentation,
        get: ({ augmentation }) => augmentation?.flip ?? false,
        set: (recipe, flip) => ({ ...recipe, augmentation: { ...(recipe.augmentation ?? noAugmentation), flip } }),
      },
      part('Cut-out side', 'augmentation', 'cutout', [0, 512, 1]),
      {
        kind: 'choice',
        title: 'Normalisation',
        get: ({ normalisation }) => normalisation,
        choices: (['standardise', 'scale'] as const).map((value) => ({
          value,
          title: value === 'standardise' ? 'Mean and deviation' : 'To −1 … 1',
          set: (recipe) => ({ ...recipe, normalisation: value }),
        })),
      },
      number('Label smoothing', 'labelSmoothing', [0, 1]),
      number('Mixup α', 'mixup', [0, 100], { hint: '0: not mixed' }),
    ],
  },
  {
    title: 'Along the way',
    fields: [
      number('Evaluate every', 'evaluateEvery', [1, 100_000, 1], { hint: 'epochs' }),
      number('Look into blocks every', 'watchEvery', [0, 100_000, 1], { hint: 'steps; 0: never' }),
      {
        kind: 'yesNo',
        title: 'Stop early',
        get: ({ earlyStopping }) => earlyStopping !== null,
        set: (recipe, on) => ({ ...recipe, earlyStopping: on ? usualStopping : null }),
      },
      part('Patience', 'earlyStopping', 'patience', [1, 100_000, 1]),
      part('Least gain', 'earlyStopping', 'least', [0, 1]),
      {
        kind: 'choice',
        title: 'When it diverges',
        get: ({ whenDiverged }) => whenDiverged.kind,
        choices: (
          [
            { value: 'stop', title: 'Stop' },
            { value: 'skip', title: 'Leave the batch out' },
            { value: 'rollBack', title: 'Go back, smaller rate' },
          ] as const
        ).map(({ value, title }) => ({
          value,
          title,
          set: (recipe) => ({ ...recipe, whenDiverged: divergences[value] }),
        })),
      },
      part('Smaller by', 'whenDiverged', 'factor', [1e-6, 1]),
      part('At most', 'whenDiverged', 'most', [1, 1000, 1]),
    ],
  },
];

/** The fields that matter for a recipe. */
export const fieldsFor = (group: FormGroup, recipe: Recipe): FormField[] =>
  group.fields.filter(({ when }) => when?.(recipe) ?? true);
