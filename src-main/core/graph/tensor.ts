/** Symbolic tensors: what a graph under construction knows of a value before it exists. */

export type DataType = 'float32' | 'bfloat16' | 'int32' | 'int64' | 'uint8' | 'bool' | 'resource';

/** Numbers of TensorFlow's `DataType` enumeration (tensorflow/core/framework/types.proto). */
export const dataTypeNumber: Readonly<Record<DataType, number>> = {
  float32: 1,
  int32: 3,
  uint8: 4,
  int64: 9,
  bool: 10,
  bfloat16: 14,
  resource: 20,
};

/** Bytes of one element. */
export const dataTypeBytes: Readonly<Record<Exclude<DataType, 'resource'>, number>> = {
  float32: 4,
  bfloat16: 2,
  int32: 4,
  int64: 8,
  uint8: 1,
  bool: 1,
};

/** One output of one node. The shape is static: every dimension is known while building. */
export interface Tensor {
  readonly node: string;
  readonly port: number;
  readonly dtype: DataType;
  readonly shape: readonly number[];
}

/** Number of elements of a shape. */
export const elements = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** Whether two shapes are the same. */
export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, axis) => size === b[axis]);

/** `float32 [128, 32, 32, 16]`, for messages. */
export const describeTensor = (tensor: Tensor): string => `${tensor.dtype} [${tensor.shape.join(', ')}]`;

/** Thrown while building when operands do not fit: a fault of the program, not of the person using it. */
export class ShapeError extends Error {
  constructor(where: string, problem: string) {
    super(`${where}: ${problem}`);
    this.name = 'ShapeError';
  }
}
