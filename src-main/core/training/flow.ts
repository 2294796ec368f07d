/** What flows through the layers of a step, forward and backward: how much of it is a number, and how large it is. */
import type { Flow, FlowWatch, Building } from '../network/building.ts';
import type { Graph } from '../graph/graph.ts';
import * as op from '../graph/operations/index.ts';
import { elements } from '../graph/tensor.ts';
import type { Tensor } from '../graph/tensor.ts';

/** One tensor on the way, in the order in which a step computes them. */
export interface FlowSite {
  readonly what: Flow;
  /** Of the layer or variable. */
  readonly name: string;
  readonly values: number;
}

export interface FlowSums {
  readonly sites: readonly FlowSite[];
  /** float32 [2, sites]: values that are infinite or NaN; the largest magnitude. Zeros for blocks that are not computed. */
  readonly vector: Tensor;
}

/** Collects the counts while the network is written. */
export class FlowCounter implements FlowWatch {
  readonly #sites: FlowSite[] = [];
  readonly #nonFinite: Tensor[] = [];
  readonly #largest: Tensor[] = [];

  see(building: Building, what: Flow, name: string, value: Tensor): void {
    const { graph } = building;
    const flat = op.reshape(graph, value, [elements(value.shape)]);
    const finite = op.sum(graph, op.cast(graph, op.isFinite(graph, flat), 'float32'), [0]);
    const nonFinite = op.subtract(graph, graph.constant('float32', elements(value.shape)), finite);
    this.#sites.push({ what, name, values: elements(value.shape) });
    this.#nonFinite.push(building.leave(nonFinite));
    this.#largest.push(building.leave(op.maximum(graph, op.absolute(graph, flat), [0])));
  }

  sums(graph: Graph): FlowSums {
    const vector = op.stack(graph, [...this.#nonFinite, ...this.#largest]);
    return { sites: this.#sites, vector: op.identity(graph, vector, { name: 'done' }) };
  }
}
