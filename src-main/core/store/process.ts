/** Whether the process that wrote something still lives; its number alone is no proof, numbers are used again. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface ProcessMark {
  readonly pid: number;
  /** When it started, in words of its system that never repeat; '?' where the system does not tell. */
  readonly start: string;
}

/** The mark of this process. */
export function thisProcess(): ProcessMark {
  return { pid: process.pid, start: startOf(process.pid) ?? '?' };
}

/** Whether that very process still lives. Where its start is unknown, any process of its number counts. */
export function isAlive({ pid, start }: ProcessMark): boolean {
  const found = startOf(pid);
  return found !== null && (found === start || found === '?' || start === '?');
}

/** Null: there is no such process. */
function startOf(pid: number): string | null {
  if (process.platform === 'linux') return linuxStart(pid);
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return null;
  }
  if (process.platform !== 'darwin') return '?';
  return spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).stdout?.trim() || null;
}

/** Ticks since the boot and the boot's own name. A process that ended and waits for its parent counts as gone. */
function linuxStart(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in brackets may hold anything; the fields behind it start with number 3, the state.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return null;
    return `${fields[19]} ${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ESRCH'
      ? null
      : '?';
  }
}
