/** The chart on a canvas: made once for a canvas, given new lines as often as they change, destroyed with it. */
import { thin } from '../../src-main/shared/run/curve.ts';
import { Chart, LinearScale, LogarithmicScale, LineController, LineElement, PointElement } from 'chart.js';
import type { ChartDataset, Plugin } from 'chart.js';
import { drawNoMore, drawSoon } from './drawing.ts';
import { pointsAt, xInWords } from './series.ts';
import type { ChartModel, Line } from './series.ts';
import type { Points } from './points.ts';

Chart.register(LineController, LineElement, PointElement, LinearScale, LogarithmicScale);

interface Point {
  readonly x: number;
  readonly y: number;
}
type LineData = ChartDataset<'line', Point[]>;

/** Up to this many points a line shows each of them. */
const fewPoints = 24;
const dash = [5, 4];
/** Points of all lines together: each is an object of the chart's library. Lowest and highest of neighbours stay. */
const mostElements = 24_000;

export interface LineChart {
  /** Shows the model, at most once a frame. */
  show(model: ChartModel): void;
  /** Draws the cross-hair at x; null takes it away. */
  point(x: number | null): void;
  /** Draws a frame between two places on the canvas, pixels from its left edge; null takes it away. */
  frame(pixels: readonly [number, number] | null): void;
  /** Takes up colours again after the theme changed. */
  recolour(): void;
  /** x of a place on the canvas, pixels from its left edge; null outside the axes. */
  xAt(pixels: number): number | null;
  destroy(): void;
}

const property = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Draws a line over the chart where the person points. */
const crossHair = (at: () => number | null, lines: () => readonly Line[]): Plugin<'line'> => ({
  id: 'crossHair',
  afterDatasetsDraw(chart) {
    const x = at();
    const scale = chart.scales['x'];
    const up = chart.scales['y'];
    if (x === null || !scale || !up) return;
    const context = chart.ctx;
    const left = scale.getPixelForValue(x);
    context.save();
    context.strokeStyle = property('--edge');
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(left, chart.chartArea.top);
    context.lineTo(left, chart.chartArea.bottom);
    context.stroke();
    pointsAt(lines(), x).forEach((point, index) => {
      if (!point || Number.isNaN(point.y)) return;
      context.fillStyle = property((lines()[index] as Line).colour);
      context.beginPath();
      context.arc(scale.getPixelForValue(point.x), up.getPixelForValue(point.y), 3.5, 0, Math.PI * 2);
      context.fill();
    });
    context.restore();
  },
});

/** Fills the bands around lines, behind them. */
const bands = (lines: () => readonly Line[]): Plugin<'line'> => ({
  id: 'bands',
  beforeDatasetsDraw(chart) {
    const { ctx: context, chartArea, scales } = chart;
    const [along, up] = [scales['x'], scales['y']];
    if (!along || !up) return;
    context.save();
    context.beginPath();
    context.rect(chartArea.left, chartArea.top, chartArea.width, chartArea.height);
    context.clip();
    for (const { points, margin, colour } of lines()) {
      if (!margin) continue;
      context.fillStyle = `${property(colour)}2b`;
      context.beginPath();
      const edge = (index: number, sign: number) => {
        const half = margin[index] as number;
        if (Number.isNaN(half)) return;
        const y = up.getPixelForValue((points.ys[index] as number) + sign * half);
        context.lineTo(along.getPixelForValue(points.xs[index] as number), y);
      };
      for (let index = 0; index < points.length; index++) edge(index, 1);
      for (let index = points.length - 1; index >= 0; index--) edge(index, -1);
      context.fill();
    }
    context.restore();
  },
});

/** The part of the x axis that a person draws a frame around. */
const frameOf = (at: () => readonly [number, number] | null): Plugin<'line'> => ({
  id: 'frame',
  afterDatasetsDraw({ ctx: context, chartArea }) {
    const frame = at();
    if (!frame) return;
    context.save();
    context.fillStyle = `${property('--accent')}22`;
    context.fillRect(Math.min(...frame), chartArea.top, Math.abs(frame[1] - frame[0]), chartArea.height);
    context.restore();
  },
});

/** At most two points for each column of pixels. */
function seen({ xs, ys, length }: Points, columns: number): Point[] {
  const { steps, values } = thin({ steps: xs.subarray(0, length), values: ys.subarray(0, length) }, columns * 2);
  return Array.from(steps, (x, index) => ({ x, y: values[index] as number }));
}

/** What a dataset of the chart becomes; the object stays, so that nothing is built anew. */
function refresh(dataset: LineData, line: Line, columns: number): void {
  const data = seen(line.points, columns);
  const colour = property(line.colour);
  const few = data.length <= fewPoints && (line.kind === 'train' || line.kind === 'test');
  // A marker now and then tells runs apart that share a colour; the circle needs none.
  const every = line.marker === 'circle' ? 0 : Math.max(1, Math.round(data.length / 8));
  Object.assign(dataset, {
    label: line.label,
    data,
    borderColor: line.kind === 'faint' ? `${colour}59` : colour,
    backgroundColor: colour,
    borderWidth: line.kind === 'faint' ? 1 : 1.8,
    borderDash: line.kind === 'train' ? dash : [],
    borderJoinStyle: 'round',
    pointStyle: line.marker,
    pointRadius: few ? 2.5 : every > 0 ? data.map((_, index) => (index % every === 0 ? 3.5 : 0)) : 0,
    pointHitRadius: 0,
    pointHoverRadius: 0,
    spanGaps: false,
    clip: 4,
    // Faint lines lie behind the others.
    order: line.kind === 'faint' ? 2 : 1,
  } satisfies LineData);
}

export function lineChart(canvas: HTMLCanvasElement): LineChart {
  let model: ChartModel | null = null;
  let crossAt: number | null = null;
  let frame: readonly [number, number] | null = null;
  const datasets = new Map<string, LineData>();
  const ticks = { color: () => property('--ink-3'), font: { size: 11, family: property('--font') } };
  const chart = new Chart<'line', Point[]>(canvas, {
    type: 'line',
    data: { datasets: [] },
    plugins: [
      bands(() => model?.lines ?? []),
      frameOf(() => frame),
      crossHair(
        () => crossAt,
        () => model?.lines ?? [],
      ),
    ],
    options: {
      animation: false,
      parsing: false,
      normalized: true,
      responsive: true,
      maintainAspectRatio: false,
      events: [],
      layout: { padding: { top: 8, right: 12 } },
      onResize: () => later(),
      scales: {
        x: {
          type: 'linear',
          min: 0,
          bounds: 'data',
          // The end of the data is no round number: beside the last one they would overlap.
          afterBuildTicks: (axis) => {
            if (axis.type === 'logarithmic') return;
            const [before, last] = axis.ticks.slice(-2);
            const [first, second] = axis.ticks;
            if (axis.ticks.length > 2 && last!.value - before!.value < (second!.value - first!.value) * 0.99)
              axis.ticks.pop();
          },
          border: { display: false },
          grid: { display: false },
          ticks: {
            ...ticks,
            maxRotation: 0,
            includeBounds: false,
            autoSkipPadding: 24,
            callback: (value) => (model ? xInWords(model, Number(value)) : ''),
          },
        },
        y: {
          type: 'linear',
          border: { display: false },
          grid: { color: () => property('--line'), drawTicks: false },
          ticks: {
            ...ticks,
            maxTicksLimit: 6,
            padding: 6,
            callback: (value) => (model?.tick ?? model?.format)?.(Number(value)) ?? '',
          },
        },
      },
    },
  });

  function draw() {
    if (!model) return;
    const { lines, share } = model;
    const shown = lines.filter(({ points }) => points.length > 0);
    const width = Math.max(32, Math.floor(chart.chartArea?.width ?? canvas.clientWidth));
    const columns = Math.min(width, Math.max(50, Math.floor(mostElements / 2 / Math.max(1, shown.length))));
    for (const key of datasets.keys()) if (!shown.some((line) => line.key === key)) datasets.delete(key);
    for (const line of shown) {
      const dataset = datasets.get(line.key) ?? { data: [] };
      datasets.set(line.key, dataset);
      refresh(dataset, line, columns);
    }
    chart.data.datasets = [...datasets.values()];
    const { range, xLog = false, yLog = false, xTick } = model;
    const up = chart.config.options?.scales?.['y'];
    const along = chart.config.options?.scales?.['x'];
    const type = (log: boolean) => (log ? 'logarithmic' : 'linear');
    if (up)
      Object.assign(up, {
        type: type(yLog),
        min: share || range || yLog ? undefined : 0,
        max: share && !range ? 1 : undefined,
        grace: yLog || (share && !range) ? 0 : '4%',
      });
    if (along)
      Object.assign(along, {
        type: type(xLog),
        min: range ? range[0] : xLog || xTick ? undefined : 0,
        max: range ? range[1] : undefined,
      });
    chart.update('none');
  }

  // Chart.js calls it for the first size before the chart is there: hence a declaration.
  function later() {
    drawSoon(draw);
  }

  return {
    show(next) {
      model = next;
      later();
    },
    point(x) {
      if (x === crossAt) return;
      crossAt = x;
      later();
    },
    frame(pixels) {
      frame = pixels;
      later();
    },
    recolour: later,
    xAt(pixels) {
      const { left, right } = chart.chartArea;
      return pixels < left || pixels > right ? null : (chart.scales['x']?.getValueForPixel(pixels) ?? null);
    },
    destroy() {
      drawNoMore(draw);
      chart.destroy();
    },
  };
}

/** The chart as a picture on the panel's ground. */
export function pictureOf(canvas: HTMLCanvasElement): Promise<Blob | null> {
  const copy = document.createElement('canvas');
  copy.width = canvas.width;
  copy.height = canvas.height;
  const context = copy.getContext('2d') as CanvasRenderingContext2D;
  context.fillStyle = property('--panel');
  context.fillRect(0, 0, copy.width, copy.height);
  context.drawImage(canvas, 0, 0);
  return new Promise((resolve) => copy.toBlob(resolve, 'image/png'));
}

/** Colour of a custom property in the present theme. */
export const colourNow = property;
