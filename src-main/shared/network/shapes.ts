/** Sizes that follow from a spec alone: what fills its open ends, and the channels of its stages. */
import { isBottleneck } from './blocks.ts';
import type { Shape, Spec, Stage } from './spec.ts';

/** What a dataset decides where a spec leaves it open. */
export interface Fill {
  readonly input?: Shape | undefined;
  readonly classes?: number | undefined;
}

/** Input and classes of a plan: the spec's, else the fill's, else CIFAR-10's or ImageNet's, after the stem. */
export function filled(spec: Spec, fill: Fill = {}): { readonly input: Shape; readonly classes: number } {
  const imagenet = spec.stem.kind === 'imagenet';
  const side = imagenet ? 224 : 32;
  return {
    input: spec.input ?? fill.input ?? { height: side, width: side, channels: 3 },
    classes: spec.classes ?? fill.classes ?? (imagenet ? 1000 : 10),
  };
}

/**
 * Channels of a stage's blocks after widening. Basic: both are width · k. Bottleneck: inside C · floor(width · k · d / 64),
 * behind it 4 · width · k.
 */
export function channelsOf(spec: Spec, stage: Stage): { readonly inner: number; readonly output: number } {
  const width = Math.round(stage.width * spec.widen);
  if (!isBottleneck(spec.block)) return { inner: width, output: width };
  return { inner: spec.cardinality * Math.floor((width * spec.pathWidth) / 64), output: 4 * width };
}
