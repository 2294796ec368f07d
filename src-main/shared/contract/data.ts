/** The calls on datasets and imports. */
import {
  array,
  boolean,
  instance,
  maxLength,
  maxValue,
  minLength,
  minValue,
  nullable,
  number,
  object,
} from '../schema.ts';
import { optional, pipe, string } from '../schema.ts';
import { datasetSchema, originSchema, placeSchema, surveySchema } from '../dataset.ts';
import { importOptionsSchema, importSchema, inspectionSchema, previewSchema, sourceSchema } from '../import.ts';
import { augmentationSchema } from '../recipe.ts';
import { id, count, nothing, call } from './parts.ts';

const name = pipe(string(), minLength(1), maxLength(120));

/** Images as they are shown: uint8 NHWC, large ones reduced by a whole factor (core/dataset/thumbnails.ts). */
const shownSchema = object({
  image: object({ height: count, width: count, channels: count }),
  pixels: instance(Uint8Array),
  labels: instance(Int32Array),
});

export const dataCalls = {
  /** `removed`: those that were removed and can be had back, instead of the others. */
  'data.list': call(object({ removed: optional(boolean()) }), array(datasetSchema)),
  'data.show': call(object({ data: id }), datasetSchema),
  /** Raw uint8 NHWC pixels and labels of a range of one split. */
  'data.images': call(
    object({ data: id, split: string(), from: count, count: pipe(count, maxValue(1024)) }),
    object({ pixels: instance(Uint8Array), labels: instance(Int32Array) }),
  ),
  /** A page of the images of a split, of one class or of all; `total` counts those that there are. */
  'data.gallery': call(
    object({ data: id, split: string(), class: nullable(count), from: count, count: pipe(count, maxValue(200)) }),
    object({ ...shownSchema.entries, indices: instance(Int32Array), total: count }),
  ),
  /** Images by their places, for showing. */
  'data.pick': call(object({ data: id, images: pipe(array(placeSchema), maxLength(200)) }), shownSchema),
  /**
   * The first training images of every class in turn as the given epoch of a run with this seed sees them.
   * `augmentation`: null for the one that a run gets which asks for none; the answer says which.
   */
  'data.augmented': call(
    object({
      data: id,
      augmentation: nullable(augmentationSchema),
      seed: count,
      epoch: pipe(count, minValue(1)),
      count: pipe(count, maxValue(64)),
    }),
    object({ ...shownSchema.entries, augmentation: augmentationSchema }),
  ),
  /** Looks at every image, or says what an earlier look told: class balance, colours, duplicates. */
  'data.survey': call(object({ data: id }), surveySchema),
  /** What the import knew; null for sets that were not imported. */
  'data.origin': call(object({ data: id }), nullable(originSchema)),
  'data.rename': call(object({ data: id, name }), datasetSchema),
  /**
   * A dataset whose split `validation` is a share of every class of this one's training split. It shares the images with
   * this one, so that it takes hardly any space.
   */
  'data.splitValidation': call(
    object({ data: id, share: pipe(number(), minValue(0.001), maxValue(0.5)), seed: count, name: optional(name) }),
    datasetSchema,
  ),
  /** Bytes of all datasets, of the removed ones that emptying would free, and that are free on the disk. */
  'data.space': call(nothing, object({ usedBytes: count, removedBytes: count, freeBytes: count })),
  /** Opens files and says what they are before anything is added. The import waits for `data.add` or `data.cancel`. */
  'data.inspect': call(object({ source: sourceSchema }), inspectionSchema),
  /** What `data.inspect` answered, for a page that was opened anew. */
  'data.inspection': call(object({ import: id }), inspectionSchema),
  /** A few images as they would be stored with these options; between `data.inspect` and `data.add`. */
  'data.preview': call(object({ import: id, options: importOptionsSchema }), previewSchema),
  /** Begins to read an inspected import into the library; how it goes on and ends is told by changes of kind `import`. */
  'data.add': call(object({ import: id, options: importOptionsSchema }), importSchema),
  /** Ends an import and leaves nothing of it; does nothing once it is over. */
  'data.cancel': call(object({ import: id }), importSchema),
  /** Imports of this program, the newest last. */
  'data.imports': call(nothing, array(importSchema)),
  /** Takes a dataset out of sight; `data.restore` brings it back until `data.empty` frees its space. */
  'data.remove': call(object({ data: id }), datasetSchema),
  'data.restore': call(object({ data: id }), datasetSchema),
  'data.empty': call(nothing, object({ freedBytes: count })),
} as const;
