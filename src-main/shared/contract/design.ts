/** Networks of one's own: what is kept of them, and their calls. */
import { array, boolean, maxLength, nullable, number, object, optional, pipe, string } from '../schema.ts';
import type { InferOutput } from '../schema.ts';
import { sourceSchema } from '../import.ts';
import { tagsSchema } from '../network/file.ts';
import { specSchema } from '../network/spec.ts';
import { call, id } from './parts.ts';

/** A network that a person designed; its name is its spec's. */
export const designSchema = object({
  id,
  spec: specSchema,
  tags: tagsSchema,
  /** Name of the network that it was begun from; null: from an empty page. */
  basedOn: nullable(pipe(string(), maxLength(120))),
  createdAtMs: number(),
  changedAtMs: number(),
  removedAtMs: nullable(number()),
});
export type Design = InferOutput<typeof designSchema>;

export const designCalls = {
  /** The newest change first. `removed`: those that were removed and can be had back, instead of the others. */
  'network.list': call(object({ removed: optional(boolean()) }), array(designSchema)),
  /** Keeps a network: a new one, or with an id the next state of an old one. */
  'network.save': call(
    object({ id: optional(id), spec: specSchema, tags: optional(tagsSchema), basedOn: optional(nullable(string())) }),
    designSchema,
  ),
  /** Takes a network out of sight; `network.restore` brings it back. */
  'network.remove': call(object({ id }), designSchema),
  'network.restore': call(object({ id }), designSchema),
  /** Reads a file of a network, exported or a bare spec, and keeps it as a new one. Fails with the codes `import.*`. */
  'network.import': call(object({ source: sourceSchema }), designSchema),
} as const;
