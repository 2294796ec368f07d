/** A trained network alone: images in, probabilities out; blocks may count for more or less than they were trained for. */
import { blocksOf } from '../../shared/network/cost.ts';
import type { Plan } from '../../shared/network/plan.ts';
import type { Recipe } from '../../shared/recipe.ts';
import { Graph } from '../graph/graph.ts';
import * as op from '../graph/operations/index.ts';
import type { Binding, Session } from '../graph/session.ts';
import { elements } from '../graph/tensor.ts';
import type { Tensor } from '../graph/tensor.ts';
import { Building } from '../network/building.ts';
import { network } from '../network/network.ts';
import { VariableSet } from '../network/variables.ts';
import { SafetensorsFile } from '../weights/file.ts';
import { imageWords, scaleImages, scaling, unpackImages } from './input.ts';
import { openSession } from './openSession.ts';
import { wordsOf } from './session.ts';
import { snapshot } from './snapshot.ts';

export interface InferenceOptions {
  readonly plan: Plan;
  readonly recipe: Pick<Recipe, 'normalisation' | 'averageDecay'>;
  /** Of the training split, per channel, 0 to 255. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  /** Images in one run of the graph. */
  readonly batch: number;
  /** The checkpoint whose weights it has; moving averages where the recipe keeps them, as in evaluation. */
  readonly checkpoint: string;
}

export class TrainedNetwork {
  readonly blocks: number;
  readonly classes: number;
  readonly #batch: number;
  readonly #imageBytes: number;
  readonly #words: Tensor;
  readonly #shares: Tensor;
  readonly #probabilities: Tensor;
  readonly #session: Session;
  /** The survival of every block: how much its branch counts in evaluation. */
  readonly #trained: Float32Array;

  /**
   * @param scratch a writable folder on the data disk, used for a moment while the graph is loaded
   * @throws FormatError where the checkpoint does not belong to the network or is not whole
   */
  constructor(binding: Binding, options: InferenceOptions, scratch: string) {
    const { plan, recipe, mean, deviation, batch } = options;
    const blocks = blocksOf(plan);
    const graph = new Graph();
    const variables = new VariableSet(graph);
    this.blocks = blocks.length;
    this.classes = plan.classes;
    this.#batch = batch;
    this.#imageBytes = plan.input.height * plan.input.width * plan.input.channels;
    this.#trained = Float32Array.from(blocks, ({ survival }) => survival);
    this.#words = graph.placeholder('words', 'int32', [imageWords(batch, plan.input)]);
    this.#shares = graph.placeholder('shares', 'int32', [Math.max(1, blocks.length)]);
    const parts = op.split(
      graph,
      op.bitcast(graph, this.#shares, 'float32'),
      Array.from({ length: this.#shares.shape[0] ?? 1 }, () => 1),
      0,
    );
    const shareOf = new Map(blocks.map(({ name }, at) => [name, op.reshape(graph, parts[at] as Tensor, [])]));
    const images = scaleImages(
      graph,
      unpackImages(graph, this.#words, batch, plan.input),
      scaling(recipe.normalisation, mean, deviation),
    );
    const building = new Building(graph, variables, false, () => {
      throw new Error('A trained network drops nothing.');
    });
    const { output } = network(building, plan, images, {
      keep: () => null,
      share: (block) => shareOf.get(block.name) ?? null,
    });
    this.#probabilities = op.identity(graph, op.softmax(graph, output), { name: 'probabilities' });
    const { chunks } = snapshot(graph, variables, []);
    this.#session = openSession(binding, graph, scratch);
    const averaged = new Set(
      recipe.averageDecay === null ? [] : variables.learned.map(({ variable }) => variable.name),
    );
    const file = new SafetensorsFile(options.checkpoint);
    try {
      for (const chunk of chunks) {
        const values = new Float32Array(chunk.values);
        let at = 0;
        for (const { name, shape } of chunk.variables) {
          values.set(file.values(averaged.has(name) ? `average/${name}` : name, elements(shape)), at);
          at += elements(shape);
        }
        this.#session.run(new Map([[chunk.restore, new Int32Array(values.buffer)]]), [chunk.restored]);
      }
    } finally {
      file.close();
    }
  }

  /**
   * Probabilities of every class, float32 [images · classes].
   * @param pixels uint8 [images, height, width, channels]
   * @param shares float32 [blocks], by how much each branch counts; as in evaluation where left out
   */
  predict(pixels: Uint8Array, shares: Float32Array = this.#trained): Float32Array<ArrayBuffer> {
    const images = pixels.length / this.#imageBytes;
    const all = new Float32Array(images * this.classes);
    const fed = new Float32Array(this.#shares.shape[0] ?? 1);
    fed.set(shares);
    for (let from = 0; from < images; from += this.#batch) {
      const part = new Uint8Array(this.#batch * this.#imageBytes);
      part.set(pixels.subarray(from * this.#imageBytes, (from + this.#batch) * this.#imageBytes));
      const feeds = new Map([
        [this.#words, wordsOf(part)],
        [this.#shares, new Int32Array(fed.slice().buffer)],
      ]);
      const [found] = this.#session.run(feeds, [this.#probabilities]) as [Float32Array];
      const count = Math.min(this.#batch, images - from);
      all.set(found.subarray(0, count * this.classes), from * this.classes);
    }
    return all;
  }

  close(): void {
    this.#session.close();
  }
}
