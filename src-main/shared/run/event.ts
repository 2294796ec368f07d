/**
 * What a run says while it lives. The trainer yields these; core commits them to the store and only then publishes them.
 */
import {
  array,
  boolean,
  instance,
  integer,
  literal,
  minValue,
  nullable,
  number,
  object,
  optional,
  picklist,
  pipe,
  string,
  union,
} from '../schema.ts';
import type { InferOutput } from '../schema.ts';
import { failureSchema, toldSchema } from '../told.ts';

const step = pipe(number(), integer(), minValue(0));

/**
 * Mean loss (cross-entropy, nats) and share of correct answers, 0 to 1. Loss is null where it was not finite.
 * `topFive`: share of images whose class was among the first five; left out where there are no more classes than that.
 */
export const scoreSchema = object({ loss: nullable(number()), accuracy: number(), topFive: optional(number()) });

/**
 * An evaluation at the end of an epoch. Where the dataset has a validation split, that decides which evaluation is the best
 * and when a run stops early, and the test split is only looked at.
 */
export const evaluatedSchema = object({ epoch: number(), test: scoreSchema, validation: optional(scoreSchema) });

/** The accuracy by which evaluations are compared. */
export const judgedAccuracy = ({ test, validation }: Pick<Evaluated, 'test' | 'validation'>): number =>
  (validation ?? test).accuracy;

/** Whether an evaluation is the best so far. */
export const isBest = (evaluated: Evaluated, before: Evaluated | null): boolean =>
  !before || judgedAccuracy(evaluated) > judgedAccuracy(before);

export const phases = [
  'loadingEngine',
  'readingData',
  'buildingGraph',
  'firstStep',
  'training',
  'evaluating',
  'saving',
] as const;

export const deviceReportSchema = object({
  kind: picklist(['cpu', 'gpu']),
  /** E.g. `NVIDIA GeForce RTX 3090` or the processor's name. */
  name: string(),
  driver: nullable(string()),
  /** Version of TensorFlow that the engine runs. */
  engine: string(),
});

export const startEventSchema = object({
  type: literal('start'),
  run: string(),
  network: string(),
  data: string(),
  parameters: step,
  steps: step,
  epochs: number(),
  stepsPerEpoch: step,
  batch: step,
  seed: step,
  device: deviceReportSchema,
});
export const phaseEventSchema = object({ type: literal('phase'), phase: picklist(phases) });
export const stepEventSchema = object({
  type: literal('step'),
  /** From 1. */
  step,
  epoch: number(),
  /** Of this batch, before the update. Null where not finite. */
  loss: nullable(number()),
  accuracy: number(),
  learningRate: number(),
  /** Over the last second or so, training clock only. */
  imagesPerSecond: number(),
  /** Norm of all gradients together, before clipping and decay; null where not finite, left out where nobody watches. */
  gradientNorm: optional(nullable(number())),
  /** Milliseconds of training time (without evaluation, saving, pauses) since the start. */
  trainingMs: number(),
  /** Milliseconds by the clock on the wall since the run's first step, whatever happened meanwhile. */
  wallMs: number(),
  /** Milliseconds of `wallMs` in which no trainer was at work on the run. */
  pausedMs: number(),
});
/** A look into the residual blocks at one step. Every array has a value for each block, from the input on. */
export const blocksEventSchema = object({
  type: literal('blocks'),
  step,
  /** Steps since the last look, with this one: those that `computed` counts. */
  steps: step,
  /** float32: norm of the gradients of the block's variables; NaN where this step did not compute the block. */
  gradientNorm: instance(Float32Array),
  /** float32: norm of the branch's output by that of the shortcut's; NaN where one of them was not there. */
  ratio: instance(Float32Array),
  /** int32: in how many of `steps` the block was computed. */
  computed: instance(Int32Array),
});
/** What the run uses of its machine, about once a second while steps are made. */
export const usageEventSchema = object({
  type: literal('usage'),
  step,
  /** Processors in use by the trainer, in the mean since the last reading. */
  processors: number(),
  /** Resident memory of the trainer. */
  memoryMiB: number(),
  /** The card's own numbers, where the run has one; core adds them. */
  card: optional(
    object({
      memoryMiB: number(),
      utilisation: nullable(number()),
      celsius: nullable(number()),
      watts: nullable(number()),
    }),
  ),
});
/** Every image of a split, judged by the network as it was at a step. */
export const evaluationEventSchema = object({
  type: literal('evaluation'),
  split: string(),
  epoch: number(),
  step,
  score: scoreSchema,
  /** int32 [classes · classes], counts; row: true class, column: predicted class. */
  confusion: instance(Int32Array),
  /** int32 [images]: the class that came first. */
  predicted: instance(Int32Array),
  /** float32 [images]: its probability. */
  confidence: instance(Float32Array),
  /** float32 [images]: cross-entropy, nats. */
  loss: instance(Float32Array),
});
export const epochEventSchema = object({
  type: literal('epoch'),
  epoch: number(),
  step,
  train: scoreSchema,
  /** Null where this epoch was not evaluated. */
  test: nullable(scoreSchema),
  /** Left out where the epoch was not evaluated or the dataset has no such split. */
  validation: optional(scoreSchema),
  imagesPerSecond: number(),
  /** Residual blocks computed per step in the mean of this epoch, null without stochastic depth. */
  meanDepth: nullable(number()),
});
export const checkpointEventSchema = object({
  type: literal('checkpoint'),
  step,
  /** Whether no evaluation before it was as good as the one at this step. */
  best: boolean(),
  file: string(),
  bytes: step,
  sha256: string(),
});
/**
 * The run stands at this step now, after a resume or because a batch diverged. What was told of later steps is
 * superseded; it is computed anew.
 */
export const rewindEventSchema = object({
  type: literal('rewind'),
  step,
  epoch: number(),
  /** Of the last whole epoch, the last and the best evaluation up to this step. */
  train: nullable(scoreSchema),
  test: nullable(scoreSchema),
  best: nullable(evaluatedSchema),
});
/** A sentence for the run's log. `warning` is shown at once, too. */
export const noteEventSchema = object({
  type: literal('note'),
  level: picklist(['info', 'warning']),
  text: toldSchema,
});
export const endStatuses = ['finished', 'stopped', 'paused', 'interrupted', 'failed'] as const;
/** Whether nothing more happens to a run by itself. */
export const hasEnded = ({ status }: { readonly status: string }): boolean =>
  (endStatuses as readonly string[]).includes(status);
export const endEventSchema = object({
  type: literal('end'),
  run: string(),
  status: picklist(endStatuses),
  best: nullable(evaluatedSchema),
  last: nullable(evaluatedSchema),
  /** SHA-256 over all variables at the end, hexadecimal; null where the run did not reach its end. */
  weights: nullable(string()),
  failure: optional(nullable(failureSchema)),
});

export const runEventSchema = union([
  startEventSchema,
  phaseEventSchema,
  stepEventSchema,
  blocksEventSchema,
  usageEventSchema,
  evaluationEventSchema,
  epochEventSchema,
  checkpointEventSchema,
  rewindEventSchema,
  noteEventSchema,
  endEventSchema,
]);
export const runEventsSchema = array(runEventSchema);

export type Score = InferOutput<typeof scoreSchema>;
export type Evaluated = InferOutput<typeof evaluatedSchema>;
export type Phase = (typeof phases)[number];
export type DeviceReport = InferOutput<typeof deviceReportSchema>;
export type StartEvent = InferOutput<typeof startEventSchema>;
export type StepEvent = InferOutput<typeof stepEventSchema>;
export type BlocksEvent = InferOutput<typeof blocksEventSchema>;
export type UsageEvent = InferOutput<typeof usageEventSchema>;
export type EvaluationEvent = InferOutput<typeof evaluationEventSchema>;
export type EpochEvent = InferOutput<typeof epochEventSchema>;
export type CheckpointEvent = InferOutput<typeof checkpointEventSchema>;
export type RewindEvent = InferOutput<typeof rewindEventSchema>;
export type NoteEvent = InferOutput<typeof noteEventSchema>;
export type EndEvent = InferOutput<typeof endEventSchema>;
export type RunEvent = InferOutput<typeof runEventSchema>;

/** The evaluation that an epoch tells of; null where it was not evaluated. */
export const evaluatedIn = ({ epoch, test, validation }: EpochEvent): Evaluated | null =>
  test && { epoch, test, ...(validation ? { validation } : {}) };
