/** The path of a curve on a screen, as short as the screen allows. Pure. */
import { indexAt } from './points.ts';
import type { Points } from './points.ts';

/** Where values of an axis lie. */
export interface Ruler {
  /** Pixels; rises or falls with the value throughout. */
  readonly place: (value: number) => number;
  /** What the axis shows lies above it: 0 on a logarithmic axis. */
  readonly above: number;
}

export interface Pen {
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
}

/** Indices of the points between two places, with one on either side, so that a line leaves the chart where it does. */
export function inSight(points: Points, from: number, to: number): readonly [first: number, end: number] {
  return [Math.max(0, indexAt(points, from) - 1), Math.min(points.length, indexAt(points, to) + 1)];
}

/**
 * Draws the points from `first` up to, but without, `end`. Of those in one column of pixels it takes the first, the
 * lowest, the highest and the last, which fill the same pixels as all of them. The line is lifted where a value is no
 * number or not on its axis.
 *
 * @param column pixels that count as one column
 */
export function trace(
  { xs, ys }: Points,
  [first, end]: readonly [number, number],
  along: Ruler,
  up: Ruler,
  column: number,
  pen: Pen,
): void {
  let isDown = false;
  const draw = (index: number) => {
    const [x, y] = [along.place(xs[index] as number), up.place(ys[index] as number)];
    if (isDown) pen.lineTo(x, y);
    else pen.moveTo(x, y);
    isDown = true;
  };
  // The column that is open: its first, lowest, highest and last point.
  let at = NaN;
  let [opened, lowest, highest, last] = [-1, -1, -1, -1];
  const close = () => {
    if (opened < 0) return;
    draw(opened);
    for (const index of lowest < highest ? [lowest, highest] : [highest, lowest])
      if (index > opened && index < last) draw(index);
    if (last > opened) draw(last);
    opened = -1;
  };
  for (let index = first; index < end; index++) {
    const y = ys[index] as number;
    if (!(y > up.above && y < Infinity && (xs[index] as number) > along.above)) {
      close();
      isDown = false;
      continue;
    }
    const place = Math.floor(along.place(xs[index] as number) / column);
    if (place !== at || opened < 0) {
      close();
      at = place;
      opened = lowest = highest = last = index;
      continue;
    }
    if (y < (ys[lowest] as number)) lowest = index;
    if (y > (ys[highest] as number)) highest = index;
    last = index;
  }
  close();
}
