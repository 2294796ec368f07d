/**
 * Everything that core does for a page, a command line or a script: calls (question and answer) and one stream of changes.
 *
 * Input and output are checked at run time on core's side, in one place (core/service). Typed arrays travel as raw
 * attachments (frame.ts).
 */
import {
  array,
  boolean,
  instance,
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
  partial,
  picklist,
  pipe,
  record,
  string,
  union,
  unknown,
} from './schema.ts';
import type { GenericSchema, InferInput, InferOutput } from './schema.ts';
import { engineStatusSchema, settingsSchema, statusSchema } from './status.ts';
export * from './status.ts';
import { datasetSchema } from './dataset.ts';
import { importOptionsSchema, importSchema, inspectionSchema, previewSchema, sourceSchema } from './import.ts';
import { specSchema } from './network/spec.ts';
import { recipeSchema } from './recipe.ts';
import { deviceReportSchema, endStatuses, phases, scoreSchema } from './run/event.ts';

const id = pipe(string(), minLength(1), maxLength(64));
const text = pipe(string(), maxLength(10_000));
const count = pipe(number(), integer(), minValue(0));
const nothing = object({});

export const failureSchema = object({ code: string(), details: record(string(), union([string(), number()])) });

export const layerSchema = object({
  name: string(),
  op: string(),
  /** Height, width, channels. */
  output: array(number()),
  parameters: count,
  macs: count,
});

/** The numbers of a network: exactly what `describe` prints. */
export const descriptionSchema = object({
  name: string(),
  /** Learned parameters. */
  parameters: count,
  /** Running statistics of the normalisations, in values. */
  buffers: count,
  /** Multiply-adds of one image, forward. */
  macs: count,
  /** Multiply-adds expected in a training step's forward pass with stochastic depth. */
  expectedMacs: number(),
  /** Convolutions and fully connected layers on the longest path. */
  depth: count,
  /** Expected number of residual blocks in a training step. */
  expectedDepth: number(),
  /** Residual blocks. */
  blocks: count,
  /** Side in pixels of the input region that one output of the last map sees. */
  receptiveField: count,
  /** Bytes of activations kept for the backward pass, per image, float32. */
  activationBytes: count,
  input: array(number()),
  classes: count,
  layers: array(layerSchema),
});

export const presetSchema = object({
  name: string(),
  family: picklist(['plain', 'resnet', 'stochasticDepth', 'preactivation', 'wide', 'resnext']),
  spec: specSchema,
  recipe: recipeSchema,
  paper: string(),
  /** Errors printed in the paper; empty where none was read. */
  reported: array(
    object({
      dataset: string(),
      error: number(),
      kind: picklist(['best', 'mean', 'median', 'single']),
      preprocessing: string(),
      source: string(),
    }),
  ),
});

export const runStatuses = ['queued', 'preparing', 'training', ...endStatuses] as const;

export const runSchema = object({
  id,
  name: string(),
  status: picklist(runStatuses),
  phase: nullable(picklist(phases)),
  /** True from the first press on Stop until the end. */
  stopping: boolean(),
  network: string(),
  family: string(),
  parameters: count,
  data: string(),
  dataName: string(),
  seed: count,
  /** Runs that differ in their seed only share a group. */
  group: nullable(string()),
  deviceAsked: picklist(['auto', 'cpu', 'gpu']),
  device: nullable(deviceReportSchema),
  createdAtMs: number(),
  startedAtMs: nullable(number()),
  endedAtMs: nullable(number()),
  /** Done and planned. */
  step: count,
  steps: count,
  epoch: number(),
  epochs: number(),
  imagesPerSecond: nullable(number()),
  /** Seconds to the end at the present speed; null where unknown or over. */
  secondsLeft: nullable(number()),
  train: nullable(scoreSchema),
  test: nullable(scoreSchema),
  best: nullable(object({ epoch: number(), test: scoreSchema })),
  failure: nullable(failureSchema),
  /** Place in the palette of runs, kept for ever. */
  colour: count,
  removedAtMs: nullable(number()),
});

export const runDetailSchema = object({
  run: runSchema,
  spec: specSchema,
  recipe: recipeSchema,
  dataset: nullable(datasetSchema),
  /** App version, commit, data hash, operating system. */
  provenance: record(string(), string()),
  weights: nullable(string()),
  events: array(object({ atMs: number(), kind: string(), text: string() })),
  checkpoints: array(object({ step: count, file: string(), bytes: count, sha256: string(), atMs: number() })),
});

/** Names of the series of a run. Step series have a point per step, epoch series one per evaluated epoch. */
export const seriesNames = [
  'step/loss',
  'step/accuracy',
  'step/learningRate',
  'step/imagesPerSecond',
  'train/loss',
  'train/accuracy',
  'test/loss',
  'test/accuracy',
  'epoch/imagesPerSecond',
  'epoch/meanDepth',
] as const;

export const curveSchema = object({
  run: id,
  series: picklist(seriesNames),
  /** Steps, rising. */
  steps: instance(Float64Array),
  /** NaN where the value was not finite. */
  values: instance(Float64Array),
  /** Points stored in the asked range; more than `steps.length` where the curve was thinned. */
  stored: count,
});

const networkChoice = union([pipe(string(), minLength(1), maxLength(4096)), specSchema]);

const call = <Input extends GenericSchema, Output extends GenericSchema>(input: Input, output: Output) => ({
  input,
  output,
});

export const contract = {
  'app.status': call(nothing, statusSchema),
  'settings.get': call(nothing, settingsSchema),
  'settings.set': call(partial(settingsSchema), settingsSchema),
  'network.presets': call(nothing, array(presetSchema)),
  'network.describe': call(
    object({
      network: networkChoice,
      input: optional(object({ height: count, width: count, channels: count })),
      classes: optional(count),
    }),
    descriptionSchema,
  ),
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
  'run.start': call(
    object({
      network: networkChoice,
      data: id,
      /** Overrides of the preset's recipe. */
      recipe: partial(recipeSchema),
      device: picklist(['auto', 'cpu', 'gpu']),
      /** Number of runs that differ in their seed only. */
      seeds: pipe(count, minValue(1), maxValue(100)),
      name: optional(text),
    }),
    array(runSchema),
  ),
  /** First stop: finishes the step. `now`: ends the trainer at once. */
  'run.stop': call(object({ run: id, now: boolean() }), runSchema),
  'run.list': call(object({ removed: optional(boolean()) }), array(runSchema)),
  'run.show': call(object({ run: id }), runDetailSchema),
  'run.rename': call(object({ run: id, name: pipe(string(), minLength(1), maxLength(120)) }), runSchema),
  'run.remove': call(object({ run: id }), runSchema),
  'run.restore': call(object({ run: id }), runSchema),
  /** At most `points` points of each series between two steps; thinning keeps first, last, lowest and highest. */
  'run.curves': call(
    object({
      runs: pipe(array(id), maxLength(200)),
      series: pipe(array(picklist(seriesNames)), minLength(1), maxLength(16)),
      fromStep: optional(count),
      toStep: optional(count),
      points: pipe(count, minValue(2), maxValue(1_000_000)),
    }),
    array(curveSchema),
  ),
  'engine.status': call(object({ check: optional(boolean()) }), engineStatusSchema),
  'engine.install': call(object({ repair: optional(boolean()) }), engineStatusSchema),
  'engine.pause': call(object({ paused: boolean() }), engineStatusSchema),
  'engine.cancel': call(nothing, engineStatusSchema),
  'engine.remove': call(nothing, engineStatusSchema),
  /** What "Save diagnostics" would write: file names and texts. */
  'diagnostics.preview': call(nothing, array(object({ name: string(), text: string() }))),
} as const;

export type Contract = typeof contract;
export type CallName = keyof Contract;
export type CallInput<Name extends CallName> = InferInput<Contract[Name]['input']>;
export type CallOutput<Name extends CallName> = InferOutput<Contract[Name]['output']>;

/** What core publishes, after it was committed. */
export const changeSchema = union([
  object({ kind: literal('run'), run: runSchema }),
  object({
    kind: literal('points'),
    run: id,
    series: picklist(seriesNames),
    steps: instance(Float64Array),
    values: instance(Float64Array),
  }),
  object({ kind: literal('event'), run: id, atMs: number(), event: string(), text: string() }),
  object({ kind: literal('engine'), engine: engineStatusSchema }),
  object({ kind: literal('data'), datasets: array(datasetSchema) }),
  object({ kind: literal('import'), import: importSchema }),
  object({ kind: literal('settings'), settings: settingsSchema }),
  object({
    kind: literal('notice'),
    level: picklist(['info', 'warning', 'error']),
    text: string(),
    run: nullable(string()),
  }),
]);

export type Change = InferOutput<typeof changeSchema>;
export type Run = InferOutput<typeof runSchema>;
export type RunStatus = Run['status'];
export type RunDetail = InferOutput<typeof runDetailSchema>;
export type Curve = InferOutput<typeof curveSchema>;
export type SeriesName = (typeof seriesNames)[number];
export type Preset = InferOutput<typeof presetSchema>;
export type Description = InferOutput<typeof descriptionSchema>;
export type EngineStatus = InferOutput<typeof engineStatusSchema>;
export type Status = InferOutput<typeof statusSchema>;
export type Settings = InferOutput<typeof settingsSchema>;

/** The messages on every port, whatever carries it. */
export const requestSchema = union([
  object({ kind: literal('call'), id: count, name: string(), input: unknown() }),
  /** Starts the stream of changes; core answers with a reply and then sends changes. */
  object({ kind: literal('watch'), id: count }),
  object({ kind: literal('unwatch'), id: count }),
]);
export type Request = InferOutput<typeof requestSchema>;
export type Answer =
  | { readonly kind: 'reply'; readonly id: number; readonly ok: true; readonly value: unknown }
  | {
      readonly kind: 'reply';
      readonly id: number;
      readonly ok: false;
      readonly failure: { code: string; details: Record<string, string | number> };
    }
  | { readonly kind: 'changes'; readonly changes: readonly Change[] };
