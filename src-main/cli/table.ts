/** Text tables: columns as wide as they need to be, numbers to the right. */

export interface Column<Row> {
  readonly title: string;
  readonly text: (row: Row) => string;
  readonly right?: boolean;
}

/** The lines of a table, its titles first; without rows, none. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string[] {
  if (rows.length === 0) return [];
  const cells = [columns.map(({ title }) => title), ...rows.map((row) => columns.map(({ text }) => text(row)))];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => (line[index] as string).length)));
  return cells.map((line) =>
    line
      .map((cell, index) =>
        columns[index]?.right ? cell.padStart(widths[index] as number) : cell.padEnd(widths[index] as number),
      )
      .join('  ')
      .trimEnd(),
  );
}
