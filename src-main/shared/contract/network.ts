/** Networks: descriptions, presets, and their calls. */
import { array, maxLength, minLength, number, object, optional, picklist, pipe, string, union } from '../schema.ts';
import { specSchema } from '../network/spec.ts';
import { recipeSchema } from '../recipe.ts';
import { tellingSchema } from '../told.ts';
import { count, nothing, call } from './parts.ts';

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
      preprocessing: tellingSchema,
      source: tellingSchema,
    }),
  ),
});

/** A preset’s name, a file’s path, or the network itself. */
export const networkChoice = union([pipe(string(), minLength(1), maxLength(4096)), specSchema]);

export const networkCalls = {
  'network.presets': call(nothing, array(presetSchema)),
  'network.describe': call(
    object({
      network: networkChoice,
      input: optional(object({ height: count, width: count, channels: count })),
      classes: optional(count),
    }),
    descriptionSchema,
  ),
} as const;
