/**
 * Points of curves: the live tail as rows, older ones in sealed blocks of 1,000.
 *
 * Beside every block lie its levels: the first, last, lowest and highest of every 16, 64 and 256 neighbours, so that a
 * long curve is thinned without being read whole and still keeps its extremes exactly. Level 0 is the block itself.
 * Writing goes through one PointWriter, which knows how long each tail is.
 */
import { coarsen, cut, joinPoints, smooth, thin } from '../../shared/run/curve.ts';
import type { SeriesName } from '../../shared/contract.ts';
import type { Points } from '../../shared/run/curve.ts';
import type { ReadHandle, WriteHandle } from './handle.ts';
import { pack, unpack } from './packed.ts';

/** A value of a series at a step. What is not finite is stored as missing and read as NaN. */
export interface NewPoint {
  readonly series: string;
  /** A whole number, larger than that of any sealed point of the series. */
  readonly step: number;
  readonly value: number | null;
}

export interface CurveRange {
  /** Both included; without them, all steps. */
  readonly fromStep?: number | undefined;
  readonly toStep?: number | undefined;
  /** Weight of the past, 0 (none) up to, but without, 1: all points are smoothed before they are cut and thinned. */
  readonly smoothing?: number | undefined;
  /** The most points to return, 2 or more. */
  readonly points: number;
}

/** Points of a sealed block. */
export const blockPoints = 1000;
/** Neighbours that are joined at levels 1, 2, 3. */
const levelNeighbours = [16, 64, 256] as const;
/** The level with the fewest points. */
export const coarsest = levelNeighbours.length;
/** What a level keeps of its neighbours at most: first, last, lowest, highest. */
const keptOfNeighbours = 4;

interface Tail {
  readonly series: number;
  /** Rows in the table, or more where a step was written twice. */
  rows: number;
  sealedTo: number;
}

const queries = {
  seriesNumber: 'SELECT number FROM series WHERE name = ?',
  addSeries: 'INSERT INTO series (name) VALUES (?) ON CONFLICT DO NOTHING',
  insert:
    'INSERT INTO points (run, series, step, value) VALUES (?, ?, ?, ?) ON CONFLICT (run, series, step) DO UPDATE SET value = excluded.value',
  tailLength: 'SELECT count(*) AS rows FROM points WHERE run = ? AND series = ?',
  sealedTo: 'SELECT max(last_step) AS step FROM blocks WHERE run = ? AND series = ? AND level = 0',
  tailSeries: 'SELECT DISTINCT series FROM points WHERE run = ?',
  seriesOf: `SELECT name FROM series WHERE EXISTS (SELECT 1 FROM blocks WHERE run = ? AND series = number)
    OR EXISTS (SELECT 1 FROM points WHERE run = ? AND series = number) ORDER BY number`,
  oldest: 'SELECT step, value FROM points WHERE run = ? AND series = ? ORDER BY step LIMIT ?',
  forget: 'DELETE FROM points WHERE run = ? AND series = ? AND step <= ?',
  addBlock:
    'INSERT INTO blocks (run, series, level, first_step, last_step, count, points) VALUES (?, ?, ?, ?, ?, ?, ?)',
  tail: 'SELECT step, value FROM points WHERE run = ? AND series = ? AND step BETWEEN ? AND ? ORDER BY step',
  spans: `SELECT first_step AS firstStep, last_step AS lastStep, count FROM blocks
    WHERE run = ? AND series = ? AND level = 0 AND first_step <= ? ORDER BY first_step`,
  cutTail: 'DELETE FROM points WHERE run = ? AND step > ?',
  cutBlocks: 'SELECT series, points FROM blocks WHERE run = ? AND level = 0 AND last_step > ?',
  forgetBlocks: 'DELETE FROM blocks WHERE run = ? AND last_step > ?',
  blobs:
    'SELECT points FROM blocks WHERE run = ? AND series = ? AND level = ? AND first_step BETWEEN ? AND ? ORDER BY first_step',
} as const;

/** The queries that run often, for a test that looks at their plans. */
export const hotPointQueries = queries;

interface Row {
  readonly step: number;
  readonly value: number | null;
}

const toPoints = (rows: readonly Row[]): Points => ({
  steps: Float64Array.from(rows, (row) => row.step),
  values: Float64Array.from(rows, (row) => row.value ?? NaN),
});

/** NaN and infinity are stored as missing. */
const finite = (value: number | null): number | null => (value !== null && Number.isFinite(value) ? value : null);

/** Appends points and seals blocks. There is one for a database in a process; a run's points come from one process. */
export class PointWriter {
  readonly #handle: WriteHandle;
  readonly #insert: (...values: readonly (number | null)[]) => void;
  readonly #tails = new Map<number, Map<string, Tail>>();

  constructor(handle: WriteHandle) {
    this.#handle = handle;
    this.#insert = handle.prepare(queries.insert);
  }

  /** To be called inside a transaction. */
  append(run: number, points: Iterable<NewPoint>): void {
    const tails = this.#tailsOf(run);
    for (const { series, step, value } of points) {
      const tail = tails.get(series) ?? this.#openTail(run, series, tails);
      if (step <= tail.sealedTo)
        throw new Error(`Step ${step} of ${series} is not after step ${tail.sealedTo}, which is sealed.`);
      this.#insert(run, tail.series, step, finite(value));
      if (++tail.rows >= blockPoints) this.#seal(run, tail);
    }
  }

  /** Puts the whole tail of a run that has ended into blocks. To be called inside a transaction. */
  sealAll(run: number): void {
    for (const { series } of this.#handle.all<{ series: number }>(queries.tailSeries, run))
      this.#seal(run, { series, rows: blockPoints, sealedTo: -1 });
    this.#tails.delete(run);
  }

  /** Takes away the points of later steps, sealed or not. To be called inside a transaction. */
  cutAfter(run: number, step: number): void {
    this.#handle.run(queries.cutTail, run, step);
    for (const block of this.#handle.all<{ series: number; points: Uint8Array }>(queries.cutBlocks, run, step)) {
      const { steps, values } = cut(unpack(block.points), 0, step);
      steps.forEach((at, index) => this.#insert(run, block.series, at, finite(values[index] ?? NaN)));
    }
    this.#handle.run(queries.forgetBlocks, run, step);
    this.#tails.delete(run);
  }

  /** Forgets what it knew of the tails; to be called when a transaction was undone. */
  forget(): void {
    this.#tails.clear();
  }

  #tailsOf(run: number): Map<string, Tail> {
    let tails = this.#tails.get(run);
    if (!tails) this.#tails.set(run, (tails = new Map()));
    return tails;
  }

  #openTail(run: number, name: string, tails: Map<string, Tail>): Tail {
    this.#handle.run(queries.addSeries, name);
    const series = this.#handle.get<{ number: number }>(queries.seriesNumber, name)!.number;
    const rows = this.#handle.get<{ rows: number }>(queries.tailLength, run, series)!.rows;
    const sealedTo = this.#handle.get<{ step: number | null }>(queries.sealedTo, run, series)!.step ?? -1;
    const tail = { series, rows, sealedTo };
    tails.set(name, tail);
    return tail;
  }

  #seal(run: number, tail: Tail): void {
    const points = toPoints(this.#handle.all<Row>(queries.oldest, run, tail.series, blockPoints));
    const { steps } = points;
    const [first, last] = [steps[0]!, steps[steps.length - 1]!];
    const levels = [points, ...levelNeighbours.map((neighbours) => coarsen(points, neighbours))];
    levels.forEach((level, number) =>
      this.#handle.run(queries.addBlock, run, tail.series, number, first, last, steps.length, pack(level)),
    );
    this.#handle.run(queries.forget, run, tail.series, last);
    tail.sealedTo = last;
    tail.rows -= steps.length;
  }
}

/** The names of the series of which a run has points, in the order in which they came into the database. */
export const readSeriesOf = (handle: ReadHandle, run: number): SeriesName[] =>
  handle.all<{ name: SeriesName }>(queries.seriesOf, run, run).map(({ name }) => name);

/** The number under which a series is stored; undefined where no run has it. */
export function seriesNumber(handle: ReadHandle, name: string): number | undefined {
  return handle.get<{ number: number }>(queries.seriesNumber, name)?.number;
}

/** A series by its name, as `readPoints` reads it; nothing where no run has it. */
export function readSeries(
  handle: ReadHandle,
  run: number,
  name: string,
  range: CurveRange,
): Points & { stored: number } {
  const series = seriesNumber(handle, name);
  if (series === undefined) return { steps: new Float64Array(0), values: new Float64Array(0), stored: 0 };
  return readPoints(handle, run, series, range);
}

/**
 * A curve between two steps: every point where they fit into `range.points`, else thinned as `thin` does. `stored` is
 * the number of points in the range.
 */
export function readPoints(
  handle: ReadHandle,
  run: number,
  series: number,
  range: CurveRange,
): Points & { stored: number } {
  const fromStep = range.fromStep ?? 0;
  const toStep = range.toStep ?? Number.MAX_SAFE_INTEGER;
  if (range.smoothing) {
    const all = readPoints(handle, run, series, { points: Number.MAX_SAFE_INTEGER });
    const smoothed = cut({ steps: all.steps, values: smooth(all.values, range.smoothing) }, fromStep, toStep);
    return { ...thin(smoothed, range.points), stored: smoothed.steps.length };
  }
  return handle.snapshot(() => {
    const spans = handle.all<Span>(queries.spans, run, series, toStep).filter((span) => span.lastStep >= fromStep);
    const inside = spans.filter((span) => span.firstStep >= fromStep && span.lastStep <= toStep);
    const read = (level: number, part: readonly Span[]): Points[] => readBlocks(handle, run, series, level, part);
    const edges = {
      before: spans.filter((span) => span.firstStep < fromStep),
      after: spans.filter((span) => span.firstStep >= fromStep && span.lastStep > toStep),
    };
    const exact = (part: readonly Span[]) => read(0, part).map((points) => cut(points, fromStep, toStep));
    const [before, after] = [exact(edges.before), exact(edges.after)];
    const tail = toPoints(handle.all<Row>(queries.tail, run, series, fromStep, toStep));
    const outside = [...before, ...after, tail].reduce((sum, points) => sum + points.steps.length, 0);
    const stored = outside + inside.reduce((sum, span) => sum + span.count, 0);
    const level = stored <= range.points ? 0 : coarsestLevel(stored, range.points);
    return { ...thin(joinPoints([...before, ...read(level, inside), ...after, tail]), range.points), stored };
  });
}

interface Span {
  readonly firstStep: number;
  readonly lastStep: number;
  readonly count: number;
}

function readBlocks(handle: ReadHandle, run: number, series: number, level: number, spans: readonly Span[]): Points[] {
  const [first, last] = [spans[0], spans.at(-1)];
  if (!first || !last) return [];
  return handle
    .all<{ points: Uint8Array }>(queries.blobs, run, series, level, first.firstStep, last.firstStep)
    .map((row) => unpack(row.points));
}

/** The coarsest level that still has at least as many points as are wanted. */
function coarsestLevel(stored: number, wanted: number): number {
  return levelNeighbours.filter((neighbours) => (stored / neighbours) * keptOfNeighbours >= wanted).length;
}
