/** The calls on the training engine. */
import { boolean, object, optional } from '../schema.ts';
import { engineStatusSchema } from '../status.ts';
import { nothing, call } from './parts.ts';

export const engineCalls = {
  'engine.status': call(object({ check: optional(boolean()) }), engineStatusSchema),
  'engine.install': call(object({ repair: optional(boolean()) }), engineStatusSchema),
  'engine.pause': call(object({ paused: boolean() }), engineStatusSchema),
  'engine.cancel': call(nothing, engineStatusSchema),
  'engine.remove': call(nothing, engineStatusSchema),
} as const;
