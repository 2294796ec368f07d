/** The three forms of one block with equal weights: how far outputs and gradients lie apart (Xie et al. 2016, figure 3). */
import { Draws } from '../batches/random.ts';
import { Graph } from '../graph/graph.ts';
import * as op from '../graph/operations/index.ts';
import { Session } from '../graph/session.ts';
import type { Binding } from '../graph/session.ts';
import { elements } from '../graph/tensor.ts';
import type { Tensor } from '../graph/tensor.ts';
import { Building } from '../network/building.ts';
import { residualBlock } from '../network/network.ts';
import { divide } from '../network/paths.ts';
import { VariableSet } from '../network/variables.ts';
import type { Kept } from '../network/variables.ts';
import type { BlockPlan } from '../../shared/network/plan.ts';
import { snapshot } from './snapshot.ts';
import type { Snapshot } from './snapshot.ts';

type Values = ReadonlyMap<string, Float32Array>;

interface Outcome {
  readonly output: Float32Array;
  /** By the names of variables; that of the input is ''. */
  readonly gradients: Values;
}

/** Even numbers of mean 0 and this standard deviation. */
const spread = (draws: Draws, count: number, deviation: number): Float32Array =>
  Float32Array.from({ length: count }, () => (2 * draws.uniform() - 1) * Math.sqrt(3) * deviation);

/** Values as far from the usual beginning as trained ones may be. */
function drawnFor({ variable: { shape }, role }: Kept, draws: Draws): Float32Array {
  const count = elements(shape);
  if (role === 'weights') return spread(draws, count, Math.sqrt((2 * (shape.at(-1) ?? 1)) / count));
  return Float32Array.from({ length: count }, () => 0.5 + draws.uniform());
}

/** One block in a graph of its own, forward and backward. */
class BlockTrial {
  readonly kept: readonly Kept[];
  readonly inputSize: number;
  readonly outputSize: number;
  readonly #session: Session;
  readonly #input: Tensor;
  readonly #weighting: Tensor;
  readonly #output: Tensor;
  readonly #gradients: ReadonlyMap<string, Tensor>;
  readonly #snapshot: Snapshot;

  constructor(binding: Binding, block: BlockPlan, images: number, scratch: string) {
    const graph = new Graph();
    const variables = new VariableSet(graph);
    const { height, width, channels } = block.input;
    this.#input = graph.placeholder('input', 'float32', [images, height, width, channels]);
    const noMask = () => {
      throw new Error('Forms are compared without dropout.');
    };
    const building = new Building(graph, variables, true, noMask);
    const layer = residualBlock(building, block, this.#input, { keep: () => null });
    this.#output = layer.output;
    this.#weighting = graph.placeholder('weighting', 'float32', layer.output.shape);
    const backward = layer.backward(this.#weighting);
    // Fetches name a node, whose first output they give.
    const named = [
      ['', backward] as const,
      ...[...building.gradients].map(([{ name }, tensor]) => [name, tensor] as const),
    ];
    this.#gradients = new Map(named.map(([name, tensor]) => [name, op.identity(graph, tensor)]));
    this.kept = variables.all;
    this.inputSize = elements(this.#input.shape);
    this.outputSize = elements(layer.output.shape);
    this.#snapshot = snapshot(graph, variables, []);
    this.#session = new Session(binding, graph, scratch);
  }

  run(values: Values, input: Float32Array, weighting: Float32Array): Outcome {
    for (const { variables, values: size, restore, restored } of this.#snapshot.chunks) {
      const flat = new Float32Array(size);
      let at = 0;
      for (const { name } of variables) {
        const own = values.get(name) as Float32Array;
        flat.set(own, at);
        at += own.length;
      }
      this.#session.run(new Map([[restore, new Int32Array(flat.buffer)]]), [restored]);
    }
    const feeds = new Map([
      [this.#input, input],
      [this.#weighting, weighting],
    ]);
    const [output, ...gradients] = this.#session.run(feeds, [this.#output, ...this.#gradients.values()]) as [
      Float32Array,
      ...Float32Array[],
    ];
    return {
      output,
      gradients: new Map([...this.#gradients.keys()].map((name, at) => [name, gradients[at] as Float32Array])),
    };
  }

  close(): void {
    this.#session.close();
  }
}

const largestDifference = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, value, at) => Math.max(most, Math.abs(value - (b[at] ?? NaN))), 0);

/** ‖a − b‖ / ‖b‖. */
function relativeDifference(a: Float32Array, b: Float32Array): number {
  let [apart, size] = [0, 0];
  b.forEach((value, at) => {
    apart += (value - (a[at] ?? NaN)) ** 2;
    size += value ** 2;
  });
  return apart === 0 ? 0 : Math.sqrt(apart / size);
}

export interface Difference {
  /** Largest of all outputs, absolute. */
  readonly output: number;
  /** Largest of the gradients of input and weights, relative to their size. */
  readonly gradient: number;
}

/** Compares forms of a block with form c. Building takes longer than comparing: seeds are asked for one after the other. */
export class FormsComparison {
  readonly #c: BlockTrial;
  readonly #others: readonly BlockTrial[];

  /** @param blocks the block in the other forms @param images in one run */
  constructor(binding: Binding, c: BlockPlan, blocks: readonly BlockPlan[], images: number, scratch: string) {
    this.#c = new BlockTrial(binding, c, images, scratch);
    this.#others = blocks.map((block) => new BlockTrial(binding, block, images, scratch));
  }

  /** With weights, input and upstream gradient drawn from a seed. @returns one difference for each of the other forms */
  differences(seed: number): Difference[] {
    const draws = new Draws(seed, 'probe');
    const values = new Map(this.#c.kept.map((kept) => [kept.variable.name, drawnFor(kept, draws)]));
    const input = spread(draws, this.#c.inputSize, 1);
    const weighting = spread(draws, this.#c.outputSize, 1);
    const whole = this.#c.run(values, input, weighting);
    return this.#others.map((other) => {
      const parts = other.run(this.#divided(other, values), input, weighting);
      const wanted = this.#divided(other, whole.gradients).set('', whole.gradients.get('') as Float32Array);
      const apart = [...parts.gradients].map(([name, own]) =>
        relativeDifference(own, wanted.get(name) as Float32Array),
      );
      return { output: largestDifference(parts.output, whole.output), gradient: Math.max(...apart) };
    });
  }

  /** Values of form c by their names, for another form; gradients are there for learned variables only. */
  #divided(other: BlockTrial, values: Values): Map<string, Float32Array> {
    const whole = new Map(
      this.#c.kept.flatMap(({ variable: { name, shape } }) => {
        const own = values.get(name);
        return own ? [[name, { shape, values: own }] as const] : [];
      }),
    );
    const isStatistic = (kept: Kept) => kept.role === 'statistic';
    const hasStatistics = this.#c.kept.some((kept) => isStatistic(kept) && whole.has(kept.variable.name));
    return divide(
      other.kept.filter((kept) => hasStatistics || !isStatistic(kept)),
      whole,
    );
  }

  close(): void {
    for (const trial of [this.#c, ...this.#others]) trial.close();
  }
}
