/** Mixing images and labels of a batch in the graph; what is mixed with what is drawn in core/batches/mixup.ts. */
import type { Graph } from '../graph/graph.ts';
import * as op from '../graph/operations/index.ts';
import type { Tensor } from '../graph/tensor.ts';

export interface MixFeeds {
  /** int32 scalar: the bits of λ as a float32. */
  readonly shareBits: Tensor;
  /** int32 [batch]. */
  readonly partners: Tensor;
}

export const mixFeeds = (graph: Graph, batch: number): MixFeeds => ({
  shareBits: graph.placeholder('train_mixShare', 'int32', []),
  partners: graph.placeholder('train_mixPartners', 'int32', [batch]),
});

/** λ x + (1 − λ) x[partners]. @param x float32 [batch, …] */
export function mixed(graph: Graph, x: Tensor, { shareBits, partners }: MixFeeds): Tensor {
  const share = op.bitcast(graph, shareBits, 'float32');
  const rest = op.subtract(graph, graph.constant('float32', 1), share);
  return op.add(graph, op.multiply(graph, x, share), op.multiply(graph, op.pickRows(graph, x, partners), rest));
}
