/** A chart of a study as SVG: lines with their intervals, or bars. It stands alone and takes its ink from around it. Pure. */

export interface StudyLine {
  readonly name: string;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** Half of the interval at each point; NaN where there is none. */
  readonly margin: ArrayLike<number>;
}

export interface StudyChart {
  readonly title: string;
  readonly xLabel: string;
  readonly lines: readonly StudyLine[];
  readonly xWords: (value: number) => string;
  readonly yWords: (value: number) => string;
}

/** Okabe and Ito's colours, darkened or lightened until they stand out from white and from near-black alike. */
const colours = ['#2f80c2', '#d2601a', '#16906c', '#bf5f97', '#94770a', '#7a6fd0', '#c2453e', '#5d8a2a'] as const;
const dashes = ['', '6 4', '2 3'] as const;

const width = 640;
const plotHeight = 260;
const frame = { left: 64, right: 20, top: 34, bottom: 46 };
const legendRow = 20;
const legendColumns = 2;

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const short = (value: number) => String(Number(value.toFixed(2)));

/** At most about `count` round values between two ends. */
function ticks(from: number, to: number, count: number): number[] {
  if (!(to > from)) return [from];
  const rough = (to - from) / count;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((part) => part * magnitude >= rough * 0.999) as number) * magnitude;
  const first = Math.ceil(from / step - 1e-9);
  return Array.from({ length: Math.floor(to / step + 1e-9) - first + 1 }, (_, at) => (first + at) * step);
}

const finite = (values: ArrayLike<number>): number[] => Array.from(values).filter(Number.isFinite);

/** The same place in the list always has the same colour and dash. */
export const strokeOf = (place: number): { readonly colour: string; readonly dash: string } => ({
  colour: colours[place % colours.length] as string,
  dash: dashes[Math.floor(place / colours.length) % dashes.length] as string,
});

export function studyChart({ title, xLabel, lines, xWords, yWords }: StudyChart): string {
  const xs = lines.flatMap(({ x }) => finite(x));
  const ends = lines.flatMap(({ y, margin }) =>
    Array.from(y).flatMap((value, at) => {
      const half = Number.isFinite(margin[at]) ? (margin[at] as number) : 0;
      return Number.isFinite(value) ? [value - half, value + half] : [];
    }),
  );
  const [fromX, toX] = [Math.min(0, ...xs), Math.max(...xs, 1e-9)];
  // Accuracies cannot leave 0 to 1, intervals of few seeds can.
  const fromY = Math.max(0, Math.min(...ends, 1));
  const toY = Math.min(1, Math.max(...ends, fromY + 1e-3));
  const bottom = frame.top + plotHeight;
  const atX = (value: number) => frame.left + ((value - fromX) / (toX - fromX)) * (width - frame.left - frame.right);
  const atY = (value: number) =>
    bottom - ((Math.min(toY, Math.max(fromY, value)) - fromY) / (toY - fromY)) * plotHeight;
  const text = (x: number, y: number, words: string, more = '') =>
    `<text x="${short(x)}" y="${short(y)}" fill="currentColor" ${more}>${escaped(words)}</text>`;
  const grid = ticks(fromY, toY, 5).flatMap((tick) => [
    `<path d="M${frame.left} ${short(atY(tick))}H${width - frame.right}" stroke="currentColor" stroke-opacity="0.15"/>`,
    text(frame.left - 8, atY(tick) + 4, yWords(tick), 'text-anchor="end"'),
  ]);
  const below = ticks(fromX, toX, 6).map((tick) => text(atX(tick), bottom + 18, xWords(tick), 'text-anchor="middle"'));
  const drawn = lines.flatMap(({ x, y, margin }, place) => {
    const { colour, dash } = strokeOf(place);
    const points = Array.from(x).flatMap((at, index) => {
      const value = y[index] as number;
      return Number.isFinite(at) && Number.isFinite(value) ? [{ at, value, half: margin[index] ?? NaN }] : [];
    });
    const path = points.map(({ at, value }) => `${short(atX(at))} ${short(atY(value))}`).join('L');
    const bars = points
      .filter(({ half }) => Number.isFinite(half))
      .map(({ at, value, half }) => `M${short(atX(at))} ${short(atY(value - half))}V${short(atY(value + half))}`)
      .join('');
    const dots = points.map(
      ({ at, value }) => `<circle cx="${short(atX(at))}" cy="${short(atY(value))}" r="2.5" fill="${colour}"/>`,
    );
    if (points.length === 0) return [];
    return [
      ...(bars ? [`<path d="${bars}" stroke="${colour}" stroke-opacity="0.55" stroke-width="1.2"/>`] : []),
      `<path d="M${path}" fill="none" stroke="${colour}" stroke-width="1.8"${dash ? ` stroke-dasharray="${dash}"` : ''}/>`,
      ...dots,
    ];
  });
  const legendTop = bottom + frame.bottom + 12;
  const legend = lines.map(({ name }, place) => {
    const { colour, dash } = strokeOf(place);
    const x = frame.left + (place % legendColumns) * ((width - frame.left) / legendColumns);
    const y = legendTop + Math.floor(place / legendColumns) * legendRow;
    return `<path d="M${short(x)} ${short(y - 4)}h22" stroke="${colour}" stroke-width="2"${dash ? ` stroke-dasharray="${dash}"` : ''}/>${text(x + 30, y, name)}`;
  });
  const height = legendTop + Math.ceil(lines.length / legendColumns) * legendRow;
  const parts = [
    text(frame.left, 16, title, 'font-weight="600"'),
    ...grid,
    ...below,
    text((frame.left + width - frame.right) / 2, bottom + 38, xLabel, 'text-anchor="middle"'),
    ...drawn,
    ...legend,
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}" font-family="Inter, system-ui, sans-serif" font-size="12">\n${parts.join('\n')}\n</svg>`;
}
