/** Core as the shell's child: started on a plain Node, started anew when it dies, reached through channels of one pipe. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { Duplex, Readable } from 'node:stream';
import { openChannels } from '../shared/channel.ts';
import type { Channel } from '../shared/channel.ts';
import type { CoreState } from '../shared/desktop.ts';
import type { Places } from './places.ts';
import { afterDeath } from './restart.ts';

/** Lines of core's standard error that are kept to say why it died. */
const keptLines = 20;
/** Core is asked to end by the end of its pipe; after this it is made to. */
const patienceMs = 5_000;

export class Core {
  readonly #places: Places;
  readonly #arguments: () => readonly string[];
  readonly #ready: () => Promise<void>;
  readonly #pathKey: string;
  readonly #listeners = new Set<(state: CoreState) => void>();
  readonly #startListeners = new Set<() => void>();
  #state: CoreState = { kind: 'starting', deaths: 0, detail: '' };
  #channels: { open(): Channel } | null = null;
  #child: ChildProcess | null = null;
  #inARow = 0;
  #isEnding = false;

  /** Each start waits for `ready`, and asks for the arguments then. `pathKey` opens the tokens of files (tokens.ts). */
  constructor(places: Places, coreArguments: () => readonly string[], ready: () => Promise<void>, pathKey: string) {
    this.#places = places;
    this.#arguments = coreArguments;
    this.#ready = ready;
    this.#pathKey = pathKey;
  }

  get state(): CoreState {
    return this.#state;
  }
  get pid(): number | null {
    return this.#child?.pid ?? null;
  }
  onState(listener: (state: CoreState) => void): void {
    this.#listeners.add(listener);
  }

  /** Called whenever a new core can be connected to; what is sent before it listens waits in the pipe. */
  onStart(listener: () => void): void {
    this.#startListeners.add(listener);
  }

  /** A connection of one's own to the core that runs now; null while none does. It closes when core dies. */
  connect(): Channel | null {
    return this.#channels?.open() ?? null;
  }

  async start(): Promise<void> {
    await this.#ready();
    if (this.#isEnding) return;
    const startedAt = Date.now();
    const lastLines: string[] = [];
    const child = spawn(
      this.#places.node,
      ['--disable-warning=ExperimentalWarning', this.#places.core, ...this.#arguments()],
      {
        stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
        env: { ...coreEnvironment(process.env), RESIDUA_PATH_KEY: this.#pathKey },
        // A group of its own: Ctrl+C in the terminal reaches the shell, which then ends core in order.
        detached: true,
      },
    );
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) keepLines(stream, lastLines);
    let isOver = false;
    const over = (how: string) => {
      if (isOver) return;
      isOver = true;
      this.#died(how, lastLines, Date.now() - startedAt);
    };
    child.once('error', (error) => over(error.message));
    child.once('exit', (code, signal) => over(signal ?? `exit ${code ?? 'unknown'}`));
    const pipe = child.stdio[3] as Duplex | null;
    // Without a pipe there is no process: the error event follows.
    if (!pipe) return;
    this.#channels = openChannels(pipe, () => {
      this.#channels = null;
      // A core that closed its pipe is of no use, even if it still runs.
      if (!this.#isEnding) child.kill('SIGKILL');
    });
    pipe.once('data', () => this.#say({ ...this.#state, kind: 'running', detail: '' }));
    for (const listener of this.#startListeners) listener();
  }

  /** Ends core in order: its pipe closes, it puts everything away, it exits. Resolves when it is gone. */
  async end(): Promise<void> {
    this.#isEnding = true;
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    (child.stdio[3] as Duplex).end();
    const impatient = setTimeout(() => child.kill('SIGKILL'), patienceMs);
    await gone;
    clearTimeout(impatient);
  }

  #died(how: string, lastLines: readonly string[], livedMs: number): void {
    this.#channels = null;
    this.#child = null;
    if (this.#isEnding) return;
    const restart = afterDeath(this.#inARow, livedMs);
    this.#inARow = restart.inARow;
    console.error(`Core ended (${how}); starting it again in ${restart.waitMs} ms.`);
    this.#say({
      kind: restart.kind,
      deaths: this.#state.deaths + 1,
      detail: [`Core ended: ${how}.`, ...lastLines].join('\n'),
    });
    setTimeout(() => void this.start(), restart.waitMs);
  }

  #say(state: CoreState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}

/** The environment without what is meant for Electron's own Node. */
function coreEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(
    ([name]) => !name.startsWith('ELECTRON_') && !name.startsWith('CHROME_') && name !== 'NODE_OPTIONS',
  );
  return Object.fromEntries(kept);
}

/** Passes lines on to the terminal, and keeps the last ones. */
function keepLines(stream: Readable | null, kept: string[]): void {
  let rest = '';
  stream?.setEncoding('utf8').on('data', (text: string) => {
    process.stderr.write(text);
    const lines = `${rest}${text}`.split('\n');
    rest = (lines.pop() ?? '').slice(-2000);
    kept.push(...lines.map((line) => line.slice(0, 2000)));
    kept.splice(0, Math.max(0, kept.length - keptLines));
  });
}
