/** Probes of a trained network, see core/service/probes.ts. */
import { instance, integer, minValue, nullable, number, object, picklist, pipe, string } from '../schema.ts';
import type { InferOutput } from '../schema.ts';
import { spreadOf } from './verdict.ts';

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

/** What a chart shows of a probe: for each place the mean of its draws, and their standard deviation where there are several. */
export function probeCurve({ x, accuracy }: Pick<Probe, 'x' | 'accuracy'>) {
  const draws = new Map<number, number[]>();
  x.forEach((place, index) => draws.set(place, [...(draws.get(place) ?? []), accuracy[index] as number]));
  const rising = [...draws].sort(([a], [b]) => a - b);
  const spreads = rising.map(([, values]) => spreadOf(values));
  return {
    places: Float64Array.from(rising, ([place]) => place),
    mean: Float64Array.from(spreads, ({ mean }) => mean),
    deviation: Float64Array.from(rising, ([, values], index) => (values.length > 1 ? spreads[index]!.deviation : 0)),
  };
}
