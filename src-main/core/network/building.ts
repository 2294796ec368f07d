/** What every layer gets while the network is written into a graph. */
import type { Graph } from '../graph/graph.ts';
import { branch, fill, identity, merge } from '../graph/operations/index.ts';
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

/** Sees what flows through every layer, forward and backward, while the network is written. */
export interface FlowWatch {
  see(building: Building, what: Flow, name: string, value: Tensor): void;
}

/** `gradient`: of the loss for a layer's input. `weightGradient`: for a variable. */
export type Flow = 'output' | 'gradient' | 'weightGradient';

export class Building {
  readonly graph: Graph;
  readonly variables: VariableSet;
  readonly training: boolean;
  readonly dropoutMask: DropoutMask;
  /** Variables that stand for others, e.g. their moving averages in evaluation. */
  readonly #standIns: ReadonlyMap<Variable, Variable>;
  /** Gradients of the learned variables, filled by the backward pass. */
  readonly gradients = new Map<Variable, Tensor>();
  /** Moves of running statistics; they must run with every training step. */
  readonly effects: Tensor[] = [];
  readonly watch: FlowWatch | null;
  #gate: Tensor | null = null;
  /** Zeros that are there only where a gate is closed, by gate and shape. */
  readonly #idleZeros = new Map<string, Tensor>();

  constructor(
    graph: Graph,
    variables: VariableSet,
    training: boolean,
    dropoutMask: DropoutMask,
    standIns: ReadonlyMap<Variable, Variable> = new Map(),
    watch: FlowWatch | null = null,
  ) {
    this.graph = graph;
    this.watch = watch;
    this.#standIns = standIns;
    this.variables = variables;
    this.training = training;
    this.dropoutMask = dropoutMask;
  }

  /**
   * Builds a part that runs only where `gate` (bool scalar) is true; null: always. Its effects become one, which is
   * there in either case: a run cannot wait for something that may be absent.
   */
  gated<Result>(gate: Tensor | null, body: () => Result): Result {
    if (!gate) return body();
    const outer = this.#gate;
    const before = this.effects.length;
    this.#gate = gate;
    try {
      const result = body();
      const own = this.effects.splice(before);
      if (own.length > 0) {
        const ways = branch(this.graph, this.graph.constant('int32', 1), gate);
        this.effects.push(merge(this.graph, ways.no, identity(this.graph, ways.yes, { after: own })));
      }
      return result;
    } finally {
      this.#gate = outer;
    }
  }

  /** A variable's value at the start of the run. */
  read(variable: Variable): Tensor {
    return this.variables.read(this.#standIns.get(variable) ?? variable);
  }

  /** A value from outside as the gated part sees it: absent where the part does not run. */
  enter(value: Tensor): Tensor {
    return this.#gate ? branch(this.graph, value, this.#gate).yes : value;
  }

  /** Notes the gradient of a learned variable; zero where the part did not run. */
  setGradient(variable: Variable, gradient: Tensor): void {
    this.watch?.see(this, 'weightGradient', variable.name, gradient);
    this.gradients.set(variable, this.leave(gradient));
  }

  /** A value of the gated part as everybody else sees it: zeros where the part did not run. */
  leave(value: Tensor): Tensor {
    return this.#gate ? merge(this.graph, this.#zeros(this.#gate, value.shape), value) : value;
  }

  #zeros(gate: Tensor, shape: readonly number[]): Tensor {
    const key = `${gate.node}:${gate.port}[${shape.join()}]`;
    const known = this.#idleZeros.get(key);
    if (known) return known;
    const zero = branch(this.graph, this.graph.constant('float32', 0), gate).no;
    const zeros = fill(this.graph, shape, zero);
    this.#idleZeros.set(key, zeros);
    return zeros;
  }
}
