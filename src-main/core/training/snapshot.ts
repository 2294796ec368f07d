/** The beginning of all variables, and all their values as a few flat arrays: for checkpoints, hashes and tests. */
import type { Graph } from '../graph/graph.ts';
import * as op from '../graph/operations/index.ts';
import type { Variable } from '../graph/operations/index.ts';
import { elements } from '../graph/tensor.ts';
import type { Tensor } from '../graph/tensor.ts';
import type { VariableSet } from '../network/variables.ts';
import type { Slot } from './optimiser.ts';

/** 64 MiB, so that a checkpoint of a large network needs little memory beside it. */
const usualChunk = 16 * 1024 * 1024;

/** Variables that lie behind each other in one flat float32 array. */
export interface Chunk {
  readonly variables: readonly Variable[];
  readonly values: number;
  /** Fetch: float32 [values]. */
  readonly saved: Tensor;
  /** Feed: float32 bits as int32 [values]; and what to fetch so that it is assigned. */
  readonly restore: Tensor;
  readonly restored: Tensor;
}

export interface Snapshot {
  readonly chunks: readonly Chunk[];
}

/** Draws every learned variable from (seed, its place), sets statistics and what the optimiser keeps: the state at step 0. */
export function beginning(
  graph: Graph,
  variables: VariableSet,
  slots: readonly Slot[],
): { readonly seed: Tensor; readonly done: Tensor } {
  const seed = graph.placeholder('begin_seed', 'int32', [2]);
  const fills = new Map<string, Tensor>();
  const filled = (shape: readonly number[], value: number): Tensor => {
    const key = `${value} [${shape.join()}]`;
    const tensor = fills.get(key) ?? op.fill(graph, shape, value);
    fills.set(key, tensor);
    return tensor;
  };
  const effects = variables.all.map(({ variable, beginning: first }, place) => {
    if (first.kind === 'constant') return op.assign(graph, variable, filled(variable.shape, first.value));
    const own = op.add(graph, seed, graph.constant('int32', [0, place], [2]));
    const drawn = op.normal(graph, variable.shape, own);
    return op.assign(graph, variable, op.multiply(graph, drawn, graph.constant('float32', first.deviation)));
  });
  const drawn = new Map(variables.all.map(({ variable }, place) => [variable, effects[place] as Tensor]));
  const beside = slots.map(({ variable, copyOf }) => {
    const source = copyOf && drawn.get(copyOf);
    const first = copyOf && source ? op.read(graph, copyOf, { after: [source] }) : filled(variable.shape, 0);
    return op.assign(graph, variable, first);
  });
  return { seed, done: op.done(graph, 'done', [...effects, ...beside]) };
}

/**
 * Ways to take all variables out of the session and to put them back: learned ones and statistics first, then the optimiser's.
 * @param chunkValues values in one chunk at most; a larger variable has a chunk of its own.
 */
export function snapshot(
  graph: Graph,
  variables: VariableSet,
  slots: readonly Slot[],
  chunkValues = usualChunk,
): Snapshot {
  const all = [...variables.all.map(({ variable }) => variable), ...slots.map(({ variable }) => variable)];
  return {
    chunks: pack(all, chunkValues).map((members, index) =>
      graph.scope(`chunk${index}`, () => writeChunk(graph, variables, members, index)),
    ),
  };
}

function pack(all: readonly Variable[], chunkValues: number): Variable[][] {
  const chunks: Variable[][] = [];
  let room = 0;
  for (const variable of all) {
    const size = elements(variable.shape);
    if (size > room || chunks.length === 0) {
      chunks.push([]);
      room = chunkValues;
    }
    chunks.at(-1)?.push(variable);
    room -= size;
  }
  return chunks;
}

function writeChunk(graph: Graph, variables: VariableSet, members: readonly Variable[], index: number): Chunk {
  const sizes = members.map(({ shape }) => elements(shape));
  const values = sizes.reduce((total, size) => total + size, 0);
  const flat = members.map((variable, at) => op.reshape(graph, variables.read(variable), [sizes[at] as number]));
  const saved = op.identity(graph, op.concatenate(graph, flat, 0), { name: 'saved' });

  const restore = graph.placeholder(`restore_${index}`, 'int32', [values]);
  const parts = op.split(graph, op.bitcast(graph, op.copy(graph, restore), 'float32'), sizes, 0);
  const effects = members.map((variable, at) =>
    op.assign(graph, variable, op.reshape(graph, parts[at] as Tensor, variable.shape)),
  );
  return { variables: members, values, saved, restore, restored: op.done(graph, 'restored', effects) };
}
