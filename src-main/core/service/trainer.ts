/** A trainer as core sees it: a child process with a pipe of frames, a log, and an end that is always noticed. */
import { spawn } from 'node:child_process';
import { createWriteStream, existsSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { streamPort } from '../../shared/port.ts';
import type { Port } from '../../shared/port.ts';
import { makeFolder } from './home.ts';
import { tell } from '../../shared/told.ts';
import type { Told } from '../../shared/told.ts';

/** The program and its arguments that make a trainer. */
export type TrainerCommand = readonly [string, ...string[]];

const mostLogBytes = 1024 * 1024;
const tailLines = 20;

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why it could not even be started. */
  readonly problem: string | null;
}

export interface TrainerProcess {
  readonly port: Port;
  /** Resolves once it is gone and everything it said has arrived. */
  readonly ended: Promise<Ending>;
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
  /** The last lines that it wrote to standard error. */
  tail(): string;
}

/** The trainer of this program: the source beside these sources, or the bundle beside core's bundle. */
export function ownTrainer(): TrainerCommand {
  const places = ['../../trainer/index.ts', './trainer.mjs'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  const found = import.meta.url.endsWith('.ts') ? places[0] : places.find((place) => existsSync(place));
  return [process.execPath, found ?? (places[1] as string)];
}

/** What `how` of `trainer.died` says: `killed by SIGKILL`, `exit status 1: Error: …`. */
export function howItEnded(ending: Ending, tail: string): Told {
  if (ending.problem) return tell('it could not be started: {problem}', { problem: ending.problem });
  const last = tail
    .split('\n')
    .filter((line) => /error|fatal|abort|terminate/i.test(line))
    .at(-1)
    ?.trim();
  const words = last ? `: ${last.slice(0, 300)}` : '';
  if (ending.signal === 'SIGKILL') return tell('killed by SIGKILL, perhaps for want of memory');
  return ending.signal
    ? tell('ended by {signal}{words}', { signal: ending.signal, words })
    : tell('exit status {code}{words}', { code: String(ending.code), words });
}

/**
 * Starts a trainer. What it prints goes to `<folder>/trainer.log`. Never throws for a program that cannot be started.
 * @param onLogFailure hears once, in a sentence, that the log takes no more
 * @throws {Expected} `folder.denied`, `disk.full`, `store.failing` where the folder cannot be made
 */
export function startTrainer(
  command: TrainerCommand,
  folder: string,
  onLogFailure: (problem: Told) => void = () => undefined,
): TrainerProcess {
  const [file, ...given] = command;
  const log = createWriteStream(join(makeFolder(folder), 'trainer.log'), { flags: 'a' });
  log.once('error', ({ message }) =>
    onLogFailure(tell('What the training process prints is lost from here on: {message}.', { message })),
  );
  // Its own process group: Ctrl+C at a terminal is core's to hear, which then stops the run in order.
  const child = spawn(file, given, { stdio: ['ignore', 'pipe', 'pipe', 'pipe'], detached: true });
  const pipe = child.stdio[3] as Socket;
  let written = 0;
  let tail: string[] = [''];
  const keep = (chunk: Buffer) => {
    if (written < mostLogBytes) log.write(chunk);
    written += chunk.length;
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', (chunk: Buffer) => {
    keep(chunk);
    const lines = chunk.toString('utf8').split('\n');
    tail = [...tail.slice(0, -1), (tail.at(-1) ?? '') + (lines[0] ?? ''), ...lines.slice(1)].slice(-tailLines);
  });
  const ended = new Promise<Ending>((resolve) => {
    const end = (ending: Ending) => {
      log.end();
      resolve(ending);
    };
    child.once('error', (error) => end({ code: null, signal: null, problem: error.message }));
    child.once('close', (code, signal) => end({ code, signal, problem: null }));
  });
  return {
    port: streamPort(pipe, pipe),
    ended,
    kill: (signal) => void child.kill(signal),
    tail: () => tail.join('\n').trim(),
  };
}
