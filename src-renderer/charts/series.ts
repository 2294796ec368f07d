/** What a chart shows, independent of how it is drawn; and the same as a table. Pure. */
import { nearestTo } from './points.ts';
import type { Points } from './points.ts';
import type { Marker } from './palette.ts';

export type LineKind = 'train' | 'test' | 'faint' | 'plain';

export interface Line {
  readonly key: string;
  /** In the legend, e.g. `resnet20 · test`. */
  readonly label: string;
  /** Without what it says of the kind, where the legend tells kinds apart by their dashes. */
  readonly name?: string;
  /** Custom property with the colour. */
  readonly colour: string;
  /** `train` is dashed, `test` is solid, `faint` is a thin line behind the others, `plain` solid without dots. */
  readonly kind: LineKind;
  readonly marker: Marker;
  readonly points: Points;
  /** Half the height of a band around the line, beside each point; NaN where there is none. */
  readonly margin?: Float64Array;
  /** Points that the curve has in this range, where not all of them are drawn. */
  readonly stored?: number;
}

export interface ChartModel {
  readonly title: string;
  readonly xLabel: string;
  readonly lines: readonly Line[];
  /** Words of a value on the y axis. */
  readonly format: (value: number) => string;
  /** Words along the axis where they are shorter. */
  readonly tick?: (value: number) => string;
  /** Whether y is a share with an axis that ends at 1. */
  readonly share?: boolean;
  /** Words along the x axis and of the place one points at; plain numbers where there are none. */
  readonly xTick?: (value: number) => string;
  /** Logarithmic axes; what is not above 0 is left out. */
  readonly xLog?: boolean;
  readonly yLog?: boolean;
  /** What is shown of the x axis; all of it where there is none. */
  readonly range?: readonly [from: number, to: number] | null;
}

/** Words of a place on the x axis. */
export const xInWords = ({ xTick }: ChartModel, x: number): string =>
  xTick ? xTick(x) : Number(x.toFixed(2)).toLocaleString('en-US');

/** How many points are drawn and how many there are; null where all are drawn. */
export function thinnedOf(lines: readonly Line[]): { readonly drawn: number; readonly stored: number } | null {
  const drawn = lines.reduce((sum, { points }) => sum + points.length, 0);
  const stored = lines.reduce((sum, { points, stored: all }) => sum + (all ?? points.length), 0);
  return stored > drawn ? { drawn, stored } : null;
}

type Ends = readonly [from: number, to: number];
interface Extent {
  readonly x: Ends;
  readonly y: Ends;
}

/** Lowest and highest x and y of the points, bands included, that the axes can show; null where there is none. */
export function extentOf({ lines, range, xLog, yLog }: ChartModel): Extent | null {
  const [least, most] = range ?? [-Infinity, Infinity];
  let [fromX, toX, fromY, toY] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { points, margin } of lines)
    for (let index = 0; index < points.length; index++) {
      const x = points.xs[index] as number;
      if (x < least || x > most || (xLog && x <= 0)) continue;
      if (x < fromX) fromX = x;
      if (x > toX) toX = x;
      const half = margin?.[index] || 0;
      const low = (points.ys[index] as number) - half;
      const high = (points.ys[index] as number) + half;
      if (low < fromY && !(yLog && low <= 0)) fromY = low;
      if (high > toY && !(yLog && high <= 0)) toY = high;
    }
  return Number.isFinite(fromX) && Number.isFinite(fromY) && Number.isFinite(toY)
    ? { x: [fromX, toX], y: [fromY, toY] }
    : null;
}

/** Lowest and highest number of several lists; null where there is none. */
export function finiteEnds(lists: readonly ArrayLike<number>[]): Ends | null {
  let [low, high] = [Infinity, -Infinity];
  for (const values of lists)
    for (let index = 0; index < values.length; index++) {
      const value = values[index] as number;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  return Number.isFinite(low) && Number.isFinite(high) ? [low, high] : null;
}

/** What the axes show before they are rounded: from 0 where that says more than the lowest value does. */
export function limitsOf(model: ChartModel): Extent {
  const { range, share, xLog, yLog, xTick } = model;
  const { x, y } = extentOf(model) ?? { x: [xLog ? 0.1 : 0, 1], y: [yLog ? 0.1 : 0, 1] };
  return {
    x: range ?? [xLog || xTick ? x[0] : Math.min(0, x[0]), x[1]],
    y: [yLog || share || range ? y[0] : Math.min(0, y[0]), share && !range ? Math.max(1, y[1]) : y[1]],
  };
}

/** The point of every line that is nearest to x, null where a line has none. */
export function pointsAt(lines: readonly Line[], x: number): ({ readonly x: number; readonly y: number } | null)[] {
  return lines.map(({ points }) => {
    const index = nearestTo(points, x);
    return index < 0 ? null : { x: points.xs[index] as number, y: points.ys[index] as number };
  });
}

/** The line with the most points. */
export const densest = (lines: readonly Line[]): Line | undefined =>
  lines.reduce<Line | undefined>(
    (most, line) => (most && most.points.length >= line.points.length ? most : line),
    undefined,
  );

/** A row for each x of any line, rising; null where a line has no point. */
export function tableOf(lines: readonly Line[]): { readonly x: number; readonly values: (number | null)[] }[] {
  const rows = new Map<number, (number | null)[]>();
  lines.forEach(({ points }, column) => {
    for (let index = 0; index < points.length; index++) {
      const x = points.xs[index] as number;
      let row = rows.get(x);
      if (!row) rows.set(x, (row = lines.map(() => null)));
      const value = points.ys[index] as number;
      row[column] = Number.isNaN(value) ? null : value;
    }
  });
  return [...rows].sort(([a], [b]) => a - b).map(([x, values]) => ({ x, values }));
}

const quoted = (text: string) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** A line with a band as two: itself and half the height of its band. */
const withMargins = (lines: readonly Line[]): Line[] =>
  lines.flatMap((line) =>
    line.margin
      ? [line, { ...line, label: `${line.label} ±`, points: { ...line.points, ys: Float64Array.from(line.margin) } }]
      : [line],
  );

/** RFC 4180, all points: the x axis first, then a column for each line; empty where it has no point. */
export function csvOf({ xLabel, lines: drawn }: ChartModel): string {
  const lines = withMargins(drawn);
  const head = [xLabel, ...lines.map(({ label }) => label)].map(quoted).join(',');
  const rows = tableOf(lines).map(({ x, values }) => [x, ...values.map((value) => value ?? '')].join(','));
  return `${[head, ...rows].join('\r\n')}\r\n`;
}
