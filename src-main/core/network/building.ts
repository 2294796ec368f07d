/** What every layer gets while the network is written into a graph. */
import type { Graph } from '../graph/graph.ts';
import { branch, merge, zerosLike } from '../graph/operations/index.ts';
import type { Variable } from '../graph/operations/index.ts';
import type { Tensor } from '../graph/tensor.ts';
import type { DropoutStep } from '../../shared/network/plan.ts';
import type { VariableSet } from './variables.ts';

/** A layer that was built: its output, and how its gradient is continued. */
export interface Layer {
  readonly output: Tensor;
  /**
   * Writes the backward pass.
   * @param gradient of the loss for `output`.
   * @returns the gradient for the layer's input; parts of it that nobody uses are never computed.
   */
  readonly backward: (gradient: Tensor) => Tensor;
}

/**
 * Which values dropout keeps: bool, true with probability 1 − rate (in steps of 1/256), of the given shape.
 * What it draws from should pass `building.enter` first, so that a block that is not computed draws nothing.
 */
export type DropoutMask = (step: DropoutStep, shape: readonly number[], building: Building) => Tensor;

export class Building {
  readonly graph: Graph;
  readonly variables: VariableSet;
  readonly training: boolean;
  readonly dropoutMask: DropoutMask;
  /** Gradients of the learned variables, filled by the backward pass. */
  readonly gradients = new Map<Variable, Tensor>();
  /** Moves of running statistics; they must run with every training step. */
  readonly effects: Tensor[] = [];
  #gate: Tensor | null = null;

  constructor(graph: Graph, variables: VariableSet, training: boolean, dropoutMask: DropoutMask) {
    this.graph = graph;
    this.variables = variables;
    this.training = training;
    this.dropoutMask = dropoutMask;
  }

  /** Builds a part that runs only where `gate` (bool scalar) is true; null: always. */
  gated<Result>(gate: Tensor | null, body: () => Result): Result {
    const outer = this.#gate;
    this.#gate = gate;
    try {
      return body();
    } finally {
      this.#gate = outer;
    }
  }

  /** A value from outside as the gated part sees it: absent where the part does not run. */
  enter(value: Tensor): Tensor {
    return this.#gate ? branch(this.graph, value, this.#gate).yes : value;
  }

  /** A value of the gated part where that runs, else `otherwise`. */
  whereRun(value: Tensor, otherwise: Tensor): Tensor {
    if (!this.#gate) return value;
    return merge(this.graph, branch(this.graph, otherwise, this.#gate).no, value);
  }

  /** Notes the gradient of a learned variable; zero where the part did not run. */
  setGradient(variable: Variable, gradient: Tensor): void {
    if (!this.#gate) {
      this.gradients.set(variable, gradient);
      return;
    }
    const idle = branch(this.graph, this.variables.read(variable), this.#gate).no;
    this.gradients.set(variable, merge(this.graph, zerosLike(this.graph, idle), gradient));
  }
}
