/** Gradients of the parts of a batch, added up before the weights move. */
import type { Graph } from '../graph/graph.ts';
import * as op from '../graph/operations/index.ts';
import type { Variable } from '../graph/operations/index.ts';
import type { Tensor } from '../graph/tensor.ts';

type Gradients = ReadonlyMap<Variable, Tensor>;

export interface Accumulation {
  /** What the first part does, and each further one but the last. */
  readonly first: readonly Tensor[];
  readonly next: readonly Tensor[];
  /** The sums with the present part, for the last part to move the weights by. */
  readonly totals: Gradients;
}

/** @param gradients of a part, already divided by the size of the whole batch. */
export function accumulation(graph: Graph, gradients: Gradients): Accumulation {
  const [first, next]: [Tensor[], Tensor[]] = [[], []];
  const totals = new Map<Variable, Tensor>();
  for (const [variable, gradient] of gradients) {
    graph.scope(variable.name, () => {
      const sum = op.declareVariable(graph, `accumulated/${variable.name}`, 'float32', variable.shape);
      const total = op.add(graph, op.read(graph, sum), gradient);
      first.push(op.assign(graph, sum, gradient));
      next.push(op.assign(graph, sum, total));
      totals.set(variable, total);
    });
  }
  return { first, next, totals };
}
