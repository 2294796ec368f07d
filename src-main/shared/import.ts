/**
 * Imports: what a person drops, what is seen of it before it counts, and the work of putting it into the library.
 *
 * `data.inspect` opens it in a process of its own (intake) and says what it is; `data.add` reads it with the chosen
 * options. Both are one import with one id from then on.
 */
import {
  array,
  boolean,
  integer,
  literal,
  maxLength,
  maxValue,
  minLength,
  minValue,
  nullable,
  number,
  object,
  optional,
  picklist,
  pipe,
  string,
  union,
  instance,
} from './schema.ts';
import { networkFileSchema } from './network/file.ts';
import { readRunSchema } from './run/file.ts';
import type { InferOutput } from './schema.ts';
import { failureSchema, tellingSchema } from './told.ts';

const count = pipe(number(), integer(), minValue(0));
const words = (most: number) => pipe(string(), minLength(1), maxLength(most));
const several = <Item extends Parameters<typeof array>[0]>(item: Item) =>
  pipe(array(item), minLength(1), maxLength(10_000));

/** Files, folders and archives: by path (programs of this machine), by the shell's token, or as uploaded to `serve`. */
export const sourceSchema = union([
  object({ paths: several(words(4096)) }),
  object({ tokens: several(words(8192)) }),
  object({ uploads: several(words(64)) }),
]);

const side = pipe(count, minValue(1), maxValue(1024));

/** What a person chooses at import; what is left out is taken as found, or as `inspection.image` says. */
export const importOptionsSchema = object({
  name: optional(words(120)),
  /** Pixels of the stored images. */
  size: optional(object({ height: side, width: side })),
  /** How an image of another shape is brought to size: its middle is kept, or it is kept whole with black bars. */
  fit: optional(picklist(['crop', 'letterbox'])),
  channels: optional(picklist(['grey', 'rgb'])),
  /** Share of every class that becomes the test split where there is none, 0 to 0.5; 0.1 where left out. */
  holdOut: optional(pipe(number(), minValue(0), maxValue(0.5))),
  /** Share of every class of the training split that becomes the split `validation`, 0 to 0.5; 0 where left out. */
  validation: optional(pipe(number(), minValue(0), maxValue(0.5))),
  /** Draws the images that are held out and those for validation. */
  seed: optional(count),
});

const shapeSchema = object({ height: count, width: count, channels: count });

/** A file that is not taken, and why. */
export const oddFileSchema = object({ path: string(), reason: tellingSchema });

/** A few images as they will be stored. */
export const previewSchema = object({
  image: shapeSchema,
  /** uint8, NHWC. */
  pixels: instance(Uint8Array),
  /** Class indices. */
  labels: instance(Int32Array),
});

/** What was found before anything was added. */
export const findingSchema = object({
  /** E.g. `cifar10-binary`, `idx`, `image-folder`. */
  format: string(),
  /** In words: `CIFAR-10, binary distribution`. */
  formatName: string(),
  /** Archive or folder in words: `tar.gz`, `folder`. */
  container: string(),
  /** Proposed name. */
  name: string(),
  /** The public set that this is by the hash of its files, e.g. `MNIST`. */
  known: nullable(string()),
  classes: array(object({ name: string(), images: count })),
  /** As found, before anything is held out. */
  splits: array(object({ name: string(), images: count })),
  /** Whether a test split will be held out of the training split. */
  holdsOut: boolean(),
  /** What is stored unless other options are chosen. */
  image: shapeSchema,
  /** Sizes that were found, the most frequent first, at most 20; images of folders are sampled. */
  sizes: array(object({ height: count, width: count, images: count })),
  /** Images whose size was looked at. */
  measured: count,
  mirrors: boolean(),
  files: count,
  bytes: count,
  /** Files that are not taken. */
  odd: object({ count, examples: pipe(array(oddFileSchema), maxLength(200)) }),
  /** Sentences that a person should read. */
  notes: array(tellingSchema),
  preview: previewSchema,
});

export const inspectionSchema = object({ import: string(), ...findingSchema.entries });

export const importStates = ['opening', 'inspected', 'reading', 'done', 'failed', 'cancelled'] as const;

/** An import as it goes on. */
export const importSchema = object({
  id: string(),
  name: string(),
  state: picklist(importStates),
  images: count,
  /** Null until it is known. */
  imagesTotal: nullable(count),
  bytes: count,
  bytesTotal: nullable(count),
  imagesPerSecond: nullable(number()),
  secondsLeft: nullable(number()),
  /** Set with `done`. */
  dataset: nullable(string()),
  /** With `done`: the same images were in the library before; nothing was stored twice. */
  wasThere: boolean(),
  /** Files that were not taken up to now. */
  odd: object({ count, examples: array(oddFileSchema) }),
  failure: nullable(failureSchema),
  startedAtMs: number(),
});

export type Source = InferOutput<typeof sourceSchema>;
export type ImportOptions = InferOutput<typeof importOptionsSchema>;
export type OddFile = InferOutput<typeof oddFileSchema>;
export type Preview = InferOutput<typeof previewSchema>;
export type Finding = InferOutput<typeof findingSchema>;
export type Inspection = InferOutput<typeof inspectionSchema>;
export type Import = InferOutput<typeof importSchema>;

/** What is done to every image on its way into the library. */
export const treatmentSchema = object({
  image: shapeSchema,
  fit: picklist(['crop', 'letterbox']),
  holdOut: number(),
  seed: count,
});
export type Treatment = InferOutput<typeof treatmentSchema>;

/** Bounds on what is read. A file or archive over one of them is refused with its number. */
export interface IntakeLimits {
  /** Files in a folder or an archive. */
  readonly entries: number;
  /** Bytes of everything, unpacked. */
  readonly bytes: number;
  /** Bytes of one file, unpacked. */
  readonly entryBytes: number;
  /** Unpacked bytes for each packed one, beyond `ratioGraceBytes`. */
  readonly ratio: number;
  readonly ratioGraceBytes: number;
  /** Levels of folders. */
  readonly depth: number;
  /** Bytes of a path inside a folder or an archive. */
  readonly nameBytes: number;
  /** Pixels of one image. */
  readonly pixels: number;
  readonly classes: number;
}

const limit = pipe(number(), minValue(1));
export const intakeLimitsSchema = object({
  entries: limit,
  bytes: limit,
  entryBytes: limit,
  ratio: limit,
  ratioGraceBytes: limit,
  depth: limit,
  nameBytes: limit,
  pixels: limit,
  classes: limit,
});

export const ordinaryLimits: IntakeLimits = {
  entries: 2_000_000,
  bytes: 200e9,
  entryBytes: 8e9,
  ratio: 200,
  ratioGraceBytes: 10e6,
  depth: 32,
  nameBytes: 1024,
  pixels: 64e6,
  classes: 100_000,
};

/** core → intake, over the pipe (file descriptor 3, frames of frame.ts). Closing the pipe ends intake. */
export const intakeOrderSchema = union([
  object({
    kind: literal('open'),
    /** `name`: as the person knows it; an uploaded file lies under another one. */
    files: array(object({ path: string(), name: string() })),
    /** Folder of this import alone, made and removed by core. */
    scratch: string(),
    limits: intakeLimitsSchema,
  }),
  object({ kind: literal('preview'), treatment: treatmentSchema }),
  /** Instead of `open`: the file holds a network. */
  object({ kind: literal('network'), path: string(), name: string() }),
  /** Instead of `open`: the file holds weights. */
  object({ kind: literal('weights'), path: string(), name: string() }),
  /** Instead of `open`: the files hold an image each, wanted as a dataset would store them. */
  object({
    kind: literal('images'),
    files: array(object({ path: string(), name: string() })),
    image: shapeSchema,
    limits: intakeLimitsSchema,
  }),
  /** Instead of `open`: the file holds runs. */
  object({ kind: literal('runs'), path: string(), name: string() }),
  object({ kind: literal('read'), treatment: treatmentSchema }),
]);

/** intake → core. */
export const intakeReportSchema = union([
  /** Once a second: its silence means that it hangs. */
  object({ kind: literal('alive') }),
  /** Bytes unpacked while opening. */
  object({ kind: literal('opening'), bytes: count, bytesTotal: nullable(count) }),
  object({ kind: literal('found'), finding: findingSchema }),
  object({ kind: literal('preview'), preview: previewSchema }),
  object({ kind: literal('network'), network: networkFileSchema }),
  /** What a file of weights holds, and then all values in this order, in pieces; `read` ends them. */
  object({ kind: literal('tensors'), tensors: array(object({ name: string(), shape: array(count) })) }),
  object({ kind: literal('values'), values: instance(Float32Array) }),
  /** uint8, NHWC, in the order of the files. */
  object({ kind: literal('pictures'), pixels: instance(Uint8Array) }),
  /** After `runs`: each of them, then the end. */
  object({ kind: literal('run'), run: readRunSchema }),
  object({ kind: literal('runsRead') }),
  object({ kind: literal('head'), classes: array(string()), mirrors: boolean(), note: string(), imagesTotal: count }),
  object({ kind: literal('split'), name: string() }),
  /** Images of the split that was named last: uint8, NHWC, and a class index each. */
  object({ kind: literal('images'), pixels: instance(Uint8Array), labels: instance(Int32Array) }),
  object({ kind: literal('odd'), files: array(oddFileSchema) }),
  object({ kind: literal('read') }),
  object({
    kind: literal('failed'),
    failure: failureSchema,
  }),
]);

export type IntakeOrder = InferOutput<typeof intakeOrderSchema>;
export type IntakeReport = InferOutput<typeof intakeReportSchema>;
