/** A chart as SVG: text and paths only, with a legend, as many points as the table. Pure. */
import { logTicksBetween, ticksBetween } from './ticks.ts';
import { limitsOf, xInWords } from './series.ts';
import type { ChartModel, Line } from './series.ts';

const width = 720;
const height = 400;
const frame = { left: 64, right: 24, top: 44, bottom: 48 };

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const short = (value: number) => String(Number(value.toFixed(2)));

interface Scale {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

/** Share of the way from one end of an axis to the other; NaN for what a logarithmic axis cannot show. */
const along = (value: number, from: number, to: number, log: boolean) =>
  log ? (value > 0 ? Math.log(value / from) / (Math.log(to / from) || 1) : NaN) : (value - from) / (to - from || 1);

/** Path data of a line; a gap where a value is not a number. */
function pathOf({ points }: Line, scale: Scale): string {
  let path = '';
  let pen = 'M';
  for (let index = 0; index < points.length; index++) {
    const y = points.ys[index] as number;
    if (!Number.isFinite(y) || !Number.isFinite(scale.y(y))) {
      pen = 'M';
      continue;
    }
    path += `${pen}${short(scale.x(points.xs[index] as number))} ${short(scale.y(y))}`;
    pen = 'L';
  }
  return path;
}

/** Path data of the band around a line, where it has one. */
function bandOf({ points, margin }: Line, scale: Scale): string {
  if (!margin) return '';
  const edge = (sign: number) => {
    const places: string[] = [];
    for (let index = 0; index < points.length; index++) {
      const y = scale.y((points.ys[index] as number) + sign * (margin[index] as number));
      if (Number.isFinite(y)) places.push(`${short(scale.x(points.xs[index] as number))} ${short(y)}`);
    }
    return places;
  };
  const places = [...edge(1), ...edge(-1).reverse()];
  return places.length > 2 ? `M${places.join('L')}Z` : '';
}

/** @param colour resolves a custom property to a colour that stands alone, e.g. `#0072b2` */
export function svgOf(model: ChartModel, colour: (property: string) => string): string {
  const { xLog = false, yLog = false } = model;
  const limits = limitsOf(model);
  const [fromX, toX] = limits.x;
  const fromY = limits.y[0];
  const toY = limits.y[1] > fromY ? limits.y[1] : fromY + 1;
  const scale: Scale = {
    x: (value) => frame.left + along(value, fromX, toX, xLog) * (width - frame.left - frame.right),
    y: (value) => height - frame.bottom - along(value, fromY, toY, yLog) * (height - frame.top - frame.bottom),
  };
  const ink = colour('--ink');
  const mute = colour('--ink-3');
  const text = (x: number, y: number, words: string, more = '') =>
    `<text x="${short(x)}" y="${short(y)}" fill="${mute}" ${more}>${escaped(words)}</text>`;
  const grid = (yLog ? logTicksBetween(fromY, toY) : ticksBetween(fromY, toY, 6)).map(
    (tick) =>
      `<path d="M${frame.left} ${short(scale.y(tick))}H${width - frame.right}" stroke="${colour('--line')}"/>` +
      text(frame.left - 8, scale.y(tick) + 4, (model.tick ?? model.format)(tick), 'text-anchor="end"'),
  );
  const below = (xLog ? logTicksBetween(fromX, toX) : ticksBetween(fromX, toX, model.xTick ? 5 : 8)).map((tick) =>
    text(scale.x(tick), height - frame.bottom + 18, xInWords(model, tick), 'text-anchor="middle"'),
  );
  const dash = { train: ' stroke-dasharray="5 4"', test: '', plain: '', faint: ' stroke-opacity="0.35"' } as const;
  const strokes = { train: 1.8, test: 1.8, plain: 1.8, faint: 1 } as const;
  const bands = model.lines.flatMap((line) => {
    const path = bandOf(line, scale);
    return path ? [`<path d="${path}" fill="${colour(line.colour)}" fill-opacity="0.16"/>`] : [];
  });
  const drawn = model.lines.map(
    (line) =>
      `<path d="${pathOf(line, scale)}" fill="none" stroke="${colour(line.colour)}" stroke-width="${strokes[line.kind]}" stroke-linejoin="round"${dash[line.kind]}/>`,
  );
  let left = frame.left;
  const legend = model.lines.map((line) => {
    const entry = `<path d="M${left} 28h20" stroke="${colour(line.colour)}" stroke-width="2"${dash[line.kind]}/>${text(left + 26, 32, line.label)}`;
    left += 44 + line.label.length * 6.2;
    return entry;
  });
  const parts = [
    `<rect width="${Math.max(width, left)}" height="${height}" fill="${colour('--panel')}"/>`,
    `<text x="${frame.left}" y="16" fill="${ink}" font-weight="600">${escaped(model.title)}</text>`,
    ...legend,
    ...grid,
    ...below,
    text((frame.left + width - frame.right) / 2, height - 10, model.xLabel, 'text-anchor="middle"'),
    ...bands,
    ...drawn,
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${short(Math.max(width, left))} ${height}" font-family="Inter, system-ui, sans-serif" font-size="12">\n${parts.join('\n')}\n</svg>\n`;
}
