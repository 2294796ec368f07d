/** Recipe and network as rows of words, and where several differ. Pure. */
import { say } from '../../src-main/shared/language.ts';
import type { Words } from '../../src-main/shared/language.ts';
import type { Family } from '../../src-main/shared/network/edit.ts';
import type { Recipe } from '../../src-main/shared/recipe.ts';
import type { Spec, Survival } from '../../src-main/shared/network/spec.ts';
import { counted, joined, shapeInWords, shareInWords } from '../../src-main/shared/words.ts';

export interface Field {
  readonly name: string;
  readonly value: string;
}

const plain = (value: number) =>
  value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential().replace('e-', 'e−') : String(value);
const yesNo = (value: boolean) => say(value ? 'yes' : 'no');

function durationWords(duration: Recipe['duration']): string {
  if ('epochs' in duration) return counted(duration.epochs, 'epoch');
  return 'steps' in duration ? counted(duration.steps, 'step') : counted(duration.images, 'image');
}

function warmUpWords({ warmUp }: Recipe): string {
  if (typeof warmUp !== 'number') return durationWords(warmUp);
  return warmUp > 0 ? say('{share} of the run', { share: shareInWords(warmUp) }) : say('none');
}

function scheduleWords({ schedule }: Recipe): string {
  if (schedule.kind === 'constant') return say('constant');
  if (schedule.kind === 'cosine')
    return schedule.last === 0
      ? say('cosine to 0')
      : say('cosine to {share} of the rate', { share: plain(schedule.last) });
  if (schedule.kind === 'oneCycle')
    return say('one cycle: {first} to the peak at {percent} %, then to {last}', {
      first: plain(schedule.first),
      percent: Math.round(schedule.peakAt * 100),
      last: plain(schedule.last),
    });
  return say('× {factor} at {shares}', {
    factor: plain(schedule.factor),
    shares: joined(schedule.at.map((at) => say('{percent} %', { percent: Math.round(at * 100) }))),
  });
}

const optimiserWords = ({ optimiser }: Recipe) =>
  optimiser.kind === 'sgd'
    ? 'SGD'
    : say('AdamW, betas {beta1} and {beta2}, epsilon {epsilon}', {
        beta1: plain(optimiser.beta1),
        beta2: plain(optimiser.beta2),
        epsilon: plain(optimiser.epsilon),
      });

function augmentationWords({ augmentation }: Recipe): string {
  if (!augmentation) return say('chosen by the data');
  const parts = [
    augmentation.crop > 0
      ? say(
          augmentation.cropFill === 'reflect'
            ? 'crop after padding {pixels} (reflected)'
            : 'crop after padding {pixels}',
          {
            pixels: augmentation.crop,
          },
        )
      : '',
    augmentation.flip ? say('flip') : '',
    augmentation.cutout > 0 ? say('cutout {pixels}', { pixels: augmentation.cutout }) : '',
  ].filter(Boolean);
  return joined(parts) || say('none');
}

export const recipeFields = (recipe: Recipe): Field[] => [
  { name: say('Duration'), value: durationWords(recipe.duration) },
  { name: say('Batch'), value: counted(recipe.batch, 'image') },
  { name: say('Learning rate'), value: plain(recipe.learningRate) },
  { name: say('Schedule'), value: scheduleWords(recipe) },
  { name: say('Warm-up'), value: warmUpWords(recipe) },
  { name: say('Optimiser'), value: optimiserWords(recipe) },
  { name: say('Momentum'), value: joined([plain(recipe.momentum), ...(recipe.nesterov ? ['Nesterov'] : [])]) },
  { name: say('Weight decay'), value: plain(recipe.weightDecay) },
  { name: say('Decays scales and biases'), value: yesNo(recipe.decayAll) },
  { name: say('Label smoothing'), value: recipe.labelSmoothing > 0 ? plain(recipe.labelSmoothing) : say('none') },
  { name: say('Longest gradient norm'), value: recipe.clipNorm === null ? say('any') : plain(recipe.clipNorm) },
  {
    name: say('Average of weights'),
    value: recipe.averageDecay === null ? say('none') : say('decay {decay}', { decay: plain(recipe.averageDecay) }),
  },
  { name: say('Augmentation'), value: augmentationWords(recipe) },
  {
    name: say('Normalisation'),
    value: recipe.normalisation === 'standardise' ? say('mean and deviation of the data') : say('scaled to −1 … 1'),
  },
  { name: say('Evaluated every'), value: counted(recipe.evaluateEvery, 'epoch') },
  { name: say('Seed'), value: String(recipe.seed) },
];

export const blockNames: Readonly<Record<Spec['block'], Words>> = {
  basic: 'basic',
  bottleneck: 'bottleneck',
  preactBasic: 'pre-activation basic',
  preactBottleneck: 'pre-activation bottleneck',
};

export const shortcutNames: Readonly<Record<Spec['shortcut'], Words>> = {
  A: 'A, zero padding',
  B: 'B, projection where shapes change',
  C: 'C, projection always',
  none: 'none (plain network)',
};

export function survivalWords(survival: Survival): string {
  switch (survival.kind) {
    case 'always':
      return say('always');
    case 'linear':
      return say('linear to {last}', { last: plain(survival.last) });
    case 'uniform':
      return say('uniform {value}', { value: plain(survival.value) });
    case 'list':
      return say('a list of {count}', { count: survival.values.length });
  }
}

export const specFields = (spec: Spec): Field[] => [
  { name: say('Input'), value: spec.input ? shapeInWords(spec.input) : say('chosen by the data') },
  { name: say('Classes'), value: spec.classes === null ? say('chosen by the data') : String(spec.classes) },
  {
    name: say('Stem'),
    value: joined([
      spec.stem.kind === 'cifar' ? '3×3' : say('7×7 and max pooling'),
      say('{count} channels', { count: spec.stem.width }),
    ]),
  },
  { name: say('Blocks'), value: spec.stages.map(({ blocks }) => blocks).join(', ') },
  { name: say('Widths'), value: spec.stages.map(({ width }) => width).join(', ') },
  { name: say('Strides'), value: spec.stages.map(({ stride }) => stride).join(', ') },
  { name: say('Block'), value: say(blockNames[spec.block]) },
  { name: say('Widening k'), value: plain(spec.widen) },
  { name: say('Cardinality C'), value: String(spec.cardinality) },
  { name: say('Path width d'), value: String(spec.pathWidth) },
  { name: say('Form'), value: spec.form },
  { name: say('Shortcut'), value: say(shortcutNames[spec.shortcut]) },
  { name: say('Stride in'), value: spec.strideIn === 'reduce' ? say('first 1×1') : '3×3' },
  {
    name: say('Dropout'),
    value:
      spec.dropout.rate > 0
        ? joined([
            plain(spec.dropout.rate),
            say(spec.dropout.place === 'between' ? 'between convolutions' : 'after the second ReLU'),
          ])
        : say('none'),
  },
  { name: say('Survival'), value: survivalWords(spec.survival) },
  { name: say('Last scale starts at 0'), value: yesNo(spec.zeroLastScale) },
];

/** Fields whose values are not all the same; `of` is the number of fields looked at. A value that is not known is null. */
export function differingFields(
  columns: readonly (readonly { readonly name: string; readonly value: string | null }[])[],
): {
  readonly rows: { readonly name: string; readonly values: (string | null)[] }[];
  readonly of: number;
} {
  const names = [...new Set(columns.flatMap((fields) => fields.map(({ name }) => name)))];
  const rows = names.map((name) => ({
    name,
    values: columns.map((fields) => {
      const found = fields.find((field) => field.name === name);
      return found ? found.value : '–';
    }),
  }));
  const differs = (values: readonly (string | null)[]) => new Set(values.filter((value) => value !== null)).size > 1;
  return { rows: rows.filter(({ values }) => differs(values)), of: names.length };
}

export const familyNames: Readonly<Record<Family, Words>> = {
  plain: 'Plain',
  resnet: 'ResNet',
  stochasticDepth: 'Stochastic depth',
  preactivation: 'Pre-activation ResNet',
  wide: 'Wide ResNet',
  resnext: 'ResNeXt',
};

export const familyInWords = (family: string): string =>
  Object.hasOwn(familyNames, family) ? say(familyNames[family as Family]) : '';
