/**
 * Looking into a step: the norm of every variable's gradient, and in the residual blocks how much the branch adds to the
 * shortcut (Huang et al. 2016 and Veit et al. 2016 reason about both).
 *
 * One vector of sums leaves the graph together with the loss. Sums over activations cost a pass over them, so they are
 * computed only at steps that look: everything that hangs on `look` is not computed at the others. The graph is the same
 * at both, so that looking changes no weight.
 */
import type { BlockPlan, Plan } from '../../shared/network/plan.ts';
import type { Graph } from '../graph/graph.ts';
import * as op from '../graph/operations/index.ts';
import type { Tensor } from '../graph/tensor.ts';
import type { Arms } from '../network/network.ts';
import type { Kept } from '../network/variables.ts';

/** What a step tells of the blocks, one value for each, from the input on. */
export interface BlocksSeen {
  /** NaN where the block was not computed. */
  readonly gradientNorm: Float32Array<ArrayBuffer>;
  /** Norm of the branch by that of the shortcut; NaN where one was not there. */
  readonly ratio: Float32Array<ArrayBuffer>;
}

/** Collects the sums of squares of the blocks' arms while the network is written. */
export class ArmWatch {
  readonly #graph: Graph;
  readonly #look: Tensor;
  readonly #trigger: Tensor;
  readonly #sums: Tensor[] = [];
  readonly #blocks: BlockPlan[] = [];

  /** @param look bool scalar in host memory. */
  constructor(graph: Graph, look: Tensor) {
    this.#graph = graph;
    this.#look = look;
    this.#trigger = op.identity(graph, op.branch(graph, graph.constant('int32', 1), look).yes);
  }

  /** To be given to the network as `see`. */
  readonly see = (block: BlockPlan, { branch, shortcut, gate }: Arms): void => {
    const graph = this.#graph;
    const after = [this.#trigger];
    const added = op.halfSquares(graph, branch, { after });
    const none = gate && op.branch(graph, graph.constant('float32', NaN), gate).no;
    this.#sums.push(none ? op.merge(graph, none, added) : added, op.halfSquares(graph, shortcut, { after }));
    this.#blocks.push(block);
  };

  /** Blocks that have two arms, in the order of `sums`. */
  get blocks(): readonly BlockPlan[] {
    return this.#blocks;
  }

  /** float32 [2 · blocks]: half the sums of squares of branch and shortcut in turn; zeros where nobody looks. */
  sums(): Tensor | null {
    if (this.#sums.length === 0) return null;
    const idle = op.branch(this.#graph, op.fill(this.#graph, [this.#sums.length], 0), this.#look).no;
    return op.merge(this.#graph, idle, op.stack(this.#graph, this.#sums));
  }
}

/** Reads the sums of a step. */
export class SumReader {
  readonly #blocks: readonly BlockPlan[];
  /** For each learned variable the place of its block, −1 outside of all. */
  readonly #blockOf: Int32Array;
  /** For each pair of arms the place of its block. */
  readonly #armed: Int32Array;

  /** @param armed the blocks whose arms are summed, in order. */
  constructor(plan: Plan, learned: readonly Kept[], armed: readonly BlockPlan[]) {
    this.#blocks = plan.stages.flatMap(({ blocks }) => blocks);
    const places = new Map(this.#blocks.map(({ name }, place) => [name, place]));
    // Names are `stage1/block2/conv1/filter`; others have no block of that name.
    this.#blockOf = Int32Array.from(
      learned,
      ({ variable }) => places.get(variable.name.split('/').slice(0, 2).join('/')) ?? -1,
    );
    this.#armed = Int32Array.from(armed, ({ name }) => places.get(name) as number);
  }

  get blocks(): readonly BlockPlan[] {
    return this.#blocks;
  }

  /** Norm of all gradients together. @param gradients half the sums of squares, one for each learned variable. */
  gradientNorm(gradients: Float32Array): number {
    let half = 0;
    for (const value of gradients) half += value;
    return Math.sqrt(2 * half);
  }

  /**
   * @param arms as `ArmWatch.sums` gives them.
   * @param computed whether this step computed each block.
   */
  blocksSeen(
    gradients: Float32Array,
    arms: Float32Array,
    computed: (block: BlockPlan, place: number) => boolean,
  ): BlocksSeen {
    const halves = new Float64Array(this.#blocks.length);
    this.#blockOf.forEach((place, variable) => {
      if (place >= 0) halves[place]! += gradients[variable]!;
    });
    const gradientNorm = Float32Array.from(this.#blocks, (block, place) =>
      computed(block, place) ? Math.sqrt(2 * halves[place]!) : NaN,
    );
    const ratio = new Float32Array(this.#blocks.length).fill(NaN);
    this.#armed.forEach((place, pair) => {
      const share = Math.sqrt(arms[2 * pair]! / arms[2 * pair + 1]!);
      ratio[place] = Number.isFinite(share) ? share : NaN;
    });
    return { gradientNorm, ratio };
  }
}
