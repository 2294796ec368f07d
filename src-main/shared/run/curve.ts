/** Curves as a person sees them: thinned to what a screen can show, smoothed on all the data. Pure functions. */

/** Points of one series; steps rise strictly, a value that was not finite is NaN. */
export interface Points {
  readonly steps: Float64Array<ArrayBuffer>;
  readonly values: Float64Array<ArrayBuffer>;
}

/**
 * At most `most` of the points: the first, the last and, of equally many neighbours each, the lowest and the highest,
 * so that no spike disappears. All of them where they fit. The first, last, lowest and highest of the whole are kept
 * (`most` ≥ 4; with 2 or 3 the first and the last). Where neighbours hold no number at all, one of them stays as a gap.
 */
export function thin(points: Points, most: number): Points {
  if (points.steps.length <= most) return points;
  return pick(points, thinned(points.values, most));
}

/** Rising indices of the values that `thin` keeps. */
export function thinned(values: Float64Array, most: number): Uint32Array {
  const last = values.length - 1;
  const buckets = Math.max(0, Math.floor((most - 2) / 2));
  const kept = new Uint32Array(2 + 2 * buckets);
  let count = 1;
  for (let bucket = 0; bucket < buckets; bucket++) {
    const from = 1 + Math.floor(((last - 1) * bucket) / buckets);
    const to = 1 + Math.floor(((last - 1) * (bucket + 1)) / buckets);
    const { lowest, highest } = extremes(values, from, to);
    kept[count++] = Math.min(lowest, highest);
    if (lowest !== highest) kept[count++] = Math.max(lowest, highest);
  }
  kept[count++] = last;
  return kept.subarray(0, count);
}

/** The points at some indices. */
export function pick({ steps, values }: Points, indices: Uint32Array): Points {
  const picked = { steps: new Float64Array(indices.length), values: new Float64Array(indices.length) };
  for (let place = 0; place < indices.length; place++) {
    picked.steps[place] = steps[indices[place]!]!;
    picked.values[place] = values[indices[place]!]!;
  }
  return picked;
}

/** Indices of the lowest and the highest number from `from` up to, but without, `to`; `from` twice where there is none. */
export function extremes(values: Float64Array, from: number, to: number): { lowest: number; highest: number } {
  let lowest = from;
  let highest = from;
  for (let index = from + 1; index < to; index++) {
    const value = values[index]!;
    // Written so that a number also beats a NaN.
    if (value < values[lowest]! || (values[lowest] !== values[lowest] && value === value)) lowest = index;
    if (value > values[highest]! || (values[highest] !== values[highest] && value === value)) highest = index;
  }
  return { lowest, highest };
}

/**
 * Exponential moving average of all values, corrected for its start (Kingma and Ba 2015, section 3), so that the first
 * value is itself. `weight` is the share that the past keeps at each point, 0 (none) up to, but without, 1. A value
 * depends on those before it alone: smooth all the data first, then cut and thin, and zooming changes nothing.
 * NaN stays NaN and is passed over.
 */
export function smooth(values: Float64Array<ArrayBuffer>, weight: number): Float64Array<ArrayBuffer> {
  if (!(weight > 0)) return values;
  const smoothed = new Float64Array(values.length);
  let average = 0;
  let past = 1;
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!;
    if (Number.isNaN(value)) {
      smoothed[index] = NaN;
      continue;
    }
    average = weight * average + (1 - weight) * value;
    past *= weight;
    smoothed[index] = average / (1 - past);
  }
  return smoothed;
}

/** The points from one step to another, both included; shares memory with its source. */
export function cut({ steps, values }: Points, fromStep: number, toStep: number): Points {
  const from = firstAtLeast(steps, fromStep);
  const to = firstAtLeast(steps, toStep + 1);
  return { steps: steps.subarray(from, to), values: values.subarray(from, to) };
}

/** Index of the first step that is at least `wanted`. */
function firstAtLeast(steps: Float64Array, wanted: number): number {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (steps[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Of every so many neighbours the first, the last, the lowest and the highest. */
export function coarsen(points: Points, neighbours: number): Points {
  const { values } = points;
  const kept = new Uint32Array(4 * Math.ceil(values.length / neighbours));
  let count = 0;
  for (let from = 0; from < values.length; from += neighbours) {
    const to = Math.min(from + neighbours, values.length);
    const { lowest, highest } = extremes(values, from, to);
    for (const index of [from, Math.min(lowest, highest), Math.max(lowest, highest), to - 1])
      if (count === 0 || kept[count - 1] !== index) kept[count++] = index;
  }
  return pick(points, kept.subarray(0, count));
}

/** Pieces of one curve, in order, as one. */
export function joinPoints(pieces: readonly Points[]): Points {
  const only = pieces.filter((piece) => piece.steps.length > 0);
  if (only.length === 1) return only[0]!;
  const length = only.reduce((sum, piece) => sum + piece.steps.length, 0);
  const joined = { steps: new Float64Array(length), values: new Float64Array(length) };
  let at = 0;
  for (const piece of only) {
    joined.steps.set(piece.steps, at);
    joined.values.set(piece.values, at);
    at += piece.steps.length;
  }
  return joined;
}
