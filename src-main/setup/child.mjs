/**
 * Child programs of the set-up: run to the end with their output caught, or searched on the PATH.
 */
import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Interrupted } from './failure.mjs';

/**
 * @typedef {object} Finished
 * @property {number | null} status null where a signal ended it
 * @property {NodeJS.Signals | null} signal
 * @property {string} stdout
 * @property {string} stderr
 */

/**
 * Runs a program to its end. Never throws for an exit status.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, signal?: AbortSignal | undefined, timeoutMs?: number, onOutput?: (text: string) => void, onStart?: (child: import('node:child_process').ChildProcess) => void }} [options]
 *   `onOutput` sees standard output and error as they come; a `timeoutMs` or an aborted `signal` kills the program
 * @returns {Promise<Finished>} status 127 where the program does not exist
 * @throws {Interrupted} where `signal` was aborted
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    if (options.signal?.aborted) return reject(new Interrupted());
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(options.cwd ? { cwd: options.cwd } : {}),
      ...(options.env ? { env: options.env } : {}),
    });
    options.onStart?.(child);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
      options.onOutput?.(text);
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
      options.onOutput?.(text);
    });
    const kill = () => child.kill('SIGKILL');
    const timer = options.timeoutMs ? setTimeout(kill, options.timeoutMs) : undefined;
    options.signal?.addEventListener('abort', kill, { once: true });
    const settle = (/** @type {Finished} */ finished) => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', kill);
      if (options.signal?.aborted) reject(new Interrupted());
      else resolve(finished);
    };
    child.on('error', (error) => settle({ status: 127, signal: null, stdout, stderr: stderr + error.message }));
    child.on('close', (status, signal) => settle({ status, signal, stdout, stderr }));
  });
}

/**
 * The full path of a program on the PATH, null where there is none.
 * @param {string} name
 * @param {NodeJS.ProcessEnv} [environment]
 */
export function findProgram(name, environment = process.env) {
  for (const folder of (environment.PATH ?? '').split(delimiter)) {
    const path = join(folder || '.', name);
    try {
      accessSync(path, constants.X_OK);
      if (statSync(path).isFile()) return path;
    } catch {
      continue;
    }
  }
  return null;
}
