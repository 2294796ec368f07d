/**
 * What a person designs: a residual network as plain data.
 *
 * A spec is turned into a plan (plan.ts); every number, drawing and graph is a fold over that plan.
 * A spec may leave the input and the number of classes open; the dataset fills them when a run starts.
 */
import {
  array,
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
  picklist,
  pipe,
  string,
  union,
} from '../schema.ts';
import type { InferOutput } from '../schema.ts';

const count = (most: number) => pipe(number(), integer(), minValue(1), maxValue(most));
const probability = pipe(number(), minValue(0), maxValue(1));

/** Survival of residual blocks in training (Huang et al. 2016, section 3). */
export const survivalSchema = union([
  object({ kind: literal('always') }),
  /** P_l = 1 − (l/L)(1 − last): the decay runs from 1 at the input to `last` at block L. */
  object({ kind: literal('linear'), last: probability }),
  object({ kind: literal('uniform'), value: probability }),
  /** One probability for each block, from the input to the output. */
  object({ kind: literal('list'), values: pipe(array(probability), maxLength(4096)) }),
]);

export const stageSchema = object({
  /** Number of residual blocks. */
  blocks: count(2000),
  /** Channels of a basic block, or of the inner 3×3 of a plain bottleneck, before widening. */
  width: count(4096),
  /** Step of the first block; the others keep the map's size. */
  stride: picklist([1, 2]),
});

export const specSchema = object({
  /** 1 to 120 characters. */
  name: pipe(string(), minLength(1), maxLength(120)),
  /** Height, width in pixels and channels; null where the dataset decides. */
  input: nullable(object({ height: count(4096), width: count(4096), channels: count(16) })),
  /** Number of classes; null where the dataset decides. */
  classes: nullable(count(100_000)),
  /** `cifar`: 3×3, stride 1. `imagenet`: 7×7, stride 2, then 3×3 max pooling, stride 2. Width in channels. */
  stem: object({ kind: picklist(['cifar', 'imagenet']), width: count(4096) }),
  stages: pipe(array(stageSchema), minLength(1), maxLength(16)),
  block: picklist(['basic', 'bottleneck', 'preactBasic', 'preactBottleneck']),
  /** Widening factor k of a Wide ResNet: multiplies every stage's width, not the stem's. May be fractional. */
  widen: pipe(number(), minValue(0.0625), maxValue(64)),
  /** Number of paths C of a ResNeXt block; 1 is an ordinary bottleneck. */
  cardinality: count(1024),
  /** Width d of one path at a stage width of 64; inner channels are C · floor(width · d / 64). 64 is an ordinary bottleneck. */
  pathWidth: count(4096),
  /** The equivalent forms of a ResNeXt block (Xie et al. 2016, figure 3): a sums paths, b concatenates them, c is a grouped convolution. */
  form: picklist(['a', 'b', 'c']),
  /** Shortcuts of He et al. 2015, section 4.1: A zero padding, B projection where shapes change, C projection always; none: plain network. */
  shortcut: picklist(['A', 'B', 'C', 'none']),
  /** Where a bottleneck reduces the map: in its first 1×1 (the papers' ResNets) or in its 3×3 (ResNeXt, torchvision). */
  strideIn: picklist(['reduce', 'spatial']),
  /** Dropout inside the branch; `between`: after the first convolution; `afterReLU`: after the ReLU that follows it (the authors' program). */
  dropout: object({ rate: pipe(number(), minValue(0), maxValue(0.95)), place: picklist(['between', 'afterReLU']) }),
  survival: survivalSchema,
  /** Whether the last normalisation of every branch starts with scale 0 (Goyal et al. 2017, section 5.1). */
  zeroLastScale: boolean(),
});

export type Survival = InferOutput<typeof survivalSchema>;
export type Stage = InferOutput<typeof stageSchema>;
export type Spec = InferOutput<typeof specSchema>;
export type BlockKind = Spec['block'];

/** An image shape: pixels, pixels, channels. */
export interface Shape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}
