/** core's log: bugs with their stacks, and what is worth knowing afterwards. Kept short; no personal data but paths. */
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

const mostBytes = 2 * 1024 * 1024;

/** Writes to `<home>/logs/core.log`; the file before it is kept as `core.old.log`. Never throws. */
export class Log {
  readonly path: string;

  constructor(home: string) {
    this.path = join(home, 'logs', 'core.log');
  }

  /** One line with the time; `thrown` adds its stack and causes. */
  write(text: string, thrown?: unknown): void {
    const stack = thrown === undefined ? '' : `\n${stackOf(thrown)}`;
    try {
      mkdirSync(join(this.path, '..'), { recursive: true });
      if ((statSync(this.path, { throwIfNoEntry: false })?.size ?? 0) > mostBytes)
        renameSync(this.path, this.path.replace(/\.log$/, '.old.log'));
      appendFileSync(this.path, `${new Date().toISOString()} ${process.pid} ${text}${stack}\n`);
    } catch {
      // A log that cannot be written must not stop the work.
    }
  }
}

function stackOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const cause = thrown.cause === undefined ? '' : `\ncaused by ${stackOf(thrown.cause)}`;
  return `${thrown.stack ?? thrown.message}${cause}`;
}
