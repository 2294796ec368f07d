/** Runs in a file, whatever its form. */
import type { ReadRun } from '../shared/run/file.ts';
import { openFile } from './entry.ts';
import { isEventFile, readEventFile } from './eventFile.ts';
import { malformed, shown } from './refuse.ts';
import { readRunArchive } from './runArchive.ts';
import { readRunTable } from './runTable.ts';
import { isZip } from './zip.ts';
import { tell } from '../shared/told.ts';

/** Read at once. */
const mostBytes = 1e9;

/** Reads the runs of a file one by one. @throws {Expected} with the codes `import.*` */
export function* readRuns(path: string, name: string): Generator<ReadRun> {
  const file = openFile(path, name);
  let bytes: Uint8Array;
  try {
    if (file.length > mostBytes)
      throw malformed(
        name,
        tell('at most {most} bytes', { most: mostBytes }),
        tell('{count} bytes', { count: file.length }),
      );
    bytes = file.at(0, file.length);
  } finally {
    file.close();
  }
  const title = shown(name);
  if (isEventFile(bytes)) yield readEventFile(bytes, title);
  else if (isZip(bytes)) yield* readRunArchive(bytes, title);
  else if (/\.(csv|tsv|txt)$/i.test(name)) yield readRunTable(bytes, title);
  else throw malformed(name, tell("TensorBoard's events, a CSV table or an archive of runs"), tell('none of them'));
}
