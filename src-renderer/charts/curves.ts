/** What lies on the axes of a chart: bands, curves with their markers, the frame of a zoom, the cross-hair. */
import type { Chart, Scale } from 'chart.js';
import { drawPoint } from 'chart.js/helpers';
import { inSight, trace } from './trace.ts';
import type { Ruler } from './trace.ts';
import { pointsAt } from './series.ts';
import type { Line } from './series.ts';

/** Up to this many points a line shows each of them. */
const fewPoints = 24;
/** Markers of a longer line, which tell runs apart that share a colour. */
const markersOfLine = 8;
const dash = [5, 4];
/** Pixels by which a line may stand out of the axes, so that it is not cut at its edge. */
const overhang = 4;

interface Curve {
  readonly line: Line;
  readonly path: Path2D;
  readonly band: Path2D | null;
  readonly markers: readonly (readonly [x: number, y: number])[];
  readonly radius: number;
}

/** The curves of a chart as paths: made once for its axes, drawn as often as somebody points. */
export type Curves = readonly Curve[];

/** Colour of a custom property in the present theme. */
export const colourNow = (property: string) =>
  getComputedStyle(document.documentElement).getPropertyValue(property).trim();

/** A linear or a logarithmic scale of Chart.js; its own way goes through several calls for each value. */
function rulerOf(scale: Scale): Ruler {
  const isLog = scale.type === 'logarithmic';
  const of = isLog ? Math.log10 : (value: number) => value;
  const start = scale.getPixelForValue(scale.min);
  const perUnit = (scale.getPixelForValue(scale.max) - start) / (of(scale.max) - of(scale.min) || 1);
  const least = of(scale.min);
  return { place: (value) => start + (of(value) - least) * perUnit, above: isLog ? 0 : -Infinity };
}

function bandOf(
  { points: { xs, ys }, margin }: Line,
  [first, end]: readonly [number, number],
  along: Ruler,
  up: Ruler,
) {
  if (!margin) return null;
  const band = new Path2D();
  const edge = (index: number, sign: number) => {
    const y = (ys[index] as number) + sign * (margin[index] as number);
    if (y > up.above) band.lineTo(along.place(xs[index] as number), up.place(y));
  };
  for (let index = first; index < end; index++) edge(index, 1);
  for (let index = end - 1; index >= first; index--) edge(index, -1);
  return band;
}

function curveOf(line: Line, chart: Chart<'line'>): Curve {
  const { x, y } = chart.scales as { x: Scale; y: Scale };
  const [along, up] = [rulerOf(x), rulerOf(y)];
  const { points, kind, marker } = line;
  const sight = inSight(points, x.min, x.max);
  const path = new Path2D();
  trace(points, sight, along, up, 1 / chart.currentDevicePixelRatio, path);
  const count = sight[1] - sight[0];
  const isFew = count <= fewPoints && (kind === 'train' || kind === 'test');
  // The circle is the usual marker and needs none.
  const every = isFew ? 1 : marker === 'circle' ? Infinity : Math.max(1, Math.round(count / markersOfLine));
  const markers: [number, number][] = [];
  for (let index = sight[0]; index < sight[1]; index += every) {
    if (every === Infinity) break;
    const place = [along.place(points.xs[index] as number), up.place(points.ys[index] as number)] as const;
    if (place.every(Number.isFinite)) markers.push([...place]);
  }
  return { line, path, band: bandOf(line, sight, along, up), markers, radius: isFew ? 2.5 : 3.5 };
}

/** Faint lines lie behind the others. */
export function curvesOf(lines: readonly Line[], chart: Chart<'line'>): Curves {
  const shown = lines.filter(({ points }) => points.length > 0);
  const isFaint = ({ kind }: Line) => kind === 'faint';
  return [...shown.filter(isFaint), ...shown.filter((line) => !isFaint(line))].map((line) => curveOf(line, chart));
}

export function drawCurves(curves: Curves, { ctx: context, chartArea }: Chart<'line'>): void {
  context.save();
  context.beginPath();
  context.rect(
    chartArea.left - overhang,
    chartArea.top - overhang,
    chartArea.width + 2 * overhang,
    chartArea.height + 2 * overhang,
  );
  context.clip();
  context.lineJoin = 'bevel';
  const colours = new Map([...new Set(curves.map(({ line }) => line.colour))].map((name) => [name, colourNow(name)]));
  for (const { band, line } of curves) {
    if (!band) continue;
    context.fillStyle = `${colours.get(line.colour)}2b`;
    context.fill(band);
  }
  for (const { line, path, markers, radius } of curves) {
    const colour = colours.get(line.colour) as string;
    context.strokeStyle = line.kind === 'faint' ? `${colour}59` : colour;
    context.fillStyle = colour;
    context.lineWidth = line.kind === 'faint' ? 1 : 1.8;
    context.setLineDash(line.kind === 'train' ? dash : []);
    context.stroke(path);
    context.setLineDash([]);
    for (const [x, y] of markers) drawPoint(context, { pointStyle: line.marker, radius, borderWidth: 1.8 }, x, y);
  }
  context.restore();
}

/** The part of the x axis that a person draws a frame around. */
export function drawFrame([from, to]: readonly [number, number], { ctx: context, chartArea }: Chart<'line'>): void {
  context.save();
  context.fillStyle = `${colourNow('--accent')}22`;
  context.fillRect(Math.min(from, to), chartArea.top, Math.abs(to - from), chartArea.height);
  context.restore();
}

/** A line where the person points, and the nearest point of every curve. */
export function drawCrossHair(at: number, lines: readonly Line[], chart: Chart<'line'>): void {
  const { ctx: context, chartArea } = chart;
  const { x, y } = chart.scales as { x: Scale; y: Scale };
  context.save();
  context.strokeStyle = colourNow('--edge');
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x.getPixelForValue(at), chartArea.top);
  context.lineTo(x.getPixelForValue(at), chartArea.bottom);
  context.stroke();
  pointsAt(lines, at).forEach((point, index) => {
    if (!point || Number.isNaN(point.y)) return;
    context.fillStyle = colourNow((lines[index] as Line).colour);
    context.beginPath();
    context.arc(x.getPixelForValue(point.x), y.getPixelForValue(point.y), 3.5, 0, Math.PI * 2);
    context.fill();
  });
  context.restore();
}
