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
import { tellingSchema } from './told.ts';

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

/** Datasets up to this size are held in the session's memory as a whole, in bytes. */
export const mostHeldBytes = 1024 * 1024 * 1024;

/** Bytes of all images of a dataset. */
export const imageBytesOf = ({ image, splits }: Dataset): number =>
  splits.reduce((sum, { images }) => sum + images * image.height * image.width * image.channels, 0);

/** What an import knew of a dataset and the dataset itself does not say. */
export const originSchema = object({
  /** E.g. `CIFAR-10, binary distribution`. */
  formatName: string(),
  /** Archive or folder in words. */
  container: string(),
  /** The public set that it was recognised as, e.g. `MNIST`. */
  known: nullable(string()),
  /** Sizes of the files' images before they were brought to one, the most frequent first. */
  sizes: array(object({ height: count, width: count, images: count })),
  /** Images whose size was looked at. */
  measured: count,
  /** Files that were not taken; the first ones with reasons. */
  odd: object({ count, examples: array(object({ path: string(), reason: tellingSchema })) }),
});
export type Origin = InferOutput<typeof originSchema>;

/** An image of a dataset by its place. */
export const placeSchema = object({ split: string(), index: count });
export type Place = InferOutput<typeof placeSchema>;

/** What looking at every image of a dataset tells; computed once and kept beside it. */
export const surveySchema = object({
  /** Images of every class, in the order of `classes`, for each split. */
  balance: array(object({ split: string(), images: array(count) })),
  /** How many values of the training split are 0, 1, … 255, for each channel. */
  histogram: array(array(count)),
  duplicates: object({
    /** Images whose bytes are those of an earlier image of the same split. */
    within: array(object({ split: string(), images: count })),
    /** Images of the second split whose bytes are those of an image of the first. */
    between: array(object({ splits: pipe(array(string()), minLength(2), maxLength(2)), images: count })),
    /** Groups of equal images whose labels differ. */
    contradictions: count,
    groups: count,
    /** At most 50 groups of at most 12 images; contradicting ones first, then those over several splits. */
    examples: array(array(object({ ...placeSchema.entries, label: count }))),
  }),
});
export type Survey = InferOutput<typeof surveySchema>;
