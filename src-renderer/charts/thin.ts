/** Thinning for the screen: at most about two points a pixel, lowest and highest kept, so that no spike is lost. Pure. */
import { indexAt } from './points.ts';
import type { Points } from './points.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * Points between `from` and `to` (and one beyond each end, so that lines leave the picture), at most two for each of
 * `columns` equal parts, the first and the last always.
 */
export function thinned(points: Points, from: number, to: number, columns: number): Point[] {
  const first = Math.max(0, indexAt(points, from) - 1);
  const end = Math.min(points.length, indexAt(points, to) + 1);
  const at = (index: number): Point => ({ x: points.xs[index] as number, y: points.ys[index] as number });
  if (end - first <= columns * 2)
    return Array.from({ length: Math.max(0, end - first) }, (_, index) => at(first + index));
  const kept: number[] = [first];
  const width = (to - from) / columns;
  let index = first + 1;
  for (let column = 0; column < columns && index < end - 1; column++) {
    // The last column takes what lies beyond it.
    const edge = column === columns - 1 ? Infinity : from + width * (column + 1);
    let low = -1;
    let high = -1;
    for (; index < end - 1 && (points.xs[index] as number) < edge; index++) {
      const y = points.ys[index] as number;
      if (Number.isNaN(y)) continue;
      if (low < 0 || y < (points.ys[low] as number)) low = index;
      if (high < 0 || y > (points.ys[high] as number)) high = index;
    }
    if (low < 0) continue;
    kept.push(Math.min(low, high));
    if (low !== high) kept.push(Math.max(low, high));
  }
  kept.push(end - 1);
  return kept.map(at);
}
