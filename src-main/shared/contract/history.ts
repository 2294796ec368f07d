/** Calls about the history as a whole: summaries of curves, marks, seeds, the trash. */
import {
  array,
  boolean,
  instance,
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
  record,
  string,
  trim,
  union,
} from '../schema.ts';
import { sourceSchema } from '../import.ts';
import { spreads } from '../run/band.ts';
import { id, call, count } from './parts.ts';
import { runSchema, seriesSchema } from './run.ts';

export const exportForms = ['tensorboard', 'csv', 'json', 'archive'] as const;

const runs = pipe(array(id), maxLength(10_000));
const tag = pipe(string(), trim(), minLength(1), maxLength(40));

/** One number for a curve, see run/summary.ts. `of`: the series whose best epoch is meant. */
export const ruleSchema = union([
  object({ kind: literal('last') }),
  object({ kind: literal('best') }),
  object({ kind: literal('atBestEpoch'), of: seriesSchema }),
  object({ kind: literal('meanOfLast'), count: pipe(count, minValue(1), maxValue(1000)) }),
]);

/** How the list of runs is looked at. */
export const viewSchema = object({
  name: pipe(string(), trim(), minLength(1), maxLength(60)),
  /** In the language of run/filter.ts. */
  filter: string(),
  columns: array(string()),
  /** A column's name; `-` before it: the largest first. */
  sort: string(),
  rule: ruleSchema,
});

export const historyCalls = {
  /** One number for each run and series, run by run; NaN where there is none. Series times runs at most 200,000. */
  'history.summaries': call(
    object({ runs, series: pipe(array(seriesSchema), minLength(1), maxLength(16)), rule: ruleSchema }),
    object({ values: instance(Float64Array), steps: instance(Float64Array) }),
  ),
  /** Recipe and network of runs as flat fields, see run/settings.ts. Without `runs`: of all that are not in the trash. */
  'history.settings': call(
    object({ runs: optional(runs) }),
    array(object({ run: id, settings: record(string(), union([string(), number(), boolean(), nullable(string())])) })),
  ),
  /**
   * The seeds that belong to each run: all runs of the same network, data and recipe, whoever sees them, the trash left
   * out; with the number of the asked curve for those that have ended well. Runs of one group come once.
   */
  'history.seeds': call(
    object({ runs: pipe(array(id), maxLength(200)), series: seriesSchema, rule: ruleSchema }),
    array(
      object({
        /** The asked runs that are members. */
        asked: array(id),
        members: array(
          object({ run: id, seed: count, finished: boolean(), value: nullable(number()), step: nullable(count) }),
        ),
      }),
    ),
  ),
  /**
   * Mean and band of seeds, for each group and series. Every member counts, whoever sees it; smoothed before the mean is
   * taken, thinned after. `stored`: steps in the asked range.
   */
  'history.bands': call(
    object({
      groups: pipe(array(pipe(array(id), minLength(1), maxLength(100))), maxLength(50)),
      series: pipe(array(seriesSchema), minLength(1), maxLength(8)),
      spread: picklist(spreads),
      smoothing: pipe(number(), minValue(0), maxValue(0.9999)),
      fromStep: optional(count),
      toStep: optional(count),
      points: pipe(count, minValue(2), maxValue(100_000)),
    }),
    array(
      object({
        group: count,
        series: seriesSchema,
        steps: instance(Float64Array),
        mean: instance(Float64Array),
        margin: instance(Float64Array),
        members: instance(Float64Array),
        stored: count,
      }),
    ),
  ),
  /** Runs out of files: TensorBoard's events, CSV tables, archives of runs. Fails with the codes `import.*`. */
  'history.import': call(object({ source: sourceSchema }), array(runSchema)),
  /**
   * Runs as one file, with every point: TensorBoard's events (several as a zip of folders), CSV (a row a point), JSON, or
   * an archive that another Residua opens; checkpoints stay. Fails with `export.large`.
   */
  'history.export': call(
    object({ runs: pipe(array(id), minLength(1), maxLength(1000)), form: picklist(exportForms) }),
    object({ name: string(), bytes: instance(Uint8Array) }),
  ),
  /** Changes what is said of runs; what is not named stays. Returns them. */
  'history.mark': call(
    object({
      runs: pipe(runs, minLength(1)),
      addTags: optional(pipe(array(tag), maxLength(20))),
      removeTags: optional(pipe(array(tag), maxLength(20))),
      note: optional(pipe(string(), maxLength(10_000))),
      starred: optional(boolean()),
      archived: optional(boolean()),
    }),
    array(runSchema),
  ),
  /** Into the trash, or back. Fails with `run.alive`; nothing is moved then. */
  'history.remove': call(object({ runs: pipe(runs, minLength(1)), removed: boolean() }), array(runSchema)),
  /** What is in the trash, and the bytes that each run's checkpoints take. */
  'history.trash': call(object({}), array(object({ run: runSchema, bytes: count }))),
  /** Deletes runs of the trash for ever, with their points and checkpoints; without `runs`, all of them. */
  'history.purge': call(object({ runs: optional(runs) }), object({ runs: array(id), bytes: count })),
} as const;
