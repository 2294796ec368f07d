/** What a dataset is once it lies in the library. Images are uint8, NHWC, 0 to 255; labels are class indices. */
import {
  array,
  boolean,
  integer,
  maxLength,
  minLength,
  minValue,
  nullable,
  number,
  object,
  pipe,
  string,
} from './schema.ts';
import type { InferOutput } from './schema.ts';

const count = pipe(number(), integer(), minValue(0));

export const datasetSchema = object({
  /** First 16 hexadecimal digits of `hash`, or the name of a built-in set (`digits`, `shapes`). */
  id: string(),
  name: pipe(string(), minLength(1), maxLength(120)),
  /** SHA-256 over shape, class names, splits and all image and label bytes. */
  hash: string(),
  image: object({ height: count, width: count, channels: count }),
  classes: array(string()),
  splits: array(object({ name: string(), images: count })),
  /** Per channel, of the training split, 0 to 255. */
  mean: array(number()),
  deviation: array(number()),
  /** Whether a mirrored image keeps its class; digits do not. */
  mirrors: boolean(),
  bytes: count,
  builtIn: boolean(),
  addedAtMs: nullable(number()),
  /** Where it came from and under which licence, one or two sentences. */
  note: string(),
});

export type Dataset = InferOutput<typeof datasetSchema>;
