/** One number of a curve without reading all of it, by the rules of shared/run/summary.ts. */
import type { SeriesName, SummaryChoice } from '../../shared/contract.ts';
import { joinPoints } from '../../shared/run/curve.ts';
import type { Points } from '../../shared/run/curve.ts';
import { summarise } from '../../shared/run/summary.ts';
import type { Summary } from '../../shared/run/summary.ts';
import type { ReadHandle } from './handle.ts';
import { unpack } from './packed.ts';
import { coarsest, seriesNumber } from './points.ts';
import { runNumber } from './runs.ts';

interface Row {
  readonly step: number;
  readonly value: number;
}

const tailBackwards =
  'SELECT step, value FROM points WHERE run = ? AND series = ? AND value IS NOT NULL ORDER BY step DESC LIMIT ?';
const blockBefore = `SELECT first_step AS firstStep, points FROM blocks
  WHERE run = ? AND series = ? AND level = 0 AND first_step < ? ORDER BY first_step DESC LIMIT 1`;
const blobsOfLevel = 'SELECT points FROM blocks WHERE run = ? AND series = ? AND level = ? ORDER BY first_step';
const valueInTail = 'SELECT value FROM points WHERE run = ? AND series = ? AND step = ?';

const pointsOf = (rows: readonly Row[]): Points => ({
  steps: Float64Array.from(rows, (row) => row.step),
  values: Float64Array.from(rows, (row) => row.value),
});

/** The last numbers of a curve, at most `count`, rising. */
function lastNumbers(handle: ReadHandle, run: number, series: number, count: number): Points {
  const found: Row[] = handle.all<Row>(tailBackwards, run, series, count);
  for (let before = Number.MAX_SAFE_INTEGER; found.length < count;) {
    const block = handle.get<{ firstStep: number; points: Uint8Array }>(blockBefore, run, series, before);
    if (!block) break;
    before = block.firstStep;
    const { steps, values } = unpack(block.points);
    for (let index = steps.length - 1; index >= 0 && found.length < count; index--)
      if (!Number.isNaN(values[index]!)) found.push({ step: steps[index]!, value: values[index]! });
  }
  return pointsOf(found.reverse());
}

/** Points among which the lowest and the highest of the whole curve are. */
function extremesOf(handle: ReadHandle, run: number, series: number): Points {
  const blobs = handle.all<{ points: Uint8Array }>(blobsOfLevel, run, series, coarsest);
  const tail = handle.all<Row>(tailBackwards, run, series, Number.MAX_SAFE_INTEGER);
  return joinPoints([...blobs.map((row) => unpack(row.points)), pointsOf(tail.reverse())]);
}

/** The point at one step, none where there is no such step. */
function pointAt(handle: ReadHandle, run: number, series: number, step: number): Points {
  const row = handle.get<{ value: number | null }>(valueInTail, run, series, step);
  if (row) return pointsOf(row.value === null ? [] : [{ step, value: row.value }]);
  const block = handle.get<{ points: Uint8Array }>(blockBefore, run, series, step + 1);
  if (!block) return pointsOf([]);
  const { steps, values } = unpack(block.points);
  const index = steps.indexOf(step);
  return pointsOf(index < 0 ? [] : [{ step, value: values[index]! }]);
}

/** The number of a curve by a rule; null where there is none. `run`: the run's number. */
export function readSummary(handle: ReadHandle, run: number, name: SeriesName, rule: SummaryChoice): Summary | null {
  const series = seriesNumber(handle, name);
  if (series === undefined) return null;
  switch (rule.kind) {
    case 'last':
      return summarise(name, lastNumbers(handle, run, series, 1), rule);
    case 'meanOfLast':
      return summarise(name, lastNumbers(handle, run, series, rule.count), rule);
    case 'best':
      return summarise(name, extremesOf(handle, run, series), rule);
    case 'atBestEpoch': {
      const where = readSummary(handle, run, rule.of, { kind: 'best' });
      return where && summarise(name, pointAt(handle, run, series, where.step), { kind: 'last' });
    }
  }
}

/** One number for each run and series, run by run. Fails with `run.unknown`. */
export const readSummaries = (
  handle: ReadHandle,
  ids: readonly string[],
  series: readonly SeriesName[],
  rule: SummaryChoice,
): (Summary | null)[] =>
  ids.flatMap((id) => {
    const run = runNumber(handle, id);
    return series.map((name) => readSummary(handle, run, name, rule));
  });
