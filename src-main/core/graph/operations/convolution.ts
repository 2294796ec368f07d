/**
 * Convolution and pooling, NHWC, with PyTorch's padding: floor(kernel / 2) zeros on every side.
 *
 * At stride 1 with an odd kernel that is TensorFlow's SAME. At stride 2 SAME pads on the other side, so there the
 * padding is made explicit (Pad, then VALID). TensorFlow's own `EXPLICIT` attribute fails in grouped gradients on CPU.
 */
import type { Graph } from '../graph.ts';
import { describeTensor, ShapeError } from '../tensor.ts';
import type { Tensor } from '../tensor.ts';
import { pad, slice } from './shape.ts';

export interface ConvolutionGeometry {
  readonly kernel: number;
  readonly stride: number;
  /** Group count is implied by the filter: input channels / filter's third axis. */
  readonly padding: number;
}

/** Output side in pixels of a convolution or pooling with PyTorch's padding. */
export const outputSide = (side: number, { kernel, stride, padding }: ConvolutionGeometry): number =>
  Math.floor((side + 2 * padding - kernel) / stride) + 1;

const needsPad = (geometry: ConvolutionGeometry) => geometry.padding > 0 && geometry.stride > 1;

const attributes = (dtype: Tensor['dtype'], geometry: ConvolutionGeometry) => ({
  T: { type: dtype },
  strides: { ints: [1, geometry.stride, geometry.stride, 1] },
  padding: { string: geometry.padding > 0 && geometry.stride === 1 ? 'SAME' : 'VALID' },
  data_format: { string: 'NHWC' },
  dilations: { ints: [1, 1, 1, 1] },
  explicit_paddings: { ints: [] },
  use_cudnn_on_gpu: { bool: true },
});

const border = (padding: number): readonly (readonly [number, number])[] => [
  [0, 0],
  [padding, padding],
  [padding, padding],
  [0, 0],
];

/** What a convolution's gradients need to know of its forward pass. */
export interface ConvolutionForward {
  readonly output: Tensor;
  /** The input as the convolution saw it, padded where padding is explicit. */
  readonly seen: Tensor;
}

/** input [n, h, w, c], filter [k, k, c / groups, out] → [n, h', w', out]. */
export function convolution(
  graph: Graph,
  input: Tensor,
  filter: Tensor,
  geometry: ConvolutionGeometry,
): ConvolutionForward {
  const [count = 0, height = 0, width = 0, channels = 0] = input.shape;
  const [, , perGroup = 0, out = 0] = filter.shape;
  if (input.shape.length !== 4 || channels % perGroup !== 0 || out % (channels / perGroup) !== 0)
    throw new ShapeError(graph.place, `convolution of ${describeTensor(input)} with ${describeTensor(filter)}`);
  const seen = needsPad(geometry) ? pad(graph, input, border(geometry.padding)) : input;
  const shape = [count, outputSide(height, geometry), outputSide(width, geometry), out];
  return {
    seen,
    output: graph.addOne('Conv2D', [seen, filter], attributes(input.dtype, geometry), input.dtype, shape),
  };
}

/** The gradient for a convolution's input, of the shape of `input`. */
export function convolutionInputGradient(
  graph: Graph,
  input: Tensor,
  seen: Tensor,
  filter: Tensor,
  gradient: Tensor,
  geometry: ConvolutionGeometry,
): Tensor {
  const sizes = graph.constant('int32', seen.shape, [4]);
  const whole = graph.addOne(
    'Conv2DBackpropInput',
    [sizes, filter, gradient],
    attributes(input.dtype, geometry),
    input.dtype,
    seen.shape,
  );
  return needsPad(geometry) ? slice(graph, whole, [0, geometry.padding, geometry.padding, 0], input.shape) : whole;
}

/** The gradient for a convolution's filter. */
export const convolutionFilterGradient = (
  graph: Graph,
  seen: Tensor,
  filter: Tensor,
  gradient: Tensor,
  geometry: ConvolutionGeometry,
): Tensor =>
  graph.addOne(
    'Conv2DBackpropFilter',
    [seen, graph.constant('int32', filter.shape, [4]), gradient],
    attributes(seen.dtype, geometry),
    seen.dtype,
    filter.shape,
  );

const poolAttributes = (dtype: Tensor['dtype'], geometry: ConvolutionGeometry) => ({
  T: { type: dtype },
  ksize: { ints: [1, geometry.kernel, geometry.kernel, 1] },
  strides: { ints: [1, geometry.stride, geometry.stride, 1] },
  padding: { string: 'VALID' },
  explicit_paddings: { ints: [] },
  data_format: { string: 'NHWC' },
});

/** Max pooling of values that are not negative (behind a ReLU), where a border of zeros changes nothing. */
export function maxPool(graph: Graph, input: Tensor, geometry: ConvolutionGeometry): ConvolutionForward {
  const [count = 0, height = 0, width = 0, channels = 0] = input.shape;
  const seen = geometry.padding > 0 ? pad(graph, input, border(geometry.padding)) : input;
  const shape = [count, outputSide(height, geometry), outputSide(width, geometry), channels];
  return { seen, output: graph.addOne('MaxPool', [seen], poolAttributes(input.dtype, geometry), input.dtype, shape) };
}

/** The gradient for the input of `maxPool`. */
export function maxPoolGradient(
  graph: Graph,
  input: Tensor,
  forward: ConvolutionForward,
  gradient: Tensor,
  geometry: ConvolutionGeometry,
): Tensor {
  const whole = graph.addOne(
    'MaxPoolGrad',
    [forward.seen, forward.output, gradient],
    poolAttributes(input.dtype, geometry),
    input.dtype,
    forward.seen.shape,
  );
  return geometry.padding > 0 ? slice(graph, whole, [0, geometry.padding, geometry.padding, 0], input.shape) : whole;
}
