/** Variables: values that stay in the session from one run to the next. */
import type { Graph, NodeOptions } from '../graph.ts';
import { describeTensor, sameShape, ShapeError } from '../tensor.ts';
import type { DataType, Tensor } from '../tensor.ts';

/** A variable's handle: dtype resource, with the dtype and shape of its value beside it. */
export interface Variable {
  readonly name: string;
  readonly handle: Tensor;
  readonly dtype: DataType;
  readonly shape: readonly number[];
}

/** Declares a variable. It has no value until one is assigned. Its name is shared by the whole session. */
export function declareVariable(graph: Graph, name: string, dtype: DataType, shape: readonly number[]): Variable {
  const handle = graph.addOne(
    'VarHandleOp',
    [],
    { dtype: { type: dtype }, shape: { shape }, shared_name: { string: name }, container: { string: '' } },
    'resource',
    [],
    { name: 'handle' },
  );
  return { name, handle, dtype, shape };
}

/** The variable's value now (after the nodes named in `options.after`). */
export const read = (graph: Graph, variable: Variable, options: NodeOptions = {}): Tensor =>
  graph.addOne(
    'ReadVariableOp',
    [variable.handle],
    { dtype: { type: variable.dtype } },
    variable.dtype,
    variable.shape,
    options,
  );

/** An operation without output, as something to wait for. */
const effect = (graph: Graph, op: string, inputs: readonly Tensor[], attributes: Parameters<Graph['add']>[2]): Tensor =>
  graph.addOne(op, inputs, attributes, 'resource', []);

/** Sets the value. @returns a tensor only to be waited for. */
export function assign(graph: Graph, variable: Variable, value: Tensor): Tensor {
  if (!sameShape(variable.shape, value.shape) || variable.dtype !== value.dtype)
    throw new ShapeError(graph.place, `${variable.name} cannot hold ${describeTensor(value)}`);
  return effect(graph, 'AssignVariableOp', [variable.handle, value], {
    dtype: { type: variable.dtype },
    validate_shape: { bool: false },
  });
}

/**
 * One step of stochastic gradient descent with momentum, as in PyTorch (dampening 0):
 * `velocity ← momentum · velocity + gradient`, then `value ← value − rate · velocity`, or with Nesterov
 * `value ← value − rate · (gradient + momentum · velocity)`.
 */
export function applyMomentum(
  graph: Graph,
  value: Variable,
  velocity: Variable,
  rate: Tensor,
  gradient: Tensor,
  momentum: Tensor,
  nesterov: boolean,
): Tensor {
  if (!sameShape(value.shape, gradient.shape))
    throw new ShapeError(
      graph.place,
      `${value.name} [${value.shape.join(', ')}] cannot follow ${describeTensor(gradient)}`,
    );
  return effect(graph, 'ResourceApplyMomentum', [value.handle, velocity.handle, rate, gradient, momentum], {
    T: { type: value.dtype },
    use_locking: { bool: false },
    use_nesterov: { bool: nesterov },
  });
}

/** Rows of a variable along its first axis. @param indices int32 [n]. */
export const gatherRows = (graph: Graph, variable: Variable, indices: Tensor): Tensor =>
  graph.addOne(
    'ResourceGather',
    [variable.handle, indices],
    {
      dtype: { type: variable.dtype },
      Tindices: { type: 'int32' },
      batch_dims: { int: 0 },
      validate_indices: { bool: true },
    },
    variable.dtype,
    [...indices.shape, ...variable.shape.slice(1)],
  );

/** An int32 scalar that is there only after all of `effects`: what a run fetches when it wants nothing else. */
export function done(graph: Graph, name: string, effects: readonly Tensor[]): Tensor {
  return graph.addOne('Identity', [graph.constant('int32', 1)], { T: { type: 'int32' } }, 'int32', [], {
    name,
    after: effects,
  });
}

/** A copy with memory of its own. The engine may keep using the memory of a feed; a variable should not live in it. */
export const copy = (graph: Graph, x: Tensor): Tensor =>
  graph.addOne('DeepCopy', [x], { T: { type: x.dtype } }, x.dtype, x.shape);

export interface AdamInputs {
  /** beta1 and beta2 to the power of the step, from 1: float32 scalars. */
  readonly beta1Power: Tensor;
  readonly beta2Power: Tensor;
  readonly rate: Tensor;
  readonly beta1: Tensor;
  readonly beta2: Tensor;
  /** Added to the square root of the second moment before that is corrected for its beginning at 0. */
  readonly epsilon: Tensor;
  readonly gradient: Tensor;
}

/** One step of Adam (Kingma and Ba 2015). @param after what must have happened to the value before. */
export function applyAdam(
  graph: Graph,
  value: Variable,
  first: Variable,
  second: Variable,
  inputs: AdamInputs,
  after: readonly Tensor[],
): Tensor {
  const { beta1Power, beta2Power, rate, beta1, beta2, epsilon, gradient } = inputs;
  if (!sameShape(value.shape, gradient.shape))
    throw new ShapeError(
      graph.place,
      `${value.name} [${value.shape.join(', ')}] cannot follow ${describeTensor(gradient)}`,
    );
  return graph.addOne(
    'ResourceApplyAdam',
    [value.handle, first.handle, second.handle, beta1Power, beta2Power, rate, beta1, beta2, epsilon, gradient],
    { T: { type: value.dtype }, use_locking: { bool: false }, use_nesterov: { bool: false } },
    'resource',
    [],
    { after },
  );
}

/** Takes `amount` from the value. @returns a tensor only to be waited for. */
export const subtractFrom = (graph: Graph, variable: Variable, amount: Tensor): Tensor =>
  effect(graph, 'AssignSubVariableOp', [variable.handle, amount], { dtype: { type: variable.dtype } });
