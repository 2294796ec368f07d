/**
 * Runs a graph: the four functions of the engine's binding that we use, typed, with every tensor handed back.
 *
 * Calls are synchronous: the process does nothing else until TensorFlow answers. After a failed call the binding has
 * leaked its feeds; the process should end.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeSavedModel } from './encode.ts';
import type { Graph } from './graph.ts';
import { describeTensor, elements, ShapeError } from './tensor.ts';
import type { Tensor } from './tensor.ts';

/** What tfjs-node-gpu's addon offers. */
export interface Binding {
  readonly TF_INT32: number;
  readonly TF_FLOAT: number;
  createTensor(shape: readonly number[], dtype: number, values: Int32Array | Float32Array): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array;
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(id: number): void;
  runSavedModel(
    model: number,
    feeds: readonly number[],
    feedNames: string,
    fetchNames: string,
  ): readonly { readonly id: number }[];
}

/** Values for placeholders. A buffer that fed a variable must never be written again: the engine may keep it. */
export type Feeds = ReadonlyMap<Tensor, Int32Array | Float32Array>;

export class Session {
  readonly #binding: Binding;
  readonly #model: number;
  #open = true;

  /** Hands the graph to TensorFlow by way of a folder under `scratch`, which is removed at once. */
  constructor(binding: Binding, graph: Graph, scratch: string) {
    this.#binding = binding;
    const folder = mkdtempSync(join(scratch, 'graph-'));
    try {
      writeFileSync(join(folder, 'saved_model.pb'), encodeSavedModel(graph));
      this.#model = binding.loadSavedModel(folder, 'serve');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** Runs once. @returns the values of `fetches` (port 0 of their nodes), flat, in their order. */
  run(feeds: Feeds, fetches: readonly Tensor[]): (Float32Array | Int32Array | Uint8Array)[] {
    const ids: number[] = [];
    const names: string[] = [];
    for (const [tensor, values] of feeds) {
      if (values.length !== elements(tensor.shape))
        throw new ShapeError(tensor.node, `${describeTensor(tensor)} was fed ${values.length} values`);
      ids.push(
        this.#binding.createTensor(
          tensor.shape,
          tensor.dtype === 'float32' ? this.#binding.TF_FLOAT : this.#binding.TF_INT32,
          values,
        ),
      );
      names.push(tensor.node);
    }
    const outputs = this.#binding.runSavedModel(
      this.#model,
      ids,
      names.join(),
      fetches.map((tensor) => tensor.node).join(),
    );
    for (const id of ids) this.#binding.deleteTensor(id);
    return outputs.map(({ id }) => {
      const values = this.#binding.tensorDataSync(id);
      this.#binding.deleteTensor(id);
      return values;
    });
  }

  /** Gives the session's memory back. A second call does nothing. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#binding.deleteSavedModel(this.#model);
  }
}
