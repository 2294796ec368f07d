/**
 * From spec to plan: every step of the network, named, with its shapes.
 *
 * Names, counted from 1:
 *   stem/conv, stem/norm, stem/relu, stem/pool
 *   stage1/block2/conv1, norm1, relu1, dropout, conv2, …   the branch, in the order of computation
 *   stage1/block2/path3/conv1, …                           inside one path of the forms a and b, joined by `paths`
 *   stage1/block2/shortcut/conv, shortcut/norm, shortcut/pad
 *   head/norm, head/relu, head/average, head/linear
 * `norm1` and `relu1` of a pre-activation block keep their names where they are shared with a projection.
 */
import { expected } from '../failure.ts';
import { branches, isBottleneck, isPreactivation, sharedSteps } from './blocks.ts';
import { checked } from './check.ts';
import type { BlockPlan, Plan, StagePlan, Step } from './plan.ts';
import type { Shape, Spec, Stage } from './spec.ts';
import { channelsOf, filled } from './shapes.ts';
import type { Fill } from './shapes.ts';
import { average, chain, convolution, linear, maxPool, normalisation, outputOf, relu, zeroPad } from './steps.ts';
import type { Maker } from './steps.ts';
import { blockCount, survivalOf } from './survival.ts';

/**
 * The plan of a spec. Open input and classes are taken from `fill`, without one from the set that the stem is named for.
 *
 * Laws: names are unique; the input of every step is the output of the step before it; both arms of a block end in one
 * shape; a spec that `check` has no problem with expands. Takes time linear in the number of steps.
 * @throws {Expected} `network.invalid` with the first problem that `check` finds.
 */
export function expand(spec: Spec, fill: Fill = {}): Plan {
  const [problem] = checked(spec, fill);
  if (problem) throw expected('network.invalid', { ...problem });
  const { input, classes } = filled(spec, fill);
  const stem = chain('stem', input, stemOf(spec));
  const stages: StagePlan[] = [];
  let shape = outputOf(stem, input);
  let index = 1;
  for (const [number, stage] of spec.stages.entries()) {
    const planned = expandStage(spec, stage, `stage${number + 1}`, index, shape);
    stages.push(planned);
    shape = planned.output;
    index += stage.blocks;
  }
  return { spec, input, classes, stem, stages, head: chain('head', shape, headOf(spec, classes)) };
}

/** The first steps. A CIFAR stem before pre-activation blocks is the bare convolution. */
function stemOf({ stem, block }: Spec): Maker[] {
  const activation = [normalisation('norm'), relu('relu')];
  if (stem.kind === 'imagenet') return [convolution('conv', 7, stem.width, 2), ...activation, maxPool('pool')];
  return [convolution('conv', 3, stem.width), ...(isPreactivation(block) ? [] : activation)];
}

function headOf({ block }: Spec, classes: number): Maker[] {
  const activation = isPreactivation(block) ? [normalisation('norm'), relu('relu')] : [];
  return [...activation, average('average'), linear('linear', classes)];
}

function expandStage(spec: Spec, stage: Stage, name: string, firstIndex: number, input: Shape): StagePlan {
  const blocks: BlockPlan[] = [];
  let shape = input;
  for (let offset = 0; offset < stage.blocks; offset += 1) {
    const stride = offset === 0 ? stage.stride : 1;
    const block = expandBlock(spec, stage, stride, `${name}/block${offset + 1}`, firstIndex + offset, shape);
    blocks.push(block);
    shape = block.output;
  }
  return { name, blocks, input, output: shape };
}

function expandBlock(spec: Spec, stage: Stage, stride: 1 | 2, name: string, index: number, input: Shape): BlockPlan {
  const { inner, output } = channelsOf(spec, stage);
  const preactivation = isPreactivation(spec.block);
  const shortcut = shortcutOf(spec, stride, input, output);
  const { strideIn, cardinality, form, dropout } = spec;
  const lastScale = spec.zeroLastScale ? 0 : 1;
  const drawn = branches[spec.block]({ inner, output, stride, strideIn, cardinality, form, dropout, lastScale });
  const all = chain(name, input, drawn);
  const shared = preactivation && shortcut === 'projection' ? sharedSteps : 0;
  const branch = all.slice(shared);
  const shape = outputOf(branch, input);
  return {
    name,
    index,
    survival: survivalOf(spec.survival, index, blockCount(spec)),
    before: all.slice(0, shared),
    branch,
    shortcut: shortcutSteps(shortcut, name, input, output, stride, preactivation),
    after: preactivation ? [] : chain(name, shape, [relu(isBottleneck(spec.block) ? 'relu3' : 'relu2')]),
    input,
    output: shape,
  };
}

type ShortcutKind = 'none' | 'identity' | 'zeroPad' | 'projection';

function shortcutOf(spec: Spec, stride: number, input: Shape, channels: number): ShortcutKind {
  if (spec.shortcut === 'none') return 'none';
  if (spec.shortcut === 'C') return 'projection';
  if (stride === 1 && input.channels === channels) return 'identity';
  return spec.shortcut === 'A' ? 'zeroPad' : 'projection';
}

/** A projection is normalised, but not in pre-activation blocks, where it takes the block's first activation. */
function shortcutSteps(
  kind: ShortcutKind,
  block: string,
  input: Shape,
  channels: number,
  stride: number,
  preactivation: boolean,
): Step[] | null {
  const place = `${block}/shortcut`;
  switch (kind) {
    case 'none':
      return null;
    case 'identity':
      return [];
    case 'zeroPad':
      return chain(place, input, [zeroPad('pad', channels, stride)]);
    case 'projection': {
      const projection = convolution('conv', 1, channels, stride);
      return chain(place, input, preactivation ? [projection] : [projection, normalisation('norm')]);
    }
  }
}
