/** The line of runs that are under way or wait, with the time that is left of each; and the sweeps. */
import type { CallInput, CallOutput, Change, Run, Sweep } from '../../src-main/shared/contract.ts';
import type { Api } from '../api.ts';
import type { Notices } from './notices.svelte.ts';
import type { Runs } from './runs.svelte.ts';

type Times = CallOutput<'queue.show'>;

/** Times change with every step; asking this often is enough to read them. */
const askMs = 2000;

export class Line {
  readonly #api: Api;
  readonly #runs: Runs;
  readonly #notices: Notices;
  #times: Times | null = $state.raw(null);
  #sweeps: readonly Sweep[] = $state.raw([]);
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(api: Api, runs: Runs, notices: Notices) {
    this.#api = api;
    this.#runs = runs;
    this.#notices = notices;
  }

  /** Under way first, then in the order in which they will begin. */
  readonly runs: readonly Run[] = $derived.by(() => [
    ...this.#runs.list.filter(({ status }) => status === 'preparing' || status === 'training'),
    ...this.#runs.list.filter(({ status }) => status === 'queued').sort((a, b) => a.place - b.place),
  ]);
  /** Newest first. */
  readonly paused: readonly Run[] = $derived.by(() =>
    this.#runs.list.filter((run) => run.status === 'paused' && run.pauseAt === null),
  );
  get sweeps() {
    return this.#sweeps;
  }
  /** Seconds until the last run has ended; null where not known. */
  get secondsLeft(): number | null {
    return this.#times?.secondsLeft ?? null;
  }
  secondsLeftOf(run: string): number | null {
    return this.#times?.runs.find((each) => each.run === run)?.secondsLeft ?? null;
  }

  receive(changes: readonly Change[]): void {
    if (changes.some(({ kind }) => kind === 'run')) this.#askSoon();
  }

  async fetch(): Promise<void> {
    const [times, sweeps] = await Promise.all([this.#api.call('queue.show', {}), this.#api.call('sweep.list', {})]);
    this.#times = times;
    this.#sweeps = sweeps;
  }

  /** Moves a waiting run by some places; at the ends it stays. */
  async move(run: Run, by: number): Promise<void> {
    const waiting = this.runs.filter(({ status }) => status === 'queued');
    const at = waiting.findIndex(({ id }) => id === run.id);
    const to = Math.min(waiting.length - 1, Math.max(0, at + by));
    if (at < 0 || to === at) return;
    const others = waiting.filter(({ id }) => id !== run.id);
    await this.moveBefore(run, others[to] ?? null);
  }

  async moveBefore(run: Run, before: Run | null): Promise<void> {
    await this.#attempt(() => this.#api.call('queue.move', { run: run.id, before: before?.id ?? null }));
  }

  async pause(run: Run): Promise<void> {
    await this.#attempt(() => this.#api.call('run.pause', { run: run.id }));
  }

  /** Starts a sweep; rejects with `Expected`. */
  async startSweep(asked: CallInput<'sweep.start'>): Promise<Sweep> {
    const { sweep } = await this.#api.call('sweep.start', asked);
    await this.fetch();
    return sweep;
  }

  async stopSweep(sweep: Sweep): Promise<void> {
    await this.#attempt(() => this.#api.call('sweep.stop', { sweep: sweep.id }));
    await this.fetch();
  }

  #askSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      // Whoever asks next hears of a lost connection; old times are shown meanwhile.
      this.fetch().catch(() => undefined);
    }, askMs);
  }

  async #attempt(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (thrown) {
      this.#notices.failed(thrown);
    }
  }
}
