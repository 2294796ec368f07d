/** A network out of a file: intake reads it, as it reads everything that comes from elsewhere. */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Expected, expected } from '../../shared/failure.ts';
import type { Failure } from '../../shared/failure.ts';
import type { IntakeReport } from '../../shared/import.ts';
import type { NetworkFile } from '../../shared/network/file.ts';
import { makeFolder } from '../dataset/files.ts';
import type { DroppedFile } from './import.ts';
import { startIntake } from './intake.ts';
import type { Intake, IntakeCommand } from './intake.ts';

export interface ReadingSurroundings {
  readonly home: string;
  readonly command?: IntakeCommand | undefined;
  readonly silenceMs?: number | undefined;
}

/** The network of one file. @throws {Expected} with the codes `import.*` */
export async function readNetworkFile(file: DroppedFile, surroundings: ReadingSurroundings): Promise<NetworkFile> {
  const scratch = join(surroundings.home, 'imports', `${process.pid}-${randomUUID().slice(0, 8)}`);
  makeFolder(scratch);
  let intake: Intake | null = null;
  try {
    const report = await new Promise<IntakeReport>((resolve, reject) => {
      intake = startIntake({
        reads: [file.path],
        scratch,
        command: surroundings.command,
        silenceMs: surroundings.silenceMs,
        onReport: resolve,
        onLost: reject,
      });
      intake.order({ kind: 'network', path: file.path, name: file.name });
    });
    if (report.kind === 'failed') throw new Expected(report.failure as Failure);
    if (report.kind !== 'network') throw expected('import.died', { how: 'it answered something else' });
    return report.network;
  } finally {
    await (intake as Intake | null)?.end();
    rmSync(scratch, { recursive: true, force: true });
  }
}
