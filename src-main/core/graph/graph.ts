/**
 * A TensorFlow graph under construction.
 *
 * Nodes are kept in the order in which they were added. Names are made unique by a number and carry the scope, so that
 * an error of TensorFlow names the layer. The graph knows nothing of networks; it is encoded by encode.ts and run by
 * session.ts.
 */
import { elements, ShapeError } from './tensor.ts';
import type { DataType, Tensor } from './tensor.ts';

/** The value of an attribute of a node, tagged by its kind in tensorflow/core/framework/attr_value.proto. */
export type Attribute =
  | { readonly type: DataType }
  | { readonly int: number }
  | { readonly float: number }
  | { readonly bool: boolean }
  | { readonly string: string }
  | { readonly shape: readonly number[] }
  | { readonly ints: readonly number[] }
  | { readonly tensor: { readonly dtype: DataType; readonly shape: readonly number[]; readonly bytes: Uint8Array } };

export interface Node {
  readonly name: string;
  readonly op: string;
  /** `node`, `node:port`, or `^node` for a control input. */
  readonly inputs: readonly string[];
  readonly device: string;
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** What a node gives: one dtype and shape for each output. */
export type Outputs = readonly (readonly [DataType, readonly number[]])[];

export interface NodeOptions {
  /** Base of the name; the operation's name where left out. */
  readonly name?: string;
  /** Nodes that must have run before. */
  readonly after?: readonly Tensor[];
  /** E.g. `/device:CPU:0`. */
  readonly device?: string;
}

const reference = (tensor: Tensor): string => (tensor.port === 0 ? tensor.node : `${tensor.node}:${tensor.port}`);

export class Graph {
  readonly nodes: Node[] = [];
  readonly #taken = new Map<string, number>();
  readonly #constants = new Map<string, Tensor>();
  #scope = '';

  /** Adds everything that `body` adds under `name/`. */
  scope<Result>(name: string, body: () => Result): Result {
    const outer = this.#scope;
    this.#scope = outer === '' ? name : `${outer}/${name}`;
    try {
      return body();
    } finally {
      this.#scope = outer;
    }
  }

  /** Where the builder is now, for messages. */
  get place(): string {
    return this.#scope === '' ? 'graph' : this.#scope;
  }

  /**
   * Adds a node.
   * @returns one tensor for each entry of `outputs`, which the caller has inferred.
   */
  add(
    op: string,
    inputs: readonly Tensor[],
    attributes: Readonly<Record<string, Attribute>>,
    outputs: Outputs,
    options: NodeOptions = {},
  ): readonly Tensor[] {
    const name = this.#unique(options.name ?? op);
    const controls = (options.after ?? []).map((tensor) => `^${tensor.node}`);
    this.nodes.push({
      name,
      op,
      inputs: [...inputs.map(reference), ...controls],
      device: options.device ?? '',
      attributes,
    });
    return outputs.map(([dtype, shape], port) => ({ node: name, port, dtype, shape }));
  }

  /** Adds a node with one output. */
  addOne(
    op: string,
    inputs: readonly Tensor[],
    attributes: Readonly<Record<string, Attribute>>,
    dtype: DataType,
    shape: readonly number[],
    options: NodeOptions = {},
  ): Tensor {
    const [output] = this.add(op, inputs, attributes, [[dtype, shape]], options);
    if (!output) throw new ShapeError(this.place, `${op} has no output`);
    return output;
  }

  /** A value fed at every run. Its name is exactly `name`: feeds are found by it. */
  placeholder(name: string, dtype: DataType, shape: readonly number[]): Tensor {
    if (this.#taken.has(name)) throw new ShapeError(this.place, `two feeds are called ${name}`);
    const outer = this.#scope;
    this.#scope = '';
    const tensor = this.addOne('Placeholder', [], { dtype: { type: dtype }, shape: { shape } }, dtype, shape, { name });
    this.#scope = outer;
    return tensor;
  }

  /** A constant; equal constants share one node. Values are numbers of the dtype; one value fills the shape. */
  constant(
    dtype: 'float32' | 'int32' | 'uint8' | 'bool',
    values: number | readonly number[],
    shape: readonly number[] = [],
  ): Tensor {
    const count = elements(shape);
    const list = typeof values === 'number' ? new Array<number>(count).fill(values) : values;
    if (list.length !== count)
      throw new ShapeError(this.place, `a constant of shape [${shape.join(', ')}] got ${list.length} values`);
    const key = `${dtype}[${shape.join()}]${list.join()}`;
    const known = this.#constants.get(key);
    if (known) return known;
    const array =
      dtype === 'float32' ? Float32Array.from(list) : dtype === 'int32' ? Int32Array.from(list) : Uint8Array.from(list);
    const bytes = new Uint8Array(array.buffer);
    const outer = this.#scope;
    this.#scope = 'constants';
    // Small int32 values steer other operations (shapes, axes); on a card those want them in host memory.
    const tensor = this.addOne(
      'Const',
      [],
      { dtype: { type: dtype }, value: { tensor: { dtype, shape, bytes } } },
      dtype,
      shape,
      { name: dtype },
    );
    this.#scope = outer;
    this.#constants.set(key, tensor);
    return tensor;
  }

  #unique(base: string): string {
    const wanted = this.#scope === '' ? base : `${this.#scope}/${base}`;
    const used = this.#taken.get(wanted);
    this.#taken.set(wanted, (used ?? 0) + 1);
    return used === undefined ? wanted : `${wanted}_${used}`;
  }
}
