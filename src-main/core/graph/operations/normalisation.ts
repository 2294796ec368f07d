/** Batch normalisation over [n, h, w] of NHWC tensors, with PyTorch's conventions. */
import type { Graph } from '../graph.ts';
import { describeTensor, sameShape, ShapeError } from '../tensor.ts';
import type { Tensor } from '../tensor.ts';

const epsilon = 1e-5;
/** Share of the batch in the moving statistics (PyTorch's momentum). */
const averageFactor = 0.1;

const attributes = (dtype: Tensor['dtype'], training: boolean) => ({
  T: { type: dtype },
  U: { type: 'float32' as const },
  epsilon: { float: epsilon },
  data_format: { string: 'NHWC' },
  is_training: { bool: training },
});

/** The shape of everything that belongs to a channel of `x`. */
function channelsOf(graph: Graph, x: Tensor, perChannel: readonly Tensor[]): readonly number[] {
  const channels = x.shape.slice(-1);
  const misfit = perChannel.find(({ shape }) => !sameShape(shape, channels));
  if (x.shape.length !== 4 || misfit)
    throw new ShapeError(
      graph.place,
      `normalisation of ${describeTensor(x)}${misfit ? ` with ${describeTensor(misfit)}` : ''}`,
    );
  return channels;
}

export interface NormalisationForward {
  readonly output: Tensor;
  /** The running statistics after this batch; the variance is moved by the unbiased one, as in PyTorch. */
  readonly runningMean: Tensor;
  readonly runningVariance: Tensor;
  /** What the gradient needs; meaningless to others. */
  readonly saved: readonly [Tensor, Tensor, Tensor];
}

/** Normalises with the statistics of the batch; moves the running ones. Scale, shift and statistics: float32 [c]. */
export function normaliseBatch(
  graph: Graph,
  x: Tensor,
  scale: Tensor,
  shift: Tensor,
  runningMean: Tensor,
  runningVariance: Tensor,
): NormalisationForward {
  const channels = channelsOf(graph, x, [scale, shift, runningMean, runningVariance]);
  const [output, nextMean, nextVariance, saved1, saved2, saved3] = graph.add(
    'FusedBatchNormV3',
    [x, scale, shift, runningMean, runningVariance],
    { ...attributes(x.dtype, true), exponential_avg_factor: { float: averageFactor } },
    [
      [x.dtype, x.shape],
      ['float32', channels],
      ['float32', channels],
      ['float32', channels],
      ['float32', channels],
      ['float32', channels],
    ],
  ) as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];
  return { output, runningMean: nextMean, runningVariance: nextVariance, saved: [saved1, saved2, saved3] };
}

/** The gradients of `normaliseBatch` for its input, scale and shift. */
export function normaliseBatchGradient(
  graph: Graph,
  x: Tensor,
  scale: Tensor,
  forward: NormalisationForward,
  gradient: Tensor,
): { readonly input: Tensor; readonly scale: Tensor; readonly shift: Tensor } {
  const channels = channelsOf(graph, x, [scale]);
  const [input, scaleGradient, shiftGradient] = graph.add(
    'FusedBatchNormGradV3',
    [gradient, x, scale, ...forward.saved],
    attributes(x.dtype, true),
    [
      [x.dtype, x.shape],
      ['float32', channels],
      ['float32', channels],
      ['float32', [0]],
      ['float32', [0]],
    ],
  ) as [Tensor, Tensor, Tensor];
  return { input, scale: scaleGradient, shift: shiftGradient };
}

/** Normalises with given statistics (evaluation). */
export function normaliseWith(
  graph: Graph,
  x: Tensor,
  scale: Tensor,
  shift: Tensor,
  mean: Tensor,
  variance: Tensor,
): Tensor {
  const channels = channelsOf(graph, x, [scale, shift, mean, variance]);
  const [output] = graph.add(
    'FusedBatchNormV3',
    [x, scale, shift, mean, variance],
    { ...attributes(x.dtype, false), exponential_avg_factor: { float: 1 } },
    [
      [x.dtype, x.shape],
      ['float32', channels],
      ['float32', channels],
      ['float32', channels],
      ['float32', channels],
      ['float32', channels],
    ],
  ) as [Tensor];
  return output;
}
