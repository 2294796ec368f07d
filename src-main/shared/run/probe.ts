/** Probes of a trained network, see core/service/probes.ts. */
import { instance, integer, minValue, nullable, number, object, picklist, pipe, string } from '../schema.ts';
import type { InferOutput } from '../schema.ts';

const count = pipe(number(), integer(), minValue(0));

export const probeKinds = ['removal', 'depth', 'average'] as const;
export type ProbeKind = (typeof probeKinds)[number];

/** Variants of one network on the same images. */
export const probeSchema = object({
  run: string(),
  kind: picklist(probeKinds),
  /** Of the checkpoint. */
  step: count,
  split: string(),
  images: count,
  /** The whole network. */
  baseline: object({ accuracy: number(), loss: nullable(number()) }),
  /** `removal`: the block that was left out, from 1; `depth`: blocks that were left; `average`: networks in the mean. */
  x: instance(Float64Array),
  accuracy: instance(Float64Array),
  /** Mean cross-entropy; NaN where not finite. */
  loss: instance(Float64Array),
});
export type Probe = InferOutput<typeof probeSchema>;
