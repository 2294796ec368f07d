/** Element by element, and reductions. All operands float32 unless said otherwise. */
import type { Graph, NodeOptions } from '../graph.ts';
import { describeTensor, sameShape, ShapeError } from '../tensor.ts';
import type { DataType, Tensor } from '../tensor.ts';

/** The shape of two operands that may be stretched along axes of size 1, as in NumPy. */
function broadcast(graph: Graph, op: string, a: Tensor, b: Tensor): readonly number[] {
  if (a.dtype !== b.dtype) throw new ShapeError(graph.place, `${op} of ${describeTensor(a)} and ${describeTensor(b)}`);
  const rank = Math.max(a.shape.length, b.shape.length);
  const at = (tensor: Tensor, axis: number) => tensor.shape[axis - rank + tensor.shape.length] ?? 1;
  return Array.from({ length: rank }, (_, axis) => {
    const [left, right] = [at(a, axis), at(b, axis)];
    if (left !== right && left !== 1 && right !== 1)
      throw new ShapeError(graph.place, `${op} of ${describeTensor(a)} and ${describeTensor(b)}`);
    return Math.max(left, right);
  });
}

const binary =
  (op: string, result?: DataType) =>
  (graph: Graph, a: Tensor, b: Tensor): Tensor =>
    graph.addOne(op, [a, b], { T: { type: a.dtype } }, result ?? a.dtype, broadcast(graph, op, a, b));

const unary =
  (op: string) =>
  (graph: Graph, x: Tensor, options: NodeOptions = {}): Tensor =>
    graph.addOne(op, [x], { T: { type: x.dtype } }, x.dtype, x.shape, options);

export const add = binary('AddV2');
export const subtract = binary('Sub');
export const multiply = binary('Mul');
export const divide = binary('RealDiv');
export const lesser = binary('Minimum');
export const power = binary('Pow');
/** @returns bool. */
export const equal = binary('Equal', 'bool');
/** @returns bool. */
export const greater = binary('Greater', 'bool');
/** @returns bool. */
export const greaterEqual = binary('GreaterEqual', 'bool');

/** Which values are neither infinite nor NaN: bool. */
export const isFinite = (graph: Graph, x: Tensor): Tensor =>
  graph.addOne('IsFinite', [x], { T: { type: x.dtype } }, 'bool', x.shape);

export const relu = unary('Relu');
export const absolute = unary('Abs');
/** The same value under another name, or after other nodes. */
export const identity = unary('Identity');
export const zerosLike = unary('ZerosLike');
export const softmax = unary('Softmax');
export const square = unary('Square');
/** 0.5 · the sum of all squares, a scalar. */
export const halfSquares = (graph: Graph, x: Tensor, options: NodeOptions = {}): Tensor =>
  graph.addOne('L2Loss', [x], { T: { type: x.dtype } }, x.dtype, [], options);
export const squareRoot = unary('Sqrt');

/** d/dx ReLU: `gradient` where the ReLU's `output` is positive, else 0. */
export function reluGradient(graph: Graph, gradient: Tensor, output: Tensor): Tensor {
  if (!sameShape(gradient.shape, output.shape))
    throw new ShapeError(graph.place, `${describeTensor(gradient)} as the gradient of ${describeTensor(output)}`);
  return graph.addOne('ReluGrad', [gradient, output], { T: { type: gradient.dtype } }, gradient.dtype, output.shape);
}

/** The sum of two or more tensors of one shape. */
export function addMany(graph: Graph, terms: readonly Tensor[]): Tensor {
  const [first, second] = terms;
  if (!first) throw new ShapeError(graph.place, 'a sum of nothing');
  if (!second) return first;
  if (terms.some((term) => !sameShape(term.shape, first.shape)))
    throw new ShapeError(graph.place, `a sum of ${terms.map(describeTensor).join(' and ')}`);
  if (terms.length === 2) return add(graph, first, second);
  return graph.addOne('AddN', terms, { T: { type: first.dtype }, N: { int: terms.length } }, first.dtype, first.shape);
}

const reduction =
  (op: string) =>
  (graph: Graph, x: Tensor, axes: readonly number[], keepAxes = false): Tensor => {
    const shape = x.shape.flatMap((size, axis) => (axes.includes(axis) ? (keepAxes ? [1] : []) : [size]));
    return graph.addOne(
      op,
      [x, graph.constant('int32', axes, [axes.length])],
      { T: { type: x.dtype }, Tidx: { type: 'int32' }, keep_dims: { bool: keepAxes } },
      x.dtype,
      shape,
    );
  };
/** Mean over some axes. */
export const mean = reduction('Mean');
/** Sum over some axes. */
export const sum = reduction('Sum');
/** Largest value over some axes. */
export const maximum = reduction('Max');

/** Index of the largest value along the last axis. @returns int32. */
export const argMax = (graph: Graph, x: Tensor): Tensor =>
  graph.addOne(
    'ArgMax',
    [x, graph.constant('int32', x.shape.length - 1)],
    { T: { type: x.dtype }, Tidx: { type: 'int32' }, output_type: { type: 'int32' } },
    'int32',
    x.shape.slice(0, -1),
  );

/** Converts values (1 becomes 1.0). */
export const cast = (graph: Graph, x: Tensor, dtype: DataType): Tensor =>
  x.dtype === dtype
    ? x
    : graph.addOne(
        'Cast',
        [x],
        { SrcT: { type: x.dtype }, DstT: { type: dtype }, Truncate: { bool: false } },
        dtype,
        x.shape,
      );

/** [m, k] · [k, n], either transposed first. */
export function matrixProduct(
  graph: Graph,
  a: Tensor,
  b: Tensor,
  transpose: { readonly a?: boolean; readonly b?: boolean } = {},
): Tensor {
  const [rows, inner] = transpose.a ? [a.shape[1], a.shape[0]] : [a.shape[0], a.shape[1]];
  const [innerToo, columns] = transpose.b ? [b.shape[1], b.shape[0]] : [b.shape[0], b.shape[1]];
  if (rows === undefined || columns === undefined || inner !== innerToo)
    throw new ShapeError(graph.place, `product of ${describeTensor(a)} and ${describeTensor(b)}`);
  return graph.addOne(
    'MatMul',
    [a, b],
    { T: { type: a.dtype }, transpose_a: { bool: transpose.a ?? false }, transpose_b: { bool: transpose.b ?? false } },
    a.dtype,
    [rows, columns],
  );
}

/** x [n, c] + bias [c]. */
export function addBias(graph: Graph, x: Tensor, bias: Tensor): Tensor {
  if (!sameShape(bias.shape, x.shape.slice(-1)))
    throw new ShapeError(graph.place, `bias ${describeTensor(bias)} for ${describeTensor(x)}`);
  return graph.addOne(
    'BiasAdd',
    [x, bias],
    { T: { type: x.dtype }, data_format: { string: 'NHWC' } },
    x.dtype,
    x.shape,
  );
}

/** The gradient of a bias: sum over all axes but the last. */
export const biasGradient = (graph: Graph, gradient: Tensor): Tensor =>
  graph.addOne(
    'BiasAddGrad',
    [gradient],
    { T: { type: gradient.dtype }, data_format: { string: 'NHWC' } },
    gradient.dtype,
    gradient.shape.slice(-1),
  );
