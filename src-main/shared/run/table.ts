/** A selection of runs as a table for other programs and for papers: CSV, Markdown, LaTeX. Pure. */
import type { SummaryChoice } from '../contract.ts';
import { isOptimistic, titleOf } from './field.ts';
import type { Field, HistoryRow } from './field.ts';
import type { SeedsRow } from './grouping.ts';

export const isSeedsRow = (row: HistoryRow): row is SeedsRow => 'members' in row;

const percent = (value: number) => (value * 100).toFixed(2);

/** A cell for people; seeds of one group as mean ± standard deviation. */
export function cellInWords(row: HistoryRow, field: Field): string {
  if (isSeedsRow(row)) {
    const spread = field.series ? row.spread(field.series) : null;
    if (spread && field.series?.endsWith('/accuracy'))
      return `${percent(spread.mean)} ± ${percent(spread.deviation)} %`;
    if (spread) return `${spread.mean.toPrecision(4)} ± ${spread.deviation.toPrecision(2)}`;
    const numbers = row.members.map((member) => field.value(member)).filter((value) => typeof value === 'number');
    if (field.format && field.name !== 'seed' && field.name !== 'started')
      return numbers.length === 0 ? '–' : field.format(numbers.reduce((sum, value) => sum + value, 0) / numbers.length);
    if (field.name === 'seed') return row.members.map(({ run }) => run.seed).join(', ');
    if (field.name === 'name') return `${row.run.name} × ${row.members.length}`;
  }
  return field.words(row);
}

/** A field of CSV by RFC 4180. */
export const quoted = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** RFC 4180, values as they are stored: shares of 0 to 1, seconds, milliseconds of the epoch; lists by `; `. */
export function tableInCsv(rows: readonly HistoryRow[], fields: readonly Field[]): string {
  const cell = (row: HistoryRow, field: Field): string => {
    const value = field.value(row);
    if (value === null) return '';
    return quoted(Array.isArray(value) ? value.join('; ') : String(value as string | number | boolean));
  };
  const head = fields.map(({ name }) => quoted(name)).join(',');
  return `${[head, ...rows.map((row) => fields.map((field) => cell(row, field)).join(','))].join('\r\n')}\r\n`;
}

const isRight = ({ kind }: Field) => kind === 'number';
const starred = (field: Field, rule: SummaryChoice) =>
  `${titleOf(field, rule)}${isOptimistic(field, rule) ? ' *' : ''}`;
const note = 'chosen on the test split, so better than on new images';

/** A Markdown table, columns as wide as they need to be. */
export function tableInMarkdown(rows: readonly HistoryRow[], fields: readonly Field[], rule: SummaryChoice): string {
  const safe = (text: string) => text.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ');
  const cells = [
    fields.map((field) => safe(starred(field, rule))),
    ...rows.map((row) => fields.map((field) => safe(cellInWords(row, field)))),
  ];
  const widths = fields.map((_, column) => Math.max(3, ...cells.map((line) => [...line[column]!].length)));
  const pad = (text: string, column: number) => {
    const space = ' '.repeat(widths[column]! - [...text].length);
    return isRight(fields[column]!) ? space + text : text + space;
  };
  const line = (texts: readonly string[]) => `| ${texts.map(pad).join(' | ')} |`;
  const rule2 = `|${fields.map((field, column) => `${'-'.repeat(widths[column]! + 1)}${isRight(field) ? ':' : '-'}`).join('|')}|`;
  const foot = fields.some((field) => isOptimistic(field, rule)) ? `\n\\* ${note}.\n` : '';
  return `${[line(cells[0]!), rule2, ...cells.slice(1).map(line)].join('\n')}\n${foot}`;
}

const texSigns: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '±': '$\\pm$',
  '×': '$\\times$',
  '−': '$-$',
  '–': '--',
};

/** Text that LaTeX prints as it is. */
export const texOf = (text: string): string =>
  text.replaceAll(/[\\~^±×−–]|[&%$#_{}]/g, (sign) => texSigns[sign] ?? `\\${sign}`);

/** A LaTeX table with booktabs' rules. */
export function tableInLatex(rows: readonly HistoryRow[], fields: readonly Field[], rule: SummaryChoice): string {
  const line = (cells: readonly string[]) => `    ${cells.map(texOf).join(' & ')} \\\\`;
  const optimistic = fields.some((field) => isOptimistic(field, rule));
  return `${[
    '% \\usepackage{booktabs}',
    '\\begin{table}',
    '  \\centering',
    `  \\begin{tabular}{${fields.map((field) => (isRight(field) ? 'r' : 'l')).join('')}}`,
    '    \\toprule',
    line(fields.map((field) => starred(field, rule))),
    '    \\midrule',
    ...rows.map((row) => line(fields.map((field) => cellInWords(row, field)))),
    '    \\bottomrule',
    '  \\end{tabular}',
    ...(optimistic ? [`  \\caption{* ${note}.}`] : []),
    '\\end{table}',
  ].join('\n')}\n`;
}
