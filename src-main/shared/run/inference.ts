/**
 * Questions to trained networks, and to the device itself, over the pipe of a trainer that answers instead of training
 * (file descriptor 3, frames of shared/frame.ts). It keeps the networks that were asked last and ends with the pipe.
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
  picklist,
  pipe,
  string,
  union,
} from '../schema.ts';
import type { InferOutput } from '../schema.ts';
import { specSchema } from '../network/spec.ts';
import { recipeSchema } from '../recipe.ts';
import { assignmentSchema } from './assignment.ts';
import { keptBatchSchema, replaySchema } from './replay.ts';
import { ratesSchema } from '../calibration.ts';
import { failureSchema } from '../told.ts';

const count = pipe(number(), integer(), minValue(0));

/** A network with the weights of a checkpoint. */
export const modelSchema = object({
  /** Input and classes filled in. */
  spec: specSchema,
  recipe: recipeSchema,
  /** Of the training split, per channel, 0 to 255. */
  mean: array(number()),
  deviation: array(number()),
  checkpoint: string(),
});

/** A network with input and classes filled in, and the images of one step. */
const timedSchema = object({ spec: specSchema, batch: count });

export const inferenceOrderSchema = union([
  object({
    kind: literal('answer'),
    /** Folder of the installed engine, and one for passing files that exists. */
    engine: string(),
    scratch: string(),
    device: picklist(['cpu', 'gpu']),
    /** In full float32, also on a card that would use TF32. */
    isExact: boolean(),
  }),
  /** `pixels`: uint8 [images, height, width, channels] of the network's input. */
  object({ kind: literal('predict'), id: count, model: modelSchema, pixels: instance(Uint8Array) }),
  /**
   * The images of a split through variants of the network. `shares`: float32 [variants · blocks], by how much each block's
   * branch counts in each variant. `average`: of the first 1, 2, … variants together instead of each alone.
   */
  object({
    kind: literal('probe'),
    id: count,
    model: modelSchema,
    home: string(),
    data: string(),
    split: string(),
    /** Indices of the images. */
    indices: instance(Int32Array),
    shares: instance(Float32Array),
    average: boolean(),
  }),
  /** A step that diverged, once more; `training.resumeFrom` is the checkpoint before it. */
  object({ kind: literal('replay'), id: count, training: assignmentSchema, kept: keptBatchSchema }),
  /** Forms of one block beside the last of them, with equal weights; as many repetitions as there are seeds. */
  object({ kind: literal('forms'), id: count, networks: array(timedSchema), seeds: array(count) }),
  /** Training steps of networks, in turns; `seed` draws the blocks that are left out. */
  object({
    kind: literal('turns'),
    id: count,
    networks: array(object({ ...timedSchema.entries, byStage: boolean() })),
    seed: count,
  }),
  /** How long the work of training steps takes. */
  object({ kind: literal('calibrate'), id: count }),
]);

export const inferenceReportSchema = union([
  /** float32 [images · classes]. */
  object({ kind: literal('predicted'), id: count, probabilities: instance(Float32Array) }),
  object({ kind: literal('progress'), id: count, done: count, total: count }),
  /** float64 [variants]: share of correct answers, mean cross-entropy (NaN where it was not finite). */
  object({ kind: literal('probed'), id: count, accuracy: instance(Float64Array), loss: instance(Float64Array) }),
  object({ kind: literal('replayed'), id: count, replay: replaySchema }),
  /** All float64 [seeds · networks]; the last network lies nowhere apart from itself. */
  object({
    kind: literal('compared'),
    id: count,
    output: instance(Float64Array),
    gradient: instance(Float64Array),
    seconds: instance(Float64Array),
  }),
  /** float64 [networks]: of a step; share of a step that skipped blocks take, NaN where it was not asked for. */
  object({
    kind: literal('timed'),
    id: count,
    seconds: instance(Float64Array),
    skippedShare: instance(Float64Array),
  }),
  object({ kind: literal('calibrated'), id: count, rates: ratesSchema, error: number() }),
  object({
    kind: literal('failed'),
    /** Null: it can answer nothing. */
    id: nullable(count),
    failure: failureSchema,
  }),
]);

export type Model = InferOutput<typeof modelSchema>;
export type InferenceOrder = InferOutput<typeof inferenceOrderSchema>;
export type InferenceReport = InferOutput<typeof inferenceReportSchema>;
