/** Intake as core sees it: a child that may read what was dropped, write to its scratch folder, and nothing else. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Socket } from 'node:net';
import { availableParallelism } from 'node:os';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expected } from '../../shared/failure.ts';
import type { Expected } from '../../shared/failure.ts';
import { intakeReportSchema } from '../../shared/import.ts';
import type { IntakeOrder, IntakeReport } from '../../shared/import.ts';
import { streamPort } from '../../shared/port.ts';
import { safeParse } from '../../shared/schema.ts';
import { tell, verbatim, toldOf } from '../../shared/told.ts';
import type { Told } from '../../shared/told.ts';

/** The program and its arguments that make an intake. */
export type IntakeCommand = readonly [string, ...string[]];

/** Intake says once a second that it lives; after this long without a word it is taken for hung. */
const ordinarySilenceMs = 15_000;
const tailBytes = 4000;

export interface IntakeOptions {
  /** Paths that it may read. */
  readonly reads: readonly string[];
  /** The folder that it may write to. */
  readonly scratch: string;
  readonly command?: IntakeCommand | undefined;
  readonly silenceMs?: number | undefined;
  readonly onReport: (report: IntakeReport) => void;
  /** Called once, when it is gone without being asked to go. */
  readonly onLost: (failure: Expected) => void;
}

export interface Intake {
  readonly pid: number | undefined;
  order(order: IntakeOrder): void;
  /** Ends it at once. Resolves when it is gone. */
  end(): Promise<void>;
}

/** This program's own: the source beside these sources, or the bundle beside core's bundle. */
export function ownIntake(): IntakeCommand {
  const places = ['../../intake/index.ts', './intake.mjs'].map((path) => fileURLToPath(new URL(path, import.meta.url)));
  const found = import.meta.url.endsWith('.ts') ? places[0] : places.find((place) => existsSync(place));
  const program = found ?? (places[1] as string);
  return [process.execPath, program];
}

/** The folder that holds the program and its packages. */
function programFolder(program: string): string {
  let folder = dirname(resolve(program));
  while (!existsSync(resolve(folder, 'node_modules')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

/** Node's own guard: no writing but to scratch, no processes, no threads; reading but what was dropped and the program. */
export function guards(program: string, { reads, scratch }: Pick<IntakeOptions, 'reads' | 'scratch'>): string[] {
  const read = [programFolder(program), ...reads, scratch].map((path) => `--allow-fs-read=${path}`);
  return ['--permission', '--allow-addons', ...read, `--allow-fs-write=${scratch}`];
}

/** What a child needs to run; nothing else of the environment is its business. */
function environment(): NodeJS.ProcessEnv {
  const names = ['PATH', 'LANG', 'LC_ALL', 'TMPDIR', 'SystemRoot', 'LD_LIBRARY_PATH'];
  const kept = names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]] as const]));
  return { ...Object.fromEntries(kept), UV_THREADPOOL_SIZE: String(Math.max(2, availableParallelism())) };
}

/** Starts an intake. Never throws for a program that cannot be started: `onLost` says so. */
export function startIntake(options: IntakeOptions): Intake {
  const [file, program, ...more] = options.command ?? ownIntake();
  const silenceMs = options.silenceMs ?? ordinarySilenceMs;
  const child = spawn(
    file,
    [
      '--disable-warning=ExperimentalWarning',
      ...guards(program ?? '', options),
      ...(program ? [program] : []),
      ...more,
    ],
    // A group of its own: Ctrl+C at a terminal is core's to hear.
    { stdio: ['ignore', 'ignore', 'pipe', 'pipe'], detached: true, env: environment() },
  );
  let tail = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (tail = (tail + text).slice(-tailBytes)));
  let isOver = false;
  const lose = (failure: Expected) => {
    if (isOver) return;
    isOver = true;
    clearTimeout(silence);
    child.kill('SIGKILL');
    options.onLost(failure);
  };
  const died = (how: Told) => {
    const last = tail
      .split('\n')
      .filter((line) => /error|fatal|abort|denied/i.test(line))[0]
      ?.trim();
    lose(expected('import.died', { how: last ? toldOf(how, last.slice(0, 300)) : how }));
  };
  const gone = new Promise<void>((settle) => {
    child.once('error', (error) => {
      died(verbatim(error.message));
      settle();
    });
    child.once('close', (code, signal) => {
      died(signal ? tell('ended by {signal}', { signal }) : tell('exit status {code}', { code: String(code) }));
      settle();
    });
  });
  const hung = () => lose(expected('import.hung', { seconds: Math.round(silenceMs / 1000) }));
  let silence = setTimeout(hung, silenceMs);
  const stream = child.stdio[3] as Socket | null;
  if (!stream) return { pid: undefined, order: () => undefined, end: () => Promise.resolve() };
  const port = streamPort(stream, stream);
  port.onMessage((message) => {
    if (isOver) return;
    clearTimeout(silence);
    silence = setTimeout(hung, silenceMs);
    const report = safeParse(intakeReportSchema, message);
    if (!report.success) died(tell('it said something unknown'));
    else if (report.output.kind !== 'alive') options.onReport(report.output);
  });
  port.onClose((reason) => {
    // The end of the process follows and says more; a process that lingers without a pipe is of no use.
    setTimeout(() => died(reason === null ? tell('its pipe closed') : verbatim(reason)), 1000).unref();
  });
  return {
    pid: child.pid,
    order: (order) => port.send(order),
    async end() {
      isOver = true;
      clearTimeout(silence);
      child.kill('SIGKILL');
      await gone;
    },
  };
}
