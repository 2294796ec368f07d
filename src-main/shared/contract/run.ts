/** Runs, their curves, and their calls. */
import {
  array,
  boolean,
  custom,
  instance,
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
} from '../schema.ts';
import { datasetSchema } from '../dataset.ts';
import { specSchema } from '../network/spec.ts';
import { recipeSchema } from '../recipe.ts';
import { deviceReportSchema, endStatuses, evaluatedSchema, phases, scoreSchema } from '../run/event.ts';
import { tellingSchema } from '../told.ts';
import { networkChoice } from './network.ts';
import { id, text, count, call, failureSchema } from './parts.ts';

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
  /** Where it stands in the line while it waits; lower begins first. */
  place: number(),
  /** The sweep it is a trial of, and which, from 1; runs of one trial differ in their seed only. */
  sweep: nullable(id),
  trial: nullable(count),
  /** Step after which it pauses by itself, to be judged by its sweep. */
  pauseAt: nullable(count),
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
  /** The evaluation with the best accuracy: on the validation split where there is one, else on the test split. */
  best: nullable(evaluatedSchema),
  failure: nullable(failureSchema),
  /** Place in the palette of runs, kept for ever. */
  colour: count,
  removedAtMs: nullable(number()),
  /** What a person says of it: tags in the order in which they were given, a note, a star. */
  tags: array(string()),
  note: string(),
  starred: boolean(),
  /** Archived runs are kept and stay out of sight. */
  archivedAtMs: nullable(number()),
  /** The run and step whose checkpoint it was forked from. */
  parent: nullable(object({ run: id, step: count })),
});

/**
 * Names of the series of a run. Step series have a point per step, train, test and epoch series one per evaluated epoch.
 * Clocks have one in 100 ms or so: seconds since the start (shared/run/event.ts says what each counts). Device and process
 * have one in a second or so while steps are made: utilisation is a share, processors are those in use in the mean.
 */
export const seriesNames = [
  'step/loss',
  'step/accuracy',
  'step/learningRate',
  'step/imagesPerSecond',
  'step/gradientNorm',
  'train/loss',
  'train/accuracy',
  'train/topFive',
  'test/loss',
  'test/accuracy',
  'test/topFive',
  'validation/loss',
  'validation/accuracy',
  'epoch/imagesPerSecond',
  'epoch/meanDepth',
  'clock/trainingSeconds',
  'clock/wallSeconds',
  'clock/pausedSeconds',
  'device/utilisation',
  'device/memoryMiB',
  'device/celsius',
  'device/watts',
  'process/processors',
  'process/memoryMiB',
] as const;

/** One of the series above, or `tag/…`: a curve of an imported run under the name that another program gave it. */
export const seriesSchema = union([
  picklist(seriesNames),
  custom<`tag/${string}`>((value) => typeof value === 'string' && /^tag\/.{1,210}$/s.test(value)),
]);

export const runDetailSchema = object({
  run: runSchema,
  spec: specSchema,
  recipe: recipeSchema,
  dataset: nullable(datasetSchema),
  /** App version, commit, data hash, operating system. */
  provenance: record(string(), string()),
  weights: nullable(string()),
  events: array(object({ atMs: number(), kind: string(), text: tellingSchema })),
  /** By step. Kept are the newest two, that of the best evaluation, and those that are pinned. */
  checkpoints: array(
    object({
      step: count,
      file: string(),
      bytes: count,
      sha256: string(),
      atMs: number(),
      best: boolean(),
      pinned: boolean(),
    }),
  ),
  /** Runs that were forked from this one. */
  forks: array(object({ run: id, name: string(), step: count })),
  /** The curves that it has. */
  series: array(seriesSchema),
});

export const curveSchema = object({
  run: id,
  series: seriesSchema,
  /** Steps, rising. */
  steps: instance(Float64Array),
  /** NaN where the value was not finite. */
  values: instance(Float64Array),
  /** Points stored in the asked range; more than `steps.length` where the curve was thinned. */
  stored: count,
});

export const runCalls = {
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
  /**
   * Goes on with a run that ended before its last step, from its newest whole checkpoint, or from the beginning where
   * there is none. `accumulate`: with the batch cut into so many parts, where the device had no room for it.
   */
  'run.resume': call(object({ run: id, accumulate: optional(recipeSchema.entries.accumulate) }), runSchema),
  /** Begins a run from a checkpoint of another, with a changed recipe; the network and the data stay. */
  'run.fork': call(
    object({
      run: id,
      /** Of a checkpoint; without it, the newest. */
      step: optional(count),
      recipe: partial(recipeSchema),
      device: optional(picklist(['auto', 'cpu', 'gpu'])),
      name: optional(text),
    }),
    runSchema,
  ),
  /** Keeps a checkpoint for ever, or lets it go with the others. */
  'run.pin': call(object({ run: id, step: count, pinned: boolean() }), runDetailSchema),
  /** Saves after the present step and frees the device; the run goes on exactly from there when it is resumed. */
  'run.pause': call(object({ run: id }), runSchema),
  'run.list': call(object({ removed: optional(boolean()) }), array(runSchema)),
  'run.show': call(object({ run: id }), runDetailSchema),
  'run.rename': call(object({ run: id, name: pipe(string(), minLength(1), maxLength(120)) }), runSchema),
  'run.remove': call(object({ run: id }), runSchema),
  'run.restore': call(object({ run: id }), runSchema),
  /** At most `points` points of each series between two steps; thinning keeps first, last, lowest and highest. */
  'run.curves': call(
    object({
      runs: pipe(array(id), maxLength(200)),
      series: pipe(array(seriesSchema), minLength(1), maxLength(16)),
      fromStep: optional(count),
      toStep: optional(count),
      points: pipe(count, minValue(2), maxValue(1_000_000)),
      /** Weight of the past, see `smooth` in run/curve.ts: all points are smoothed, then cut and thinned. */
      smoothing: optional(pipe(number(), minValue(0), maxValue(0.9999))),
    }),
    array(curveSchema),
  ),
} as const;
