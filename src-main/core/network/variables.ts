/** The variables of a network: what is learned and what is only kept, with the way each begins. */
import type { Graph } from '../graph/graph.ts';
import { declareVariable, read } from '../graph/operations/index.ts';
import type { Variable } from '../graph/operations/index.ts';
import type { Tensor } from '../graph/tensor.ts';

/** `normal`: mean 0 and this standard deviation. */
export type Beginning =
  { readonly kind: 'normal'; readonly deviation: number } | { readonly kind: 'constant'; readonly value: number };

/** `weights` of convolutions and the linear layer; scales, shifts and biases are `vector`s; statistics are not learned. */
export type Role = 'weights' | 'vector' | 'statistic';

export interface Kept {
  readonly variable: Variable;
  readonly role: Role;
  readonly beginning: Beginning;
}

/** Declares each variable once and reads it once, however many parts of the graph use it. */
export class VariableSet {
  readonly #graph: Graph;
  readonly #kept = new Map<string, Kept>();
  readonly #reads = new Map<Variable, Tensor>();

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  /** The variable of that name; declared at the first call. float32. */
  declare(name: string, shape: readonly number[], role: Role, beginning: Beginning): Variable {
    const known = this.#kept.get(name);
    if (known) return known.variable;
    const variable = declareVariable(this.#graph, name, 'float32', shape);
    this.#kept.set(name, { variable, role, beginning });
    return variable;
  }

  /** Its value at the start of the run. */
  read(variable: Variable): Tensor {
    const known = this.#reads.get(variable);
    if (known) return known;
    const value = read(this.#graph, variable);
    this.#reads.set(variable, value);
    return value;
  }

  /** All variables in the order of the network. */
  get all(): readonly Kept[] {
    return [...this.#kept.values()];
  }

  /** What the optimiser moves. */
  get learned(): readonly Kept[] {
    return this.all.filter(({ role }) => role !== 'statistic');
  }
}
