/** Cross-entropy of logits. */
import type { Graph } from '../graph.ts';
import { describeTensor, sameShape, ShapeError } from '../tensor.ts';
import type { Tensor } from '../tensor.ts';

export interface Loss {
  /** Per image, in nats: float32 [n]. */
  readonly perImage: Tensor;
  /** d perImage / d logits: float32 [n, classes]. */
  readonly gradient: Tensor;
}

/** @param logits float32 [n, classes]. @param labels int32 [n]. */
export function crossEntropy(graph: Graph, logits: Tensor, labels: Tensor): Loss {
  if (logits.shape.length !== 2 || !sameShape(labels.shape, logits.shape.slice(0, 1)))
    throw new ShapeError(graph.place, `loss of ${describeTensor(logits)} for ${describeTensor(labels)}`);
  const [perImage, gradient] = graph.add(
    'SparseSoftmaxCrossEntropyWithLogits',
    [logits, labels],
    { T: { type: 'float32' }, Tlabels: { type: 'int32' } },
    [
      ['float32', labels.shape],
      ['float32', logits.shape],
    ],
  ) as [Tensor, Tensor];
  return { perImage, gradient };
}

/** @param targets float32 [n, classes], rows that sum to 1. */
export function crossEntropyOfShares(graph: Graph, logits: Tensor, targets: Tensor): Loss {
  if (!sameShape(targets.shape, logits.shape))
    throw new ShapeError(graph.place, `loss of ${describeTensor(logits)} for ${describeTensor(targets)}`);
  const [perImage, gradient] = graph.add(
    'SoftmaxCrossEntropyWithLogits',
    [logits, targets],
    { T: { type: 'float32' } },
    [
      ['float32', logits.shape.slice(0, 1)],
      ['float32', logits.shape],
    ],
  ) as [Tensor, Tensor];
  return { perImage, gradient };
}

/** Whether each label's score is among the `first` largest; equals count as larger. @returns bool [n]. */
export const inTop = (graph: Graph, logits: Tensor, labels: Tensor, first: number): Tensor =>
  graph.addOne(
    'InTopKV2',
    [logits, labels, graph.constant('int32', first)],
    { T: { type: 'int32' } },
    'bool',
    labels.shape,
  );

/** 1 at the label, 0 elsewhere: float32 [n, classes]; `on` and `off` replace the two values. */
export const oneHot = (graph: Graph, labels: Tensor, classes: number, on = 1, off = 0): Tensor =>
  graph.addOne(
    'OneHot',
    [labels, graph.constant('int32', classes), graph.constant('float32', on), graph.constant('float32', off)],
    { T: { type: 'float32' }, TI: { type: 'int32' }, axis: { int: -1 } },
    'float32',
    [...labels.shape, classes],
  );
