/**
 * A part of a network in a small graph of its own, with values of our choosing: forward, backward and the statistics
 * it leaves behind, beside the same part in the reference.
 */
import type { Tensor as Reference } from '@tensorflow/tfjs';
import { Graph } from '../../../src-main/core/graph/graph.ts';
import * as op from '../../../src-main/core/graph/operations/index.ts';
import { Session } from '../../../src-main/core/graph/session.ts';
import { elements } from '../../../src-main/core/graph/tensor.ts';
import type { Tensor } from '../../../src-main/core/graph/tensor.ts';
import { Building } from '../../../src-main/core/network/building.ts';
import type { Layer } from '../../../src-main/core/network/building.ts';
import type { Gates } from '../../../src-main/core/network/network.ts';
import { VariableSet } from '../../../src-main/core/network/variables.ts';
import type { Kept } from '../../../src-main/core/network/variables.ts';
import { snapshot } from '../../../src-main/core/training/snapshot.ts';
import type { BlockPlan } from '../../../src-main/shared/network/plan.ts';
import { engine, scratch, tf } from './engine.ts';
import type { ReferenceOptions } from './reference.ts';
import { even, spread, valuesFor } from './values.ts';

export interface Outcome {
  readonly output: Float32Array;
  /** Gradient of ⟨output, weighting⟩ for the input. */
  readonly input: Float32Array;
  /** The same for each learned variable. */
  readonly gradients: ReadonlyMap<string, Float32Array>;
  /** Running statistics behind the run. */
  readonly statistics: ReadonlyMap<string, Float32Array>;
}

export interface TrialOptions {
  readonly input: readonly number[];
  readonly build: (building: Building, input: Tensor, gates: Gates) => Layer;
  readonly reference?: (input: Reference, options: ReferenceOptions) => Reference;
  readonly training?: boolean;
  /** Blocks that may be left out. */
  readonly gated?: readonly BlockPlan[];
  /** Changes the drawn values. */
  readonly salt?: string;
  /** Whether the input is rectified, as between post-activation blocks. */
  readonly rectified?: boolean;
}

export class Trial {
  readonly graph = new Graph();
  readonly kept: readonly Kept[];
  readonly values: ReadonlyMap<string, Float32Array>;
  readonly input: Float32Array;
  readonly weighting: Float32Array;
  readonly #options: TrialOptions;
  readonly #session: Session;
  readonly #feed: Tensor;
  readonly #weightingFeed: Tensor;
  readonly #flags: Tensor | null;
  readonly #masks = new Map<string, { readonly feed: Tensor; readonly values: Int32Array }>();
  readonly #layer: Layer;
  readonly #gradients: ReadonlyMap<string, Tensor>;
  readonly #inputGradient: Tensor | null;
  readonly #statistics: ReadonlyMap<string, Tensor>;
  readonly #snapshot: ReturnType<typeof snapshot>;

  constructor(options: TrialOptions) {
    const { graph } = this;
    const { training = true, gated = [], salt = '' } = options;
    this.#options = options;
    const variables = new VariableSet(graph);
    this.#feed = graph.placeholder('input', 'float32', options.input);
    this.#flags = gated.length > 0 ? graph.placeholder('flags', 'int32', [gated.length]) : null;
    const open = this.#flags ? op.unpackOnHost(graph, op.cast(graph, this.#flags, 'bool')) : [];
    const building = new Building(graph, variables, training, (step, shape) => {
      const feed = graph.placeholder(`mask_${step.name}`, 'int32', shape);
      const values = Int32Array.from(even(salt + step.name, elements(shape), 0, 1), (u) => (u < step.rate ? 0 : 1));
      this.#masks.set(step.name, { feed, values });
      return op.cast(graph, feed, 'bool');
    });
    this.#layer = options.build(building, this.#feed, { keep: (block) => open[gated.indexOf(block)] ?? null });
    this.#weightingFeed = graph.placeholder('weighting', 'float32', this.#layer.output.shape);
    const backward = training ? this.#layer.backward(this.#weightingFeed) : null;
    // Fetches name a node, whose first output they give.
    const fetchable = (tensor: Tensor) => op.identity(graph, tensor);
    this.#inputGradient = backward && fetchable(backward);
    this.#gradients = new Map([...building.gradients].map(([{ name }, tensor]) => [name, fetchable(tensor)]));
    this.kept = variables.all;
    this.#statistics = new Map(
      this.kept
        .filter(({ role }) => role === 'statistic')
        .map(({ variable }) => [variable.name, op.read(graph, variable, { after: building.effects })]),
    );
    this.#snapshot = snapshot(graph, variables, []);
    this.#session = new Session(engine.binding, graph, scratch);

    this.values = new Map(this.kept.map((kept) => [kept.variable.name, valuesFor(kept, salt)]));
    const drawn = spread(`${salt}input`, elements(options.input), 1);
    this.input = options.rectified ? drawn.map((value) => Math.max(0, value)) : drawn;
    this.weighting = spread(`${salt}weighting`, elements(this.#layer.output.shape), 1);
  }

  /** Gives the variables their values, `values` before the drawn ones. */
  #assign(values: ReadonlyMap<string, Float32Array>): void {
    for (const chunk of this.#snapshot.chunks) {
      const flat = new Float32Array(chunk.values);
      let at = 0;
      for (const { name } of chunk.variables) {
        const own = values.get(name) ?? (this.values.get(name) as Float32Array);
        flat.set(own, at);
        at += own.length;
      }
      this.#session.run(new Map([[chunk.restore, new Int32Array(flat.buffer)]]), [chunk.restored]);
    }
  }

  #feeds(input: Float32Array, flags: readonly number[] | undefined): Map<Tensor, Int32Array | Float32Array> {
    const feeds = new Map<Tensor, Int32Array | Float32Array>([[this.#feed, input]]);
    for (const { feed, values } of this.#masks.values()) feeds.set(feed, values);
    if (this.#flags) {
      const count = this.#flags.shape[0] ?? 0;
      feeds.set(
        this.#flags,
        Int32Array.from({ length: count }, (_, at) => flags?.[at] ?? 1),
      );
    }
    return feeds;
  }

  /** The output alone. */
  forward(values: ReadonlyMap<string, Float32Array> = new Map(), input = this.input): Float32Array {
    this.#assign(values);
    return this.#session.run(this.#feeds(input, undefined), [this.#layer.output])[0] as Float32Array;
  }

  /** Forward and backward. @param flags 0 and 1 for each gated block; 1 where left out. */
  run(flags?: readonly number[], values: ReadonlyMap<string, Float32Array> = new Map()): Outcome {
    if (!this.#inputGradient) throw new Error('This trial has no backward pass.');
    this.#assign(values);
    const feeds = this.#feeds(this.input, flags);
    feeds.set(this.#weightingFeed, this.weighting);
    const named = [...this.#gradients, ...this.#statistics];
    const [output, input, ...rest] = this.#session.run(feeds, [
      this.#layer.output,
      this.#inputGradient,
      ...named.map(([, tensor]) => tensor),
    ]) as [Float32Array, Float32Array, ...Float32Array[]];
    const found = new Map(named.map(([name], at) => [name, rest[at] as Float32Array]));
    const only = (names: ReadonlyMap<string, Tensor>) => new Map([...found].filter(([name]) => names.has(name)));
    return { output, input, gradients: only(this.#gradients), statistics: only(this.#statistics) };
  }

  /** Output and gradients by eager tfjs. @param flags as in `run`. */
  runReference(flags?: readonly number[]): Omit<Outcome, 'statistics'> {
    tf.engine().startScope();
    try {
      return this.#differentiate(flags);
    } finally {
      tf.engine().endScope();
    }
  }

  #differentiate(flags: readonly number[] | undefined): Omit<Outcome, 'statistics'> {
    const { reference, gated = [], training = true } = this.#options;
    if (!reference) throw new Error('This trial has no reference.');
    const tensors = this.kept.map(({ variable: { name, shape } }) =>
      tf.tensor(this.values.get(name) as Float32Array, [...shape]),
    );
    const masks = new Map(
      [...this.#masks].map(([name, { feed, values }]) => [name, tf.tensor(Float32Array.from(values), [...feed.shape])]),
    );
    const dropped = new Set(gated.filter((_, at) => flags?.[at] === 0).map(({ name }) => name));
    const forward = (input: Reference, ...variables: Reference[]) => {
      const values = new Map(this.kept.map(({ variable }, at) => [variable.name, variables[at] as Reference]));
      return reference(input, { training, values, masks, dropped });
    };
    const input = tf.tensor(this.input, [...this.#options.input]);
    const output = forward(input, ...tensors);
    if (!training)
      return { output: output.dataSync() as Float32Array, input: new Float32Array(0), gradients: new Map() };
    const weighting = tf.tensor(this.weighting, output.shape);
    const learned = this.kept.flatMap(({ role }, at) => (role === 'statistic' ? [] : [at]));
    const gradients = tf.grads((x: Reference, ...chosen: Reference[]) => {
      const all = [...tensors];
      learned.forEach((at, place) => (all[at] = chosen[place] as Reference));
      const product = tf.sum(tf.mul(forward(x, ...all), weighting));
      // Differentiation refuses variables that nothing depends on, as those of a dropped block.
      return chosen.reduce((sum, variable) => tf.add(sum, tf.mul(tf.sum(variable), 0)), product);
    })([input, ...learned.map((at) => tensors[at] as Reference)]);
    const [ofInput, ...ofVariables] = gradients.map((gradient) => gradient.dataSync() as Float32Array);
    return {
      output: output.dataSync() as Float32Array,
      input: ofInput as Float32Array,
      gradients: new Map(
        learned.map((at, place) => [this.kept[at]?.variable.name as string, ofVariables[place] as Float32Array]),
      ),
    };
  }

  close(): void {
    this.#session.close();
  }
}
