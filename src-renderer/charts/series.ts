/** What a chart shows, independent of how it is drawn; and the same as a table. Pure. */
import { nearestTo } from './points.ts';
import type { Points } from './points.ts';
import type { Marker } from './palette.ts';

export type LineKind = 'train' | 'test' | 'faint' | 'plain';

export interface Line {
  readonly key: string;
  /** In the legend, e.g. `resnet20 · test`. */
  readonly label: string;
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

/** Lowest and highest x and y of all lines; null without a finite point. */
export function extentOf(lines: readonly Line[]): { x: [number, number]; y: [number, number] } | null {
  const x: [number, number] = [Infinity, -Infinity];
  const y: [number, number] = [Infinity, -Infinity];
  for (const { points, margin } of lines) {
    if (points.length === 0) continue;
    x[0] = Math.min(x[0], points.xs[0] as number);
    x[1] = Math.max(x[1], points.xs[points.length - 1] as number);
    for (let index = 0; index < points.length; index++) {
      const value = points.ys[index] as number;
      const half = margin?.[index] || 0;
      if (value - half < y[0]) y[0] = value - half;
      if (value + half > y[1]) y[1] = value + half;
    }
  }
  return Number.isFinite(x[0]) && Number.isFinite(y[0]) ? { x, y } : null;
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
