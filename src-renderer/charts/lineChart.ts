/** The chart on a canvas: made once for a canvas, given new lines as often as they change, destroyed with it. */
import { Chart, LinearScale, LogarithmicScale } from 'chart.js';
import { colourNow, curvesOf, drawCrossHair, drawCurves, drawFrame } from './curves.ts';
import type { Curves } from './curves.ts';
import { drawNoMore, drawSoon } from './drawing.ts';
import { limitsOf, xInWords } from './series.ts';
import type { ChartModel } from './series.ts';

Chart.register(LinearScale, LogarithmicScale);

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

/**
 * Chart.js keeps the axes; the curves are drawn by us, because it makes an object of every point: with 100 runs that is
 * a second of work, and again for every move of a zoomed chart.
 */
export function lineChart(canvas: HTMLCanvasElement): LineChart {
  let model: ChartModel | null = null;
  let crossAt: number | null = null;
  let frame: readonly [number, number] | null = null;
  /** Null where the axes or the lines have changed. */
  let curves: Curves | null = null;
  let isStale = false;
  const ticks = { color: () => colourNow('--ink-3'), font: { size: 11, family: colourNow('--font') } };
  const chart = new Chart<'line'>(canvas, {
    type: 'line',
    data: { datasets: [] },
    plugins: [
      {
        id: 'curves',
        afterUpdate: () => void (curves = null),
        beforeDatasetsDraw(drawn) {
          if (!model) return;
          curves ??= curvesOf(model.lines, drawn);
          drawCurves(curves, drawn);
          if (frame) drawFrame(frame, drawn);
          if (crossAt !== null) drawCrossHair(crossAt, model.lines, drawn);
        },
      },
    ],
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      events: [],
      layout: { padding: { top: 8, right: 12 } },
      onResize: () => later(),
      scales: {
        x: {
          type: 'linear',
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
          grid: { color: () => colourNow('--line'), drawTicks: false },
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
    if (!isStale) return chart.draw();
    isStale = false;
    const { range, share, xLog = false, yLog = false } = model;
    const { x, y } = limitsOf(model);
    const isWhole = share && !range;
    const type = (log: boolean) => (log ? 'logarithmic' : 'linear');
    const scales = chart.config.options?.scales;
    Object.assign(scales?.['x'] ?? {}, {
      type: type(xLog),
      suggestedMin: x[0],
      suggestedMax: x[1],
      min: range?.[0],
      max: range?.[1],
    });
    Object.assign(scales?.['y'] ?? {}, {
      type: type(yLog),
      suggestedMin: y[0],
      suggestedMax: y[1],
      beginAtZero: !yLog && y[0] === 0,
      max: isWhole ? y[1] : undefined,
      grace: yLog || isWhole ? 0 : '4%',
    });
    chart.update('none');
  }

  // Chart.js calls it for the first size before the chart is there: hence a declaration.
  function later() {
    isStale = true;
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
      drawSoon(draw);
    },
    frame(pixels) {
      frame = pixels;
      drawSoon(draw);
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
  context.fillStyle = colourNow('--panel');
  context.fillRect(0, 0, copy.width, copy.height);
  context.drawImage(canvas, 0, 0);
  return new Promise((resolve) => copy.toBlob(resolve, 'image/png'));
}
