/** Random values as pure functions of a seed: Philox, the same on every device (Salmon et al. 2011). */
import type { Graph } from '../graph.ts';
import { elements } from '../tensor.ts';
import type { Tensor } from '../tensor.ts';
import { bitcast, reshape, slice } from './shape.ts';

const shapeOf = (graph: Graph, shape: readonly number[]) => graph.constant('int32', shape, [shape.length]);

/** Standard normal values. @param seed int32 [2]. */
export const normal = (graph: Graph, shape: readonly number[], seed: Tensor): Tensor =>
  graph.addOne(
    'StatelessRandomNormal',
    [shapeOf(graph, shape), seed],
    { dtype: { type: 'float32' }, T: { type: 'int32' }, Tseed: { type: 'int32' } },
    'float32',
    shape,
  );

/** Evenly drawn bytes, uint8: a quarter of the cost of drawing floats. @param seed int32 [2]. */
export function bytes(graph: Graph, shape: readonly number[], seed: Tensor): Tensor {
  const count = elements(shape);
  const words = Math.ceil(count / 4);
  const drawn = graph.addOne(
    'StatelessRandomUniformFullInt',
    [shapeOf(graph, [words]), seed],
    { dtype: { type: 'int32' }, T: { type: 'int32' }, Tseed: { type: 'int32' } },
    'int32',
    [words],
  );
  const flat = reshape(graph, bitcast(graph, drawn, 'uint8'), [words * 4]);
  return reshape(graph, words * 4 === count ? flat : slice(graph, flat, [0], [count]), shape);
}
