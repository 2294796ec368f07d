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
}

/** Lowest and highest x and y of all lines; null without a finite point. */
export function extentOf(lines: readonly Line[]): { x: [number, number]; y: [number, number] } | null {
  const x: [number, number] = [Infinity, -Infinity];
  const y: [number, number] = [Infinity, -Infinity];
  for (const { points } of lines) {
    if (points.length === 0) continue;
    x[0] = Math.min(x[0], points.xs[0] as number);
    x[1] = Math.max(x[1], points.xs[points.length - 1] as number);
    for (let index = 0; index < points.length; index++) {
      const value = points.ys[index] as number;
      if (value < y[0]) y[0] = value;
      if (value > y[1]) y[1] = value;
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

/** RFC 4180, all points: the x axis first, then a column for each line; empty where it has no point. */
export function csvOf({ xLabel, lines }: ChartModel): string {
  const head = [xLabel, ...lines.map(({ label }) => label)].map(quoted).join(',');
  const rows = tableOf(lines).map(({ x, values }) => [x, ...values.map((value) => value ?? '')].join(','));
  return `${[head, ...rows].join('\r\n')}\r\n`;
}
