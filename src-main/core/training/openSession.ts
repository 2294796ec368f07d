/** Hands a graph to TensorFlow, by way of the disk. */
import { writeFailure } from '../dataset/files.ts';
import type { Graph } from '../graph/graph.ts';
import { Session } from '../graph/session.ts';
import type { Binding } from '../graph/session.ts';

/** @throws Expected `disk.full`, `folder.denied`, `store.failing` where `scratch` does not take the graph */
export function openSession(binding: Binding, graph: Graph, scratch: string): Session {
  try {
    return new Session(binding, graph, scratch);
  } catch (thrown) {
    throw writeFailure(thrown, scratch, 0);
  }
}
