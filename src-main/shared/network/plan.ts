/**
 * The plan of a network: ordered, named steps with their shapes.
 *
 * A plan belongs to one input shape and one number of classes. Parameters, multiply-adds, memory, drawing and the
 * TensorFlow graph are all folds over it, so that they cannot disagree.
 */
import type { Shape, Spec } from './spec.ts';

interface StepOf<Operation extends string> {
  readonly op: Operation;
  /** Unique in the plan, e.g. `stage1/block2/conv1`; also the name of its variables and graph nodes. */
  readonly name: string;
  readonly input: Shape;
  readonly output: Shape;
}

/** Square kernel; the padding is PyTorch's, floor(kernel / 2) on every side; no bias. */
export interface ConvolutionStep extends StepOf<'convolution'> {
  readonly kernel: number;
  readonly stride: number;
  readonly groups: number;
}
/** epsilon 1e-5, running statistics moved by 0.1, unbiased running variance (PyTorch's defaults). */
export interface NormalisationStep extends StepOf<'normalisation'> {
  /** Initial scale: 1, or 0 where the spec asks for branches that start silent. */
  readonly initialScale: 0 | 1;
}
export type ReluStep = StepOf<'relu'>;
/** Inverted dropout: kept values are scaled by 1 / (1 − rate). */
export interface DropoutStep extends StepOf<'dropout'> {
  readonly rate: number;
}
/** 3×3, stride 2, padding 1. */
export type MaxPoolStep = StepOf<'maxPool'>;
/** Shortcut A: every stride-th pixel, missing channels filled with zeros behind. */
export interface ZeroPadStep extends StepOf<'zeroPad'> {
  readonly stride: number;
}
/** Mean over the map; output is 1 × 1 × channels. */
export type AverageStep = StepOf<'average'>;
/** Fully connected, with bias; input and output are 1 × 1 × channels. */
export type LinearStep = StepOf<'linear'>;
/** Paths beside each other on the same input, joined by their sum (form a) or one behind the other (form b). */
export interface PathsStep extends StepOf<'paths'> {
  readonly paths: readonly (readonly Step[])[];
  readonly join: 'sum' | 'concatenate';
}

export type Step =
  | ConvolutionStep
  | NormalisationStep
  | ReluStep
  | DropoutStep
  | MaxPoolStep
  | ZeroPadStep
  | AverageStep
  | LinearStep
  | PathsStep;

/**
 * One residual block: `after(shortcut(h) + gate · branch(h))` with `h = before(x)`.
 *
 * `before` is there only where a pre-activation block shares its first normalisation with a projection; it is never
 * dropped. An empty `shortcut` is the identity; null means none: a plain block, without a sum.
 */
export interface BlockPlan {
  readonly name: string;
  /** From 1 at the input, over all stages; the l of P_l. */
  readonly index: number;
  /** P_l, 0 to 1; 1: always there, built without a gate. */
  readonly survival: number;
  readonly before: readonly Step[];
  readonly branch: readonly Step[];
  readonly shortcut: readonly Step[] | null;
  readonly after: readonly Step[];
  readonly input: Shape;
  readonly output: Shape;
}

export interface StagePlan {
  readonly name: string;
  readonly blocks: readonly BlockPlan[];
  readonly input: Shape;
  readonly output: Shape;
}

export interface Plan {
  readonly spec: Spec;
  readonly input: Shape;
  readonly classes: number;
  readonly stem: readonly Step[];
  readonly stages: readonly StagePlan[];
  /** Final normalisation and ReLU of pre-activation networks, average, linear. */
  readonly head: readonly Step[];
}
