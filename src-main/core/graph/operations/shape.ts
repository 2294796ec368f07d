/** Moving values about without changing them. */
import type { Graph } from '../graph.ts';
import { dataTypeBytes, describeTensor, elements, ShapeError } from '../tensor.ts';
import type { DataType, Tensor } from '../tensor.ts';

const ints = (graph: Graph, values: readonly number[]) => graph.constant('int32', values, [values.length]);

export function reshape(graph: Graph, x: Tensor, shape: readonly number[]): Tensor {
  if (elements(shape) !== elements(x.shape))
    throw new ShapeError(graph.place, `${describeTensor(x)} as [${shape.join(', ')}]`);
  return graph.addOne(
    'Reshape',
    [x, ints(graph, shape)],
    { T: { type: x.dtype }, Tshape: { type: 'int32' } },
    x.dtype,
    shape,
  );
}

/** Zeros before and behind each axis. */
export function pad(graph: Graph, x: Tensor, border: readonly (readonly [number, number])[]): Tensor {
  if (border.length !== x.shape.length)
    throw new ShapeError(graph.place, `a border along ${border.length} axes of ${describeTensor(x)}`);
  const paddings = graph.constant('int32', border.flat(), [border.length, 2]);
  const shape = x.shape.map((size, axis) => size + (border[axis]?.[0] ?? 0) + (border[axis]?.[1] ?? 0));
  return graph.addOne('Pad', [x, paddings], { T: { type: x.dtype }, Tpaddings: { type: 'int32' } }, x.dtype, shape);
}

/** A box of `size` that starts at `begin`. */
export function slice(graph: Graph, x: Tensor, begin: readonly number[], size: readonly number[]): Tensor {
  const fits = x.shape.every((own, axis) => (begin[axis] ?? NaN) + (size[axis] ?? NaN) <= own);
  if (!fits || size.length !== x.shape.length)
    throw new ShapeError(graph.place, `[${size.join(', ')}] from [${begin.join(', ')}] of ${describeTensor(x)}`);
  return graph.addOne(
    'Slice',
    [x, ints(graph, begin), ints(graph, size)],
    { T: { type: x.dtype }, Index: { type: 'int32' } },
    x.dtype,
    size,
  );
}

/**
 * Every `stride`-th pixel of both axes of the map, from the first: [n, h, w, c] → [n, ⌈h / stride⌉, ⌈w / stride⌉, c]. Done by
 * averages of one pixel each, which give the very values and take a tenth of the time of StridedSlice on a processor.
 */
export function everyNthPixel(graph: Graph, x: Tensor, stride: number): Tensor {
  const [count = 0, height = 0, width = 0, channels = 0] = x.shape;
  if (x.shape.length !== 4) throw new ShapeError(graph.place, `pixels of ${describeTensor(x)}`);
  const shape = [count, Math.ceil(height / stride), Math.ceil(width / stride), channels];
  return graph.addOne('AvgPool', [x], onePixel(x.dtype, stride), x.dtype, shape);
}

/** The gradient for the input of `everyNthPixel`: zeros between the values. */
export const everyNthPixelGradient = (
  graph: Graph,
  inputShape: readonly number[],
  gradient: Tensor,
  stride: number,
): Tensor =>
  graph.addOne(
    'AvgPoolGrad',
    [ints(graph, inputShape), gradient],
    onePixel(gradient.dtype, stride),
    gradient.dtype,
    inputShape,
  );

const onePixel = (dtype: DataType, stride: number) => ({
  T: { type: dtype },
  ksize: { ints: [1, 1, 1, 1] },
  strides: { ints: [1, stride, stride, 1] },
  padding: { string: 'VALID' },
  data_format: { string: 'NHWC' },
});

/** Tensors one behind the other along an axis. */
export function concatenate(graph: Graph, parts: readonly Tensor[], axis: number): Tensor {
  const [first] = parts;
  if (!first) throw new ShapeError(graph.place, 'nothing to concatenate');
  if (parts.length === 1) return first;
  const fits = ({ shape }: Tensor) =>
    shape.length === first.shape.length && shape.every((own, at) => at === axis || own === first.shape[at]);
  if (!parts.every(fits))
    throw new ShapeError(graph.place, `${parts.map(describeTensor).join(' behind ')} along axis ${axis}`);
  const size = parts.reduce((total, part) => total + (part.shape[axis] ?? 0), 0);
  const shape = first.shape.map((own, at) => (at === axis ? size : own));
  return graph.addOne(
    'ConcatV2',
    [...parts, graph.constant('int32', axis)],
    { T: { type: first.dtype }, Tidx: { type: 'int32' }, N: { int: parts.length } },
    first.dtype,
    shape,
  );
}

/** The reverse of `concatenate`: parts of the given sizes along an axis. */
export function split(graph: Graph, x: Tensor, sizes: readonly number[], axis: number): readonly Tensor[] {
  if (sizes.reduce((total, size) => total + size, 0) !== x.shape[axis])
    throw new ShapeError(graph.place, `${describeTensor(x)} in parts of ${sizes.join(', ')} along axis ${axis}`);
  const shapes = sizes.map((size) => x.shape.map((own, at) => (at === axis ? size : own)));
  return graph.add(
    'SplitV',
    [x, ints(graph, sizes), graph.constant('int32', axis)],
    { T: { type: x.dtype }, Tlen: { type: 'int32' }, num_split: { int: sizes.length } },
    shapes.map((shape) => [x.dtype, shape] as const),
  );
}

/** Scalars of a vector, in host memory: they may steer `branch`. */
export const unpackOnHost = (graph: Graph, x: Tensor): readonly Tensor[] =>
  graph.add(
    'Unpack',
    [x],
    { T: { type: x.dtype }, num: { int: x.shape[0] ?? 0 }, axis: { int: 0 } },
    Array.from({ length: x.shape[0] ?? 0 }, () => [x.dtype, x.shape.slice(1)] as const),
    { device: '/device:CPU:0' },
  );

/** Equal tensors as one with a new first axis. */
export function stack(graph: Graph, parts: readonly Tensor[]): Tensor {
  const [first] = parts;
  if (!first) throw new ShapeError(graph.place, 'nothing to stack');
  return graph.addOne(
    'Pack',
    parts,
    { T: { type: first.dtype }, N: { int: parts.length }, axis: { int: 0 } },
    first.dtype,
    [parts.length, ...first.shape],
  );
}

/** The whole tensor repeated along each axis. */
export const tile = (graph: Graph, x: Tensor, times: readonly number[]): Tensor =>
  graph.addOne(
    'Tile',
    [x, ints(graph, times)],
    { T: { type: x.dtype }, Tmultiples: { type: 'int32' } },
    x.dtype,
    x.shape.map((size, axis) => size * (times[axis] ?? 1)),
  );

/** The same bytes read as another dtype; the last axis splits or disappears where the sizes differ. */
export function bitcast(graph: Graph, x: Tensor, dtype: Exclude<DataType, 'resource'>): Tensor {
  const from = dataTypeBytes[x.dtype as Exclude<DataType, 'resource'>];
  const to = dataTypeBytes[dtype];
  const shape = from === to ? x.shape : from > to ? [...x.shape, from / to] : x.shape.slice(0, -1);
  return graph.addOne('Bitcast', [x], { T: { type: x.dtype }, type: { type: dtype } }, dtype, shape);
}

/** For each entry of a batch its own choice along `axis`: x [n, …], indices int32 [n, m]. */
export function gatherInBatch(graph: Graph, x: Tensor, indices: Tensor, axis: number): Tensor {
  if (indices.shape.length !== 2 || indices.shape[0] !== x.shape[0])
    throw new ShapeError(graph.place, `choice ${describeTensor(indices)} from ${describeTensor(x)}`);
  const shape = x.shape.map((size, at) => (at === axis ? (indices.shape[1] ?? 0) : size));
  return graph.addOne(
    'GatherV2',
    [x, indices, graph.constant('int32', axis)],
    { Tparams: { type: x.dtype }, Tindices: { type: 'int32' }, Taxis: { type: 'int32' }, batch_dims: { int: 1 } },
    x.dtype,
    shape,
  );
}

/** Some rows of a tensor, by their indices. @param indices int32 [n]. @returns [n, …] */
export const pickRows = (graph: Graph, x: Tensor, indices: Tensor): Tensor =>
  graph.addOne(
    'GatherV2',
    [x, indices, graph.constant('int32', 0)],
    { Tparams: { type: x.dtype }, Tindices: { type: 'int32' }, Taxis: { type: 'int32' }, batch_dims: { int: 0 } },
    x.dtype,
    [...indices.shape, ...x.shape.slice(1)],
  );

/** One value everywhere; unlike a constant it takes no room in the graph. @param value a number, or a float32 scalar. */
export const fill = (graph: Graph, shape: readonly number[], value: number | Tensor): Tensor =>
  graph.addOne(
    'Fill',
    [ints(graph, shape), typeof value === 'number' ? graph.constant('float32', value) : value],
    { T: { type: 'float32' }, index_type: { type: 'int32' } },
    'float32',
    shape,
  );
