/** The calls on datasets and imports. */
import { array, boolean, instance, maxValue, object, optional, pipe, string } from '../schema.ts';
import { datasetSchema } from '../dataset.ts';
import { importOptionsSchema, importSchema, inspectionSchema, previewSchema, sourceSchema } from '../import.ts';
import { id, count, nothing, call } from './parts.ts';

export const dataCalls = {
  /** `removed`: those that were removed and can be had back, instead of the others. */
  'data.list': call(object({ removed: optional(boolean()) }), array(datasetSchema)),
  'data.show': call(object({ data: id }), datasetSchema),
  /** Raw uint8 NHWC pixels and labels of a range of one split. */
  'data.images': call(
    object({ data: id, split: string(), from: count, count: pipe(count, maxValue(1024)) }),
    object({ pixels: instance(Uint8Array), labels: instance(Int32Array) }),
  ),
  /** Opens files and says what they are before anything is added. The import waits for `data.add` or `data.cancel`. */
  'data.inspect': call(object({ source: sourceSchema }), inspectionSchema),
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
