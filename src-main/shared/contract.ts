/**
 * Everything that core does for a page, a command line or a script: calls (question and answer) and one stream of changes.
 *
 * Input and output are checked at run time on core's side, in one place (core/service). Typed arrays travel as raw
 * attachments (frame.ts).
 */
import {
  array,
  instance,
  literal,
  nullable,
  number,
  object,
  partial,
  picklist,
  string,
  union,
  unknown,
} from './schema.ts';
import type { InferInput, InferOutput } from './schema.ts';
import { dataCalls } from './contract/data.ts';
import { designCalls, designSchema } from './contract/design.ts';
import { engineCalls } from './contract/engine.ts';
import type { descriptionSchema, presetSchema } from './contract/network.ts';
import type { ruleSchema, viewSchema } from './contract/history.ts';
import { historyCalls } from './contract/history.ts';
import { networkCalls } from './contract/network.ts';
import { call, count, failureSchema, id, nothing } from './contract/parts.ts';
import { queueCalls } from './contract/queue.ts';
import type { curveSchema, runDetailSchema } from './contract/run.ts';
import {
  evaluatedSchema,
  looksSchema,
  predictCalls,
  probeCalls,
  replayCalls,
  watchingCalls,
} from './contract/watching.ts';
import { weightsCalls } from './contract/weights.ts';
import { studyCalls, studyChangeSchema } from './contract/study.ts';
import { sweepCalls } from './contract/sweep.ts';
import { runCalls, runSchema, seriesSchema } from './contract/run.ts';
import { calibrationSchema } from './calibration.ts';
import { datasetSchema } from './dataset.ts';
import { probeKinds } from './run/probe.ts';
import { importSchema } from './import.ts';
import { engineStatusSchema, settingsSchema, statusSchema } from './status.ts';
import { tellingSchema } from './told.ts';
import type { ToldFailure } from './told.ts';
export * from './contract/design.ts';
export * from './contract/network.ts';
export * from './contract/history.ts';
export * from './contract/run.ts';
export * from './contract/study.ts';
export * from './contract/sweep.ts';
export { failureSchema } from './contract/parts.ts';
export * from './status.ts';

const appCalls = {
  'app.status': call(nothing, statusSchema),
  'settings.get': call(nothing, settingsSchema),
  'settings.set': call(partial(settingsSchema), settingsSchema),
  /** What "Save diagnostics" would write: file names and texts. */
  'diagnostics.preview': call(nothing, array(object({ name: string(), text: string() }))),
} as const;

export const contract = {
  ...appCalls,
  ...networkCalls,
  ...designCalls,
  ...dataCalls,
  ...runCalls,
  ...watchingCalls,
  ...predictCalls,
  ...probeCalls,
  ...replayCalls,
  ...historyCalls,
  ...queueCalls,
  ...sweepCalls,
  ...studyCalls,
  ...engineCalls,
  ...weightsCalls,
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
    series: seriesSchema,
    steps: instance(Float64Array),
    values: instance(Float64Array),
  }),
  /** The run's points after this step are superseded. */
  object({ kind: literal('rewind'), run: id, step: count }),
  /** Looks into the blocks that follow those before. */
  object({ kind: literal('blocks'), run: id, looks: looksSchema }),
  /** How many images a probe has looked at, over all its variants; none while the network is loaded. */
  object({ kind: literal('probe'), run: id, probe: picklist(probeKinds), done: count, total: count }),
  /** A probe is over: stored where the failure is null; `probe.stopped` where somebody gave it up. */
  object({ kind: literal('probeEnd'), run: id, probe: picklist(probeKinds), failure: nullable(failureSchema) }),
  /** Steps that a replay has done on its way. */
  object({ kind: literal('replay'), run: id, done: count, total: count }),
  object({ kind: literal('evaluation'), run: id, evaluation: evaluatedSchema }),
  object({ kind: literal('event'), run: id, atMs: number(), event: string(), text: tellingSchema }),
  object({ kind: literal('engine'), engine: engineStatusSchema }),
  /** Null while the trials of a calibration run; how many of them are done. */
  object({
    kind: literal('calibration'),
    calibration: nullable(calibrationSchema),
    done: count,
    total: count,
  }),
  object({ kind: literal('data'), datasets: array(datasetSchema) }),
  object({ kind: literal('import'), import: importSchema }),
  object({ kind: literal('networks'), designs: array(designSchema) }),
  studyChangeSchema,
  object({ kind: literal('settings'), settings: settingsSchema }),
  object({
    kind: literal('notice'),
    level: picklist(['info', 'warning', 'error']),
    text: tellingSchema,
    run: nullable(string()),
  }),
]);

export type Change = InferOutput<typeof changeSchema>;
export type Run = InferOutput<typeof runSchema>;
export type RunStatus = Run['status'];
export type RunDetail = InferOutput<typeof runDetailSchema>;
export type Curve = InferOutput<typeof curveSchema>;
/** A rule for one number of a curve; what it needs is named, not given. */
export type SummaryChoice = InferOutput<typeof ruleSchema>;
export type View = InferOutput<typeof viewSchema>;
export type SeriesName = InferOutput<typeof seriesSchema>;
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
      readonly failure: ToldFailure;
    }
  | { readonly kind: 'changes'; readonly changes: readonly Change[] };
