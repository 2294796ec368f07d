/** Recipe and network as rows of words, and where several differ. Pure. */
import type { Recipe } from '../../src-main/shared/recipe.ts';
import type { Spec, Survival } from '../../src-main/shared/network/spec.ts';
import { counted, shapeInWords, shareInWords } from '../../src-main/shared/words.ts';

export interface Field {
  readonly name: string;
  readonly value: string;
}

const plain = (value: number) =>
  value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential().replace('e-', 'e−') : String(value);
const yesNo = (value: boolean) => (value ? 'yes' : 'no');

function durationWords(duration: Recipe['duration']): string {
  if ('epochs' in duration) return counted(duration.epochs, 'epoch');
  return 'steps' in duration ? counted(duration.steps, 'step') : counted(duration.images, 'image');
}

function warmUpWords({ warmUp }: Recipe): string {
  if (typeof warmUp !== 'number') return durationWords(warmUp);
  return warmUp > 0 ? `${shareInWords(warmUp)} of the run` : 'none';
}

function scheduleWords({ schedule }: Recipe): string {
  if (schedule.kind === 'constant') return 'constant';
  if (schedule.kind === 'cosine')
    return schedule.last === 0 ? 'cosine to 0' : `cosine to ${plain(schedule.last)} of the rate`;
  if (schedule.kind === 'oneCycle')
    return `one cycle: ${plain(schedule.first)} to the peak at ${Math.round(schedule.peakAt * 100)} %, then to ${plain(schedule.last)}`;
  return `× ${plain(schedule.factor)} at ${schedule.at.map((at) => `${Math.round(at * 100)} %`).join(', ')}`;
}

const optimiserWords = ({ optimiser }: Recipe) =>
  optimiser.kind === 'sgd'
    ? 'SGD'
    : `AdamW, betas ${plain(optimiser.beta1)} and ${plain(optimiser.beta2)}, epsilon ${plain(optimiser.epsilon)}`;

function augmentationWords({ augmentation }: Recipe): string {
  if (!augmentation) return 'chosen by the data';
  const parts = [
    augmentation.crop > 0
      ? `crop after padding ${augmentation.crop}${augmentation.cropFill === 'reflect' ? ' (reflected)' : ''}`
      : '',
    augmentation.flip ? 'flip' : '',
    augmentation.cutout > 0 ? `cutout ${augmentation.cutout}` : '',
  ].filter(Boolean);
  return parts.join(', ') || 'none';
}

export const recipeFields = (recipe: Recipe): Field[] => [
  { name: 'Duration', value: durationWords(recipe.duration) },
  { name: 'Batch', value: counted(recipe.batch, 'image') },
  { name: 'Learning rate', value: plain(recipe.learningRate) },
  { name: 'Schedule', value: scheduleWords(recipe) },
  { name: 'Warm-up', value: warmUpWords(recipe) },
  { name: 'Optimiser', value: optimiserWords(recipe) },
  { name: 'Momentum', value: `${plain(recipe.momentum)}${recipe.nesterov ? ', Nesterov' : ''}` },
  { name: 'Weight decay', value: plain(recipe.weightDecay) },
  { name: 'Decays scales and biases', value: yesNo(recipe.decayAll) },
  { name: 'Label smoothing', value: recipe.labelSmoothing > 0 ? plain(recipe.labelSmoothing) : 'none' },
  { name: 'Longest gradient norm', value: recipe.clipNorm === null ? 'any' : plain(recipe.clipNorm) },
  { name: 'Average of weights', value: recipe.averageDecay === null ? 'none' : `decay ${plain(recipe.averageDecay)}` },
  { name: 'Augmentation', value: augmentationWords(recipe) },
  {
    name: 'Normalisation',
    value: recipe.normalisation === 'standardise' ? 'mean and deviation of the data' : 'scaled to −1 … 1',
  },
  { name: 'Evaluated every', value: counted(recipe.evaluateEvery, 'epoch') },
  { name: 'Seed', value: String(recipe.seed) },
];

export const blockNames: Record<Spec['block'], string> = {
  basic: 'basic',
  bottleneck: 'bottleneck',
  preactBasic: 'pre-activation basic',
  preactBottleneck: 'pre-activation bottleneck',
};

export const shortcutNames: Record<Spec['shortcut'], string> = {
  A: 'A, zero padding',
  B: 'B, projection where shapes change',
  C: 'C, projection always',
  none: 'none (plain network)',
};

export function survivalWords(survival: Survival): string {
  switch (survival.kind) {
    case 'always':
      return 'always';
    case 'linear':
      return `linear to ${plain(survival.last)}`;
    case 'uniform':
      return `uniform ${plain(survival.value)}`;
    case 'list':
      return `a list of ${survival.values.length}`;
  }
}

export const specFields = (spec: Spec): Field[] => [
  { name: 'Input', value: spec.input ? shapeInWords(spec.input) : 'chosen by the data' },
  { name: 'Classes', value: spec.classes === null ? 'chosen by the data' : String(spec.classes) },
  { name: 'Stem', value: `${spec.stem.kind === 'cifar' ? '3×3' : '7×7 and max pooling'}, ${spec.stem.width} channels` },
  { name: 'Blocks', value: spec.stages.map(({ blocks }) => blocks).join(', ') },
  { name: 'Widths', value: spec.stages.map(({ width }) => width).join(', ') },
  { name: 'Strides', value: spec.stages.map(({ stride }) => stride).join(', ') },
  { name: 'Block', value: blockNames[spec.block] },
  { name: 'Widening k', value: plain(spec.widen) },
  { name: 'Cardinality C', value: String(spec.cardinality) },
  { name: 'Path width d', value: String(spec.pathWidth) },
  { name: 'Form', value: spec.form },
  { name: 'Shortcut', value: shortcutNames[spec.shortcut] },
  { name: 'Stride in', value: spec.strideIn === 'reduce' ? 'first 1×1' : '3×3' },
  {
    name: 'Dropout',
    value:
      spec.dropout.rate > 0
        ? `${plain(spec.dropout.rate)}, ${spec.dropout.place === 'between' ? 'between convolutions' : 'after the second ReLU'}`
        : 'none',
  },
  { name: 'Survival', value: survivalWords(spec.survival) },
  { name: 'Last scale starts at 0', value: yesNo(spec.zeroLastScale) },
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

export const familyNames: Record<string, string> = {
  plain: 'Plain',
  resnet: 'ResNet',
  stochasticDepth: 'Stochastic depth',
  preactivation: 'Pre-activation ResNet',
  wide: 'Wide ResNet',
  resnext: 'ResNeXt',
};
