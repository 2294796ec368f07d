/** A core process that may be killed and started again on the same data folder, and what it has acknowledged. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { openChannels, streamEnds } from '../../src-main/shared/channel.ts';
import type { Change, Run } from '../../src-main/shared/contract.ts';
import { Client, streamPort } from '../../src-main/shared/port.ts';
import type { Workplace } from '../core/service/fixtures/workplace.ts';

const program = fileURLToPath(new URL('core.ts', import.meta.url));

/** Children of a process, from the kernel. */
const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);

export class Office {
  readonly #place: Workplace;
  readonly #checkpointEveryMs: number;
  #child: ChildProcess | null = null;
  #gone: Promise<void> = Promise.resolve();
  #heard: (() => void)[] = [];
  client!: Client;
  /** Losses that were published, by step; those that were superseded are out again. */
  readonly acknowledged = new Map<number, number>();
  /** A run was resumed and nothing was heard of it since: the points behind its checkpoint may be superseded any moment. */
  rewindIsDue = false;
  readonly #runs = new Map<string, Run>();

  constructor(place: Workplace, checkpointEveryMs: number) {
    this.#place = place;
    this.#checkpointEveryMs = checkpointEveryMs;
  }

  /** Starts core. @returns milliseconds until it had answered with the list of runs. */
  async open(): Promise<number> {
    const startedMs = performance.now();
    const { home, cache } = this.#place;
    const child = spawn(process.execPath, [program, home, String(this.#checkpointEveryMs)], {
      stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
      env: { ...process.env, RESIDUA_CACHE: cache },
    });
    this.#child = child;
    this.#gone = new Promise((resolve) => child.once('exit', () => resolve()));
    const ends = streamEnds(openChannels(child.stdio[3] as Duplex, () => undefined).open());
    this.client = new Client(streamPort(ends, ends));
    this.#runs.clear();
    for (const run of await this.client.call('run.list', {})) this.#runs.set(run.id, run);
    const tookMs = performance.now() - startedMs;
    await this.client.watch((changes) => this.#take(changes));
    return tookMs;
  }

  #take(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.kind === 'run') this.#runs.set(change.run.id, change.run);
      if (change.kind === 'rewind') {
        this.rewindIsDue = false;
        for (const step of this.acknowledged.keys()) if (step > change.step) this.acknowledged.delete(step);
      }
      if (change.kind === 'points' && change.series === 'step/loss') {
        this.rewindIsDue = false;
        change.steps.forEach((step, at) => this.acknowledged.set(step, change.values[at] as number));
      }
    }
    for (const listener of this.#heard.splice(0)) listener();
  }

  /** The newest state of a run. */
  state(run: string): Run {
    return this.#runs.get(run) as Run;
  }

  /** Resolves with the run once it is as wanted. */
  async until(run: string, holds: (run: Run) => boolean): Promise<Run> {
    while (!this.#runs.has(run) || !holds(this.state(run)))
      await new Promise<void>((resolve) => this.#heard.push(resolve));
    return this.state(run);
  }

  async resume(run: string): Promise<void> {
    this.rewindIsDue = true;
    this.#runs.set(run, await this.client.call('run.resume', { run }));
  }

  /** Kills the trainer; core lives. @returns false where there is none. */
  killTrainer(): boolean {
    const [trainer] = childrenOf(this.#child?.pid as number);
    if (trainer === undefined) return false;
    process.kill(trainer, 'SIGKILL');
    return true;
  }

  /** Kills core; its trainer is left to itself. */
  async killCore(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#gone;
  }

  async close(): Promise<void> {
    await this.killCore();
  }
}
