/** Runs out of a file: intake reads it, as it reads everything that comes from elsewhere. */
import type { ReadRun } from '../../shared/run/file.ts';
import type { DroppedFile } from './import.ts';
import { readFiles } from './readFiles.ts';
import type { ReadingSurroundings } from './readFiles.ts';

/** The runs of one file. @throws {Expected} with the codes `import.*` */
export function readRunFile(file: DroppedFile, surroundings: ReadingSurroundings): Promise<ReadRun[]> {
  const runs: ReadRun[] = [];
  return readFiles([file], { kind: 'runs', path: file.path, name: file.name }, surroundings, (report) => {
    if (report.kind === 'run') runs.push(report.run);
    return report.kind === 'runsRead' ? runs : undefined;
  });
}
