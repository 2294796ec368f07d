/** An `nvidia-smi` that says what a test wants. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Makes the program in `folder` from a line of shell; an environment that finds it first. */
export function fakeDriver(folder: string, shell: string): NodeJS.ProcessEnv {
  mkdirSync(folder, { recursive: true });
  const program = join(folder, 'nvidia-smi');
  writeFileSync(program, `#!/bin/sh\n${shell}\n`);
  chmodSync(program, 0o755);
  return { ...process.env, RESIDUA_ENGINE: '', PATH: `${folder}${delimiter}${process.env['PATH']}` };
}
