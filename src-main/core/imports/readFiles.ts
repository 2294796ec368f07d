/** Files that intake reads at once, from order to last word: networks, weights, single images. */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Expected } from '../../shared/failure.ts';
import type { Failure } from '../../shared/failure.ts';
import type { IntakeOrder, IntakeReport } from '../../shared/import.ts';
import { makeFolder } from '../dataset/files.ts';
import type { DroppedFile } from './import.ts';
import { startIntake } from './intake.ts';
import type { Intake, IntakeCommand } from './intake.ts';

export interface ReadingSurroundings {
  readonly home: string;
  readonly command?: IntakeCommand | undefined;
  readonly silenceMs?: number | undefined;
}

/**
 * Starts an intake that may read these files alone, gives it one order and hears it out; it is gone when this resolves.
 * @param take what a report means: the result, or undefined while there is more to come
 * @throws {Expected} with the codes `import.*`, and what `take` throws
 */
export async function readFiles<Result>(
  files: readonly DroppedFile[],
  order: IntakeOrder,
  { home, command, silenceMs }: ReadingSurroundings,
  take: (report: IntakeReport) => Result | undefined,
): Promise<Result> {
  const scratch = join(home, 'imports', `${process.pid}-${randomUUID().slice(0, 8)}`);
  makeFolder(scratch);
  let intake: Intake | null = null;
  try {
    return await new Promise<Result>((resolve, reject) => {
      const hear = (report: IntakeReport) => {
        try {
          if (report.kind === 'failed') throw new Expected(report.failure as Failure);
          const result = take(report);
          if (result !== undefined) resolve(result);
        } catch (thrown) {
          reject(thrown as Error);
        }
      };
      intake = startIntake({
        reads: files.map(({ path }) => path),
        scratch,
        command,
        silenceMs,
        onReport: hear,
        onLost: reject,
      });
      intake.order(order);
    });
  } finally {
    await (intake as Intake | null)?.end();
    rmSync(scratch, { recursive: true, force: true });
  }
}
