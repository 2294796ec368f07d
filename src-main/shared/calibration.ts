/** What a device takes for the work of training steps, measured on it once for each engine. */
import { number, object, picklist, string } from './schema.ts';
import type { InferOutput } from './schema.ts';

/** Seconds for one unit of each kind of work (network/work.ts). */
export const ratesSchema = object({
  nodes: number(),
  spatial: number(),
  pointwise: number(),
  narrow: number(),
  medium: number(),
  broad: number(),
  traffic: number(),
});

export const calibrationSchema = object({
  kind: picklist(['cpu', 'gpu']),
  /** Name of the device, as `app.status` says it. */
  device: string(),
  /** Version of TensorFlow. */
  engine: string(),
  rates: ratesSchema,
  /** Largest relative error with which the rates explain the steps that they come from. */
  error: number(),
  /** How long the measuring took, in seconds. */
  seconds: number(),
  atMs: number(),
});
export type Calibration = InferOutput<typeof calibrationSchema>;
export type DeviceKind = Calibration['kind'];
