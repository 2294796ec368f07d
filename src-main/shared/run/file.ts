/** Runs as files: what intake reads out of TensorBoard's events, tables and archives, and what an archive holds. */
import {
  array,
  instance,
  literal,
  maxLength,
  maxValue,
  minLength,
  minValue,
  nullable,
  number,
  object,
  picklist,
  pipe,
  record,
  string,
  union,
} from '../schema.ts';
import type { InferOutput } from '../schema.ts';
import { specSchema } from '../network/spec.ts';
import { recipeSchema } from '../recipe.ts';
import { seriesNames } from '../contract/run.ts';
import type { SeriesName } from '../contract.ts';
import { toldSchema } from '../told.ts';
import { deviceReportSchema, endStatuses, scoreSchema } from './event.ts';

const words = (most: number) => pipe(string(), maxLength(most));
const whole = pipe(number(), minValue(0), maxValue(Number.MAX_SAFE_INTEGER));

/** What an archive says of a run beside its curves. */
export const archivedRunSchema = object({
  name: pipe(string(), minLength(1), maxLength(200)),
  status: picklist(endStatuses),
  network: words(200),
  family: words(60),
  parameters: whole,
  data: pipe(string(), minLength(1), maxLength(200)),
  dataName: words(200),
  seed: whole,
  device: nullable(deviceReportSchema),
  startedAtMs: nullable(number()),
  endedAtMs: nullable(number()),
  step: whole,
  steps: whole,
  epoch: number(),
  epochs: number(),
  train: nullable(scoreSchema),
  test: nullable(scoreSchema),
  best: nullable(object({ epoch: number(), test: scoreSchema })),
  tags: pipe(array(words(40)), maxLength(100)),
  note: words(10_000),
  spec: specSchema,
  recipe: recipeSchema,
  provenance: record(words(100), words(1000)),
  weights: nullable(words(200)),
  events: pipe(
    array(object({ atMs: number(), kind: words(40), text: union([words(2000), toldSchema]) })),
    maxLength(10_000),
  ),
});
export type ArchivedRun = InferOutput<typeof archivedRunSchema>;

/** `residua.json` in an archive. Curves lie beside it: `runs/<place>/<series>.f64`, steps then values, little-endian. */
export const archiveSchema = object({
  format: literal('residua-runs'),
  version: literal(1),
  runs: pipe(
    array(
      object({
        run: archivedRunSchema,
        series: pipe(array(object({ name: words(220), points: whole })), maxLength(300)),
      }),
    ),
    minLength(1),
    maxLength(2000),
  ),
});

/** One run out of a file. */
export const readRunSchema = object({
  name: words(200),
  /** What kind of file it was, in words. */
  from: words(200),
  /** Milliseconds of the epoch; null where the file does not say. */
  startedAtMs: nullable(number()),
  endedAtMs: nullable(number()),
  /** Null but for archives. */
  run: nullable(archivedRunSchema),
  series: array(object({ name: words(220), steps: instance(Float64Array), values: instance(Float64Array) })),
});
export type ReadRun = InferOutput<typeof readRunSchema>;

/** A curve of another program, under the name that it gave it. */
export const foreignSeries = (tag: string): SeriesName => `tag/${tag}`;

const known: ReadonlySet<string> = new Set(seriesNames);
/** What other programs call our curves, in small letters with `_` for everything that is no letter. */
const aliases: readonly (readonly [RegExp, SeriesName])[] = [
  [/^(epoch_)?(val|valid|validation|test|eval|evaluation)_(epoch_)?(acc|accuracy|top_?1|acc_?1)$/, 'test/accuracy'],
  [/^(epoch_)?(val|valid|validation|test|eval|evaluation)_(epoch_)?loss$/, 'test/loss'],
  [/^(acc|accuracy)_(val|valid|validation|test|eval)$/, 'test/accuracy'],
  [/^loss_(val|valid|validation|test|eval)$/, 'test/loss'],
  [/^(epoch_|train_|training_)*(acc|accuracy)(_train)?$/, 'train/accuracy'],
  [/^(epoch_|train_|training_)*loss(_train)?$/, 'train/loss'],
  [/^(epoch_|train_|training_)*(lr|learning_rate)$/, 'step/learningRate'],
];

/**
 * The curve that a name means: one of ours where it is called so or is a usual name for it, and its values fit, else the
 * name itself. Several names may mean the same; the first one has it then.
 */
export function seriesFor(tag: string, values: Float64Array, taken: ReadonlySet<string>): SeriesName {
  if (known.has(tag) || tag.startsWith('tag/')) return tag as SeriesName;
  const plain = tag.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_');
  const found = aliases.find(([pattern]) => pattern.test(plain))?.[1];
  const fits =
    !found?.endsWith('/accuracy') || values.every((value) => Number.isNaN(value) || (value >= 0 && value <= 1));
  return found && fits && !taken.has(found) ? found : foreignSeries(tag);
}
