/**
 * The weights of a plan by name, and the names and layouts that torchvision's ResNets give to them, so that files of either
 * program mean the same function in the other (the padding is the same, see core/graph/operations/convolution.ts).
 *
 * Only post-activation networks have them; a ResNeXt in its grouped form (c). Source: torchvision/models/resnet.py,
 * attributes of `ResNet`, `BasicBlock` and `Bottleneck`.
 */
import type { BlockPlan, Plan, Step } from './plan.ts';

/** How our values become theirs: filters [k, k, in, out] → [out, in, k, k], matrices [in, out] → [out, in]. */
export type Layout = 'filter' | 'matrix' | 'vector';

export interface TorchName {
  /** Our variable, e.g. `stage1/block1/conv1/filter`. */
  readonly ours: string;
  /** E.g. `layer1.0.conv1.weight`. */
  readonly theirs: string;
  readonly layout: Layout;
  /** Our shape. */
  readonly shape: readonly number[];
  /**
   * Theirs by ours, 1 but for the last normalisation of a branch that stochastic depth scales by its survival P_l in
   * evaluation: torchvision's networks have no such factor, so it goes into the weights.
   */
  readonly factor: number;
}

/** Every variable of a plan that a file of weights holds, under our names, in the plan's order. */
export function ourNames(plan: Plan): readonly Omit<TorchName, 'theirs'>[] {
  const blocks = plan.stages.flatMap((stage) => stage.blocks);
  const steps = [
    ...plan.stem,
    ...blocks.flatMap(({ before, branch, shortcut, after }) => [...before, ...branch, ...(shortcut ?? []), ...after]),
    ...plan.head,
  ];
  return steps.flatMap(function named(step): TorchName[] {
    return step.op === 'paths' ? step.paths.flat().flatMap(named) : stepNames(step, '');
  });
}

/** Names of all variables of a plan, in its order; null where torchvision has no such network. */
export function torchNames(plan: Plan): readonly TorchName[] | null {
  const { spec } = plan;
  if (spec.block === 'preactBasic' || spec.block === 'preactBottleneck') return null;
  if (spec.cardinality > 1 && spec.form !== 'c') return null;
  return [
    ...numbered(plan.stem, ''),
    ...plan.stages.flatMap(({ blocks }, stage) =>
      blocks.flatMap((block, index) => blockNames(block, `layer${stage + 1}.${index}.`)),
    ),
    ...plan.head.flatMap((step) => stepNames(step, 'fc')),
  ];
}

function blockNames(block: BlockPlan, prefix: string): TorchName[] {
  const shortcut = (block.shortcut ?? []).flatMap((step, index) => stepNames(step, `${prefix}downsample.${index}`));
  const last = block.branch.findLast(({ op }) => op === 'normalisation')?.name;
  const scaled = block.shortcut === null || block.survival === 0 ? 1 : block.survival;
  const branch = numbered(block.branch, prefix).map((name) =>
    name.ours === `${last}/scale` || name.ours === `${last}/shift` ? { ...name, factor: scaled } : name,
  );
  return [...branch, ...shortcut];
}

/** Convolutions and normalisations are counted from 1 on their own. */
function numbered(steps: readonly Step[], prefix: string): TorchName[] {
  const seen = { convolution: 0, normalisation: 0 };
  return steps.flatMap((step) => {
    if (step.op === 'convolution') return stepNames(step, `${prefix}conv${(seen.convolution += 1)}`);
    if (step.op === 'normalisation') return stepNames(step, `${prefix}bn${(seen.normalisation += 1)}`);
    return [];
  });
}

function stepNames(step: Step, theirs: string): TorchName[] {
  const channels = [step.output.channels];
  switch (step.op) {
    case 'convolution': {
      const shape = [step.kernel, step.kernel, step.input.channels / step.groups, step.output.channels];
      return [{ ours: `${step.name}/filter`, theirs: `${theirs}.weight`, layout: 'filter', shape, factor: 1 }];
    }
    case 'normalisation':
      return [
        { ours: `${step.name}/scale`, theirs: `${theirs}.weight`, layout: 'vector', shape: channels, factor: 1 },
        { ours: `${step.name}/shift`, theirs: `${theirs}.bias`, layout: 'vector', shape: channels, factor: 1 },
        { ours: `${step.name}/mean`, theirs: `${theirs}.running_mean`, layout: 'vector', shape: channels, factor: 1 },
        {
          ours: `${step.name}/variance`,
          theirs: `${theirs}.running_var`,
          layout: 'vector',
          shape: channels,
          factor: 1,
        },
      ];
    case 'linear':
      return [
        {
          ours: `${step.name}/weights`,
          theirs: `${theirs}.weight`,
          layout: 'matrix',
          shape: [step.input.channels, step.output.channels],
          factor: 1,
        },
        { ours: `${step.name}/bias`, theirs: `${theirs}.bias`, layout: 'vector', shape: channels, factor: 1 },
      ];
    default:
      return [];
  }
}

/** Their shape of one of our variables. */
export const torchShape = ({ layout, shape }: Pick<TorchName, 'layout' | 'shape'>): readonly number[] => {
  const [a = 1, b = 1, c = 1, d = 1] = shape;
  return layout === 'filter' ? [d, c, a, b] : layout === 'matrix' ? [b, a] : shape;
};

/** Our values in their layout. */
export const toTorch = (values: Float32Array, name: TorchName): Float32Array => moved(values, name, 'toTorch');

/** Their values in our layout. */
export const fromTorch = (values: Float32Array, name: TorchName): Float32Array => moved(values, name, 'fromTorch');

/** Filters are taken as [pixels, in, out] here and [out, in, pixels] there; matrices as one pixel. */
function moved(
  values: Float32Array,
  { layout, shape, factor }: TorchName,
  direction: 'toTorch' | 'fromTorch',
): Float32Array {
  if (layout === 'vector') return values.map((value) => (direction === 'toTorch' ? value * factor : value / factor));
  const [a = 1, b = 1, c = 1, d = 1] = shape;
  const [pixels, inputs, outputs] = layout === 'filter' ? [a * b, c, d] : [1, a, b];
  const result = new Float32Array(values.length);
  for (let pixel = 0; pixel < pixels; pixel += 1) {
    for (let input = 0; input < inputs; input += 1) {
      for (let output = 0; output < outputs; output += 1) {
        const ours = (pixel * inputs + input) * outputs + output;
        const theirs = (output * inputs + input) * pixels + pixel;
        if (direction === 'toTorch') result[theirs] = values[ours] as number;
        else result[ours] = values[theirs] as number;
      }
    }
  }
  return result;
}
