/**
 * Control flow: parts of a graph that are not computed.
 *
 * `branch` sends a tensor one of two ways; everything that depends on the way not taken is dead and costs nothing;
 * `merge` takes whichever of its inputs is alive.
 */
import type { Graph } from '../graph.ts';
import { describeTensor, sameShape, ShapeError } from '../tensor.ts';
import type { Tensor } from '../tensor.ts';

export interface Ways {
  /** Alive where the predicate is false. */
  readonly no: Tensor;
  /** Alive where the predicate is true. */
  readonly yes: Tensor;
}

/** @param predicate bool scalar in host memory (see `unpackOnHost`). */
export function branch(graph: Graph, x: Tensor, predicate: Tensor): Ways {
  const [no, yes] = graph.add('Switch', [x, predicate], { T: { type: x.dtype } }, [
    [x.dtype, x.shape],
    [x.dtype, x.shape],
  ]) as [Tensor, Tensor];
  return { no, yes };
}

/** Whichever of two tensors of one shape is alive. */
export function merge(graph: Graph, a: Tensor, b: Tensor): Tensor {
  if (a.dtype !== b.dtype || !sameShape(a.shape, b.shape))
    throw new ShapeError(graph.place, `merge of ${describeTensor(a)} and ${describeTensor(b)}`);
  const [output] = graph.add('Merge', [a, b], { T: { type: a.dtype }, N: { int: 2 } }, [
    [a.dtype, a.shape],
    ['int32', []],
  ]) as [Tensor];
  return output;
}
