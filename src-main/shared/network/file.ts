/** A network as a file: what export writes and import reads. */
import { array, literal, maxLength, minLength, object, pipe, string } from '../schema.ts';
import type { InferOutput } from '../schema.ts';
import { specSchema } from './spec.ts';

export const tagsSchema = pipe(array(pipe(string(), minLength(1), maxLength(40))), maxLength(20));

export const networkFileSchema = object({
  format: literal('residua-network'),
  version: literal(1),
  spec: specSchema,
  tags: tagsSchema,
});
export type NetworkFile = InferOutput<typeof networkFileSchema>;
