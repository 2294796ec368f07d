/**
 * The words that blocks are written in: each makes one step once its place and its input are known.
 *
 * A `Maker` is a step without a place; `chain` puts makers one behind the other, so that every step's input is the
 * output of the one before it. All shapes follow from PyTorch's padding, floor(kernel / 2) on every side.
 */
import type { PathsStep, Step } from './plan.ts';
import type { Shape } from './spec.ts';

/** Makes one step at a place (`stage1/block2`) for an input. */
export type Maker = (place: string, input: Shape) => Step;

/** One step behind the other; empty for no makers. */
export function chain(place: string, input: Shape, makers: readonly Maker[]): Step[] {
  const steps: Step[] = [];
  let shape = input;
  for (const make of makers) {
    const step = make(place, shape);
    steps.push(step);
    shape = step.output;
  }
  return steps;
}

/** Shape after the steps; the input where there are none. */
export const outputOf = (steps: readonly Step[], input: Shape): Shape => steps.at(-1)?.output ?? input;

/** Pixels along one side after a window of odd size with padding floor(kernel / 2): ceil(size / stride). */
export const strided = (size: number, stride: number): number => Math.ceil(size / stride);

const shrink = (shape: Shape, stride: number, channels: number): Shape => ({
  height: strided(shape.height, stride),
  width: strided(shape.width, stride),
  channels,
});

/** A square convolution to `channels`, without bias. */
export const convolution =
  (name: string, kernel: number, channels: number, stride = 1, groups = 1): Maker =>
  (place, input) => ({
    op: 'convolution',
    name: `${place}/${name}`,
    input,
    output: shrink(input, stride, channels),
    kernel,
    stride,
    groups,
  });

/** Batch normalisation. */
export const normalisation =
  (name: string, initialScale: 0 | 1 = 1): Maker =>
  (place, input) => ({ op: 'normalisation', name: `${place}/${name}`, input, output: input, initialScale });

export const relu =
  (name: string): Maker =>
  (place, input) => ({ op: 'relu', name: `${place}/${name}`, input, output: input });

export const dropout =
  (name: string, rate: number): Maker =>
  (place, input) => ({ op: 'dropout', name: `${place}/${name}`, input, output: input, rate });

/** 3×3 maximum, stride 2. */
export const maxPool =
  (name: string): Maker =>
  (place, input) => ({ op: 'maxPool', name: `${place}/${name}`, input, output: shrink(input, 2, input.channels) });

/** Every stride-th pixel, and zeros for the channels that are missing. */
export const zeroPad =
  (name: string, channels: number, stride: number): Maker =>
  (place, input) => ({
    op: 'zeroPad',
    name: `${place}/${name}`,
    input,
    output: shrink(input, stride, channels),
    stride,
  });

/** Mean over the map. */
export const average =
  (name: string): Maker =>
  (place, input) => ({
    op: 'average',
    name: `${place}/${name}`,
    input,
    output: { height: 1, width: 1, channels: input.channels },
  });

/** Fully connected, with bias. */
export const linear =
  (name: string, channels: number): Maker =>
  (place, input) => ({ op: 'linear', name: `${place}/${name}`, input, output: { height: 1, width: 1, channels } });

/** `count` times the same chain beside each other, at `place/path1` to `place/pathN`. */
export const paths =
  (name: string, join: PathsStep['join'], count: number, makers: readonly Maker[]): Maker =>
  (place, input) => {
    const parallel = Array.from({ length: count }, (_, index) => chain(`${place}/path${index + 1}`, input, makers));
    const one = outputOf(parallel[0] ?? [], input);
    const channels = join === 'sum' ? one.channels : one.channels * count;
    return { op: 'paths', name: `${place}/${name}`, input, output: { ...one, channels }, paths: parallel, join };
  };
