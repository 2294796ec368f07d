/** Tables as text: which character parts the columns, and the rows. */
import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { parse as parseText } from 'csv-parse/sync';
import type { Entry } from './entry.ts';
import { malformed } from './refuse.ts';
import { tell, verbatim } from '../shared/told.ts';

const sniffedBytes = 256 * 1024;
const mostRecordBytes = 4 * 1024 * 1024;
const mostColumns = 100_000;
const separators = [',', ';', '\t'] as const;
const sniffedRows = 8;

export interface TextTable {
  readonly entry: Entry;
  readonly separator: string;
  /** The first rows, the one of titles included where there is one. */
  readonly first: readonly (readonly string[])[];
}

/** Whether bytes may be text: no zeros and hardly any other control characters. */
function isText(bytes: Uint8Array): boolean {
  let controls = 0;
  for (const byte of bytes) {
    if (byte === 0) return false;
    if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13) controls++;
  }
  return controls * 100 <= bytes.length;
}

/** The table that a file is, or null: text with the same number of columns, at least two, in its first rows. */
export async function sniffTable(entry: Entry): Promise<TextTable | null> {
  const head = await entry.head(sniffedBytes);
  if (head.length === 0 || !isText(head)) return null;
  const text = new TextDecoder().decode(head);
  // The last line may be cut.
  const whole =
    head.length < sniffedBytes ? text : text.slice(0, Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')));
  for (const separator of separators) {
    let rows: string[][];
    try {
      rows = parseText(whole, { ...manner(separator), to: sniffedRows });
    } catch {
      // Rows of different lengths or open quotes: with this separator it is no table.
      continue;
    }
    const columns = rows[0]?.length ?? 0;
    if (rows.length >= 2 && columns >= 2 && columns <= mostColumns) return { entry, separator, first: rows };
  }
  return null;
}

const manner = (separator: string) => ({
  delimiter: separator,
  bom: true,
  skip_empty_lines: true,
  relax_quotes: true,
  trim: true,
  max_record_size: mostRecordBytes,
});

/** All rows, the one of titles included. @throws {Expected} `import.malformed` for rows of other lengths, open quotes and the like */
export async function* rowsOf({ entry, separator }: TextTable): AsyncGenerator<string[]> {
  const parser = parse(manner(separator));
  const text = Readable.from(entry.stream());
  text.on('error', (thrown) => parser.destroy(thrown));
  text.pipe(parser);
  try {
    yield* parser as AsyncIterable<string[]>;
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code ?? '';
    if (!code.startsWith('CSV_')) throw thrown;
    const message = thrown instanceof Error ? thrown.message.slice(0, 160) : code;
    throw malformed(entry.path, tell('rows with one number of columns'), verbatim(message));
  } finally {
    text.destroy();
    parser.destroy();
  }
}
