/** Studies and their calls. */
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
} from '../schema.ts';
import type { InferOutput } from '../schema.ts';
import { datasetSchema } from '../dataset.ts';
import { probeKinds } from '../run/probe.ts';
import { builtInKinds, claimSchema, measureNames, seedCount, studyKinds, studyPlanSchema } from '../study/plan.ts';
import { languages } from '../language.ts';
import { call, count, failureSchema, id, nothing } from './parts.ts';

const device = picklist(['auto', 'cpu', 'gpu']);
const name = pipe(string(), minLength(1), maxLength(120));
const findings = ['holds', 'refuted', 'undecided'] as const;

/** `running`: something is left to do; `over`: all is through; `stopped`: by hand, before its end. */
export const studyStates = ['running', 'over', 'stopped'] as const;

export const studySchema = object({
  id,
  name: string(),
  kind: picklist(studyKinds),
  data: string(),
  dataName: string(),
  seeds: count,
  state: picklist(studyStates),
  /** Share of the work that is done, 0 to 1. */
  progress: number(),
  /** null where unknown or over. */
  secondsLeft: nullable(number()),
  /** null before it is over. */
  finding: nullable(picklist(findings)),
  createdAtMs: number(),
});

/** How a study lies beside the papers' version: layers of the deepest arm, channels of the widest first stage. */
export const extentSchema = object({ layers: count, width: number(), epochs: number(), images: number() });

export const partSchema = object({
  claim: claimSchema,
  finding: picklist(findings),
  effect: nullable(object({ value: number(), low: number(), high: number() })),
  method: nullable(picklist(['paired', 'welch', 'each'])),
  seeds: count,
  moreSeeds: nullable(count),
});

/** A mean over seeds with half of its 95 % interval; NaN where only one seed has a value. */
const meanCurve = {
  x: instance(Float64Array),
  mean: instance(Float64Array),
  margin: instance(Float64Array),
};

export const armResultSchema = object({
  name: string(),
  /** One for each seed; empty where nothing is trained. */
  runs: array(id),
  finished: count,
  parameters: count,
  /** Multiply-adds of one image, forward; and in the mean over dropped blocks. */
  macs: number(),
  expectedMacs: number(),
  layers: count,
  measured: array(
    object({
      measure: picklist(measureNames),
      samples: array(object({ seed: count, value: number() })),
      mean: number(),
      /** Half of the 95 % interval of the mean; null for one sample. */
      margin: nullable(number()),
    }),
  ),
  /** Test accuracy by epoch; device-seconds and multiply-adds of training at each point, in the mean. */
  curve: object({ ...meanCurve, seconds: instance(Float64Array), macs: instance(Float64Array) }),
  /** What is left of the network without some of its blocks: accuracy, see shared/run/probe.ts. */
  probes: array(object({ kind: picklist(probeKinds), ...meanCurve })),
});

export const studyDetailSchema = object({
  study: studySchema,
  plan: studyPlanSchema,
  dataset: nullable(datasetSchema),
  arms: array(armResultSchema),
  /** What the results say so far; final once the study is over. */
  parts: array(partSchema),
  /** Further seeds until it is likely decided, and seconds that they would take; null where unknown. */
  moreSeeds: nullable(count),
  moreSeconds: nullable(number()),
  /** Times that it grew after it had been judged. */
  grown: count,
  extent: nullable(extentSchema),
  fullExtent: nullable(extentSchema),
  /** Program, system, engine, devices and data. */
  provenance: record(string(), string()),
  /** Runs that failed, and what else went wrong. */
  problems: array(object({ arm: nullable(string()), failure: failureSchema })),
});

const asked = {
  kind: picklist(builtInKinds),
  data: id,
  /** null: the papers' full version. */
  budgetSeconds: nullable(pipe(number(), minValue(10), maxValue(1e9))),
  seeds: optional(seedCount),
  device,
};

export const reportForms = ['html', 'markdown'] as const;

export const studyCalls = {
  /** What a study would train, and how long that would take here; measures the device where that is unknown. */
  'study.plan': call(
    object(asked),
    object({
      plan: studyPlanSchema,
      seeds: count,
      seconds: number(),
      extent: extentSchema,
      fullExtent: extentSchema,
    }),
  ),
  'study.start': call(object({ ...asked, name: optional(name) }), studyDetailSchema),
  /** Makes a study of runs: each recipe with all its seeds is an arm; the first one is held against the others. */
  'study.make': call(
    object({ runs: pipe(array(id), minLength(1), maxLength(200)), name: optional(name) }),
    studyDetailSchema,
  ),
  'study.list': call(nothing, array(studySchema)),
  'study.show': call(object({ study: id }), studyDetailSchema),
  /** So many further seeds of every arm; what was stopped or has failed is trained again, with 0 that alone. */
  'study.grow': call(object({ study: id, seeds: pipe(count, maxValue(100)) }), studyDetailSchema),
  /** Stops what waits and what is under way, after its step. */
  'study.stop': call(object({ study: id }), studyDetailSchema),
  'study.rename': call(object({ study: id, name }), studySchema),
  /** Takes a study out of sight, stopped where it is under way, or brings it back; its runs stay in the history. */
  'study.remove': call(object({ study: id, removed: boolean() }), studySchema),
  /** One file with everything in it. */
  'study.report': call(
    object({ study: id, form: picklist(reportForms), language: picklist(languages) }),
    object({ file: string(), text: string() }),
  ),
} as const;

/** A study has changed; who shows it asks again. */
export const studyChangeSchema = object({ kind: literal('study'), study: id });

export type Study = InferOutput<typeof studySchema>;
export type StudyDetail = InferOutput<typeof studyDetailSchema>;
export type ArmResult = InferOutput<typeof armResultSchema>;
export type Part = InferOutput<typeof partSchema>;
export type Extent = InferOutput<typeof extentSchema>;
export type ReportForm = (typeof reportForms)[number];
