/** A table of numbers by steps as a run: a CSV with a column of steps and one for each curve. */
import { parse } from 'csv-parse/sync';
import type { ReadRun } from '../shared/run/file.ts';
import { risingOf } from './eventFile.ts';
import { malformed } from './refuse.ts';
import { tell, verbatim } from '../shared/told.ts';

const mostColumns = 300;
const mostRows = 1_000_000;
const stepNames = /^(step|global_step|iteration|iter|epoch|x)$/i;

/** @throws {Expected} `import.malformed`, with the row where something else than a number is */
export function readRunTable(bytes: Uint8Array, name: string): ReadRun {
  const text = new TextDecoder().decode(bytes);
  const firstLine = text.slice(0, text.search(/[\r\n]|$/));
  const separator = [',', ';', '\t'].find((each) => firstLine.includes(each)) ?? ',';
  let rows: string[][];
  try {
    rows = parse(text, { delimiter: separator, bom: true, skip_empty_lines: true, trim: true, to: mostRows + 2 });
  } catch (thrown) {
    throw malformed(
      name,
      tell('a table with commas'),
      thrown instanceof Error ? verbatim(thrown.message.slice(0, 200)) : tell('rubbish'),
    );
  }
  const [head, ...body] = rows;
  if (!head || head.length < 2 || body.length === 0)
    throw malformed(name, tell('a row of titles and rows of numbers'), tell('{count} rows', { count: rows.length }));
  if (head.length > mostColumns)
    throw malformed(name, tell('at most {most} columns', { most: mostColumns }), verbatim(head.length));
  if (body.length > mostRows)
    throw malformed(name, tell('at most {most} rows', { most: mostRows.toLocaleString('en-US') }), tell('more'));
  const stepColumn = head.findIndex((title) => stepNames.test(title));
  if (stepColumn < 0)
    throw malformed(name, tell('a column called step, iteration or epoch'), verbatim(head.slice(0, 5).join(', ')));
  const numberAt = (row: string[], index: number, column: number): number | null => {
    const cell = row[column] ?? '';
    if (cell === '') return null;
    if (/^nan$/i.test(cell)) return NaN;
    const value = Number(cell);
    if (Number.isNaN(value))
      throw malformed(
        name,
        tell('a number in row {row}, column {head}', { row: index + 2, head: head[column] ?? String(column) }),
        tell('"{text}"', { text: cell.slice(0, 40) }),
      );
    return value;
  };
  const steps = body.map((row, index) => {
    const step = numberAt(row, index, stepColumn);
    if (step === null || !Number.isFinite(step) || step < 0)
      throw malformed(
        name,
        tell('a step in row {row}', { row: index + 2 }),
        tell('"{text}"', { text: row[stepColumn] ?? '' }),
      );
    return step;
  });
  // Epochs with a fraction and the like: rows are counted instead.
  const isWhole = steps.every((step) => Number.isSafeInteger(step));
  const series = head.flatMap((title, column) => {
    if (column === stepColumn || title === '') return [];
    const own = body.map((row, index) => numberAt(row, index, column));
    const there = own.flatMap((value, index) => (value === null ? [] : [index]));
    if (there.length === 0) return [];
    const points = risingOf(
      there.map((index) => (isWhole ? steps[index]! : index + 1)),
      there.map((index) => own[index]!),
    );
    return [{ name: title.slice(0, 200), ...points }];
  });
  if (series.length === 0) throw malformed(name, tell('a column of numbers'), tell('empty ones'));
  return { name, from: 'a table', startedAtMs: null, endedAtMs: null, run: null, series };
}
