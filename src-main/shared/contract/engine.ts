/** The calls on the training engine, and on what it takes this device to train. */
import { calibrationSchema } from '../calibration.ts';
import { boolean, nullable, object, optional } from '../schema.ts';
import { engineStatusSchema } from '../status.ts';
import { nothing, call } from './parts.ts';

export const engineCalls = {
  'engine.status': call(object({ check: optional(boolean()) }), engineStatusSchema),
  'engine.install': call(object({ repair: optional(boolean()) }), engineStatusSchema),
  'engine.pause': call(object({ paused: boolean() }), engineStatusSchema),
  'engine.cancel': call(nothing, engineStatusSchema),
  'engine.remove': call(nothing, engineStatusSchema),
  /** What was measured on the device that runs get; null where nothing was yet. */
  'device.calibration': call(nothing, nullable(calibrationSchema)),
  /** Measures it anew, which takes up to 20 seconds and the device for itself. Fails with `device.busy`, `engine.*`. */
  'device.calibrate': call(nothing, calibrationSchema),
} as const;
