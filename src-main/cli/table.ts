/** Text tables: columns as wide as they need to be, numbers to the right. */

/** Signs that a terminal draws two columns wide: Chinese ones, their punctuation, full-width forms. */
const wide = /[\p{Script=Han}\u3000-\u303f\uff01-\uff60]/gu;

/** Columns that a text takes in a terminal. */
const widthOf = (text: string): number => [...text].length + (text.match(wide)?.length ?? 0);

export interface Column<Row> {
  readonly title: string;
  readonly text: (row: Row) => string;
  readonly right?: boolean;
}

/** The lines of a table, its titles first; without rows, none. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string[] {
  if (rows.length === 0) return [];
  const cells = [columns.map(({ title }) => title), ...rows.map((row) => columns.map(({ text }) => text(row)))];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => widthOf(line[index] as string))));
  return cells.map((line) =>
    line
      .map((cell, index) => {
        const space = ' '.repeat((widths[index] as number) - widthOf(cell));
        return columns[index]?.right ? space + cell : cell + space;
      })
      .join('  ')
      .trimEnd(),
  );
}
