/** Starts programs of ./programs on this Node. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const programPath = (name: string): string => fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url));

export interface Program {
  readonly process: ChildProcess;
  /** Lines of its standard output, one after the other. */
  readonly lines: AsyncIterable<string>;
  /** Resolves when it is gone and all its output was read. */
  readonly gone: Promise<void>;
}

/** Starts one program; its errors show in the test's own output. */
export function startProgram(name: string, args: readonly string[]): Program {
  return start(process.execPath, [programPath(name), ...args]);
}

/** Starts one program through a shell script that sets something up and ends in `exec "$0" "$@"`. */
export function startThrough(script: string, name: string, args: readonly string[]): Program {
  return start('sh', ['-c', script, process.execPath, programPath(name), ...args]);
}

function start(command: string, args: readonly string[]): Program {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return { process: child, lines: createInterface({ input: child.stdout }), gone };
}

/** All lines that a program says until it ends. */
export async function allLines(program: Program): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of program.lines) lines.push(line);
  await program.gone;
  return lines;
}
