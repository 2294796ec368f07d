/** The shell's own look at core: which runs live, which datasets there are, whether notifications are wanted. */
import { join } from 'node:path';
import { streamEnds } from '../shared/channel.ts';
import type { Change, Run } from '../shared/contract.ts';
import { Client, streamPort } from '../shared/port.ts';
import type { Core } from './core.ts';
import type { RecentDataset } from './menu.ts';

/** A run that has the device, or is about to. */
export const isLive = (run: Run): boolean => run.status === 'preparing' || run.status === 'training';
const mostRecent = 8;

/** What the shell shows of core. */
export interface Seen {
  readonly runs: ReadonlyMap<string, Run>;
  readonly recent: readonly RecentDataset[];
  readonly notify: boolean;
  /** Share of an engine's installation that is done, 0 to 1; null where none runs or nobody knows. */
  readonly installed: number | null;
}

/** Datasets by when they were last trained on, newest first. */
export function recentDatasets(runs: Iterable<Run>): RecentDataset[] {
  const newest = [...runs].sort((left, right) => right.createdAtMs - left.createdAtMs);
  const named = new Map(newest.map((run) => [run.data, run.dataName] as const).reverse());
  return [...named]
    .reverse()
    .slice(0, mostRecent)
    .map(([id, name]) => ({ id, name }));
}

/** Share of all planned steps of the live runs that are done, 0 to 1; null where no run lives. */
export function progressOf(runs: Iterable<Run>): number | null {
  const live = [...runs].filter(isLive);
  const steps = live.reduce((sum, run) => sum + run.steps, 0);
  if (live.length === 0) return null;
  return steps === 0 ? 0 : live.reduce((sum, run) => sum + run.step, 0) / steps;
}

export class CoreWatch {
  readonly #core: Core;
  readonly #runs = new Map<string, Run>();
  readonly #onChange: (seen: Seen, ended: readonly Run[]) => void;
  #client: Client | null = null;
  #notify = true;
  #installed: number | null = null;

  /** `onChange` gets the runs that have just ended: those seen alive before. */
  constructor(core: Core, onChange: (seen: Seen, ended: readonly Run[]) => void) {
    this.#core = core;
    this.#onChange = onChange;
    core.onStart(() => void this.#look());
  }

  get seen(): Seen {
    return {
      runs: this.#runs,
      recent: recentDatasets(this.#runs.values()),
      notify: this.#notify,
      installed: this.#installed,
    };
  }
  get live(): Run[] {
    return [...this.#runs.values()].filter(isLive);
  }

  /** Asks a run to stop at its next step, or at once. */
  async stop(run: string, now: boolean): Promise<void> {
    await this.#client?.call('run.stop', { run, now });
  }

  /** Where core keeps the files of a run. */
  async folderOf(run: string): Promise<string> {
    if (!this.#client) throw new Error('Core is not running.');
    const { home } = await this.#client.call('app.status', {});
    return join(home, 'runs', run);
  }

  async #look(): Promise<void> {
    const channel = this.#core.connect();
    if (!channel) return;
    const ends = streamEnds(channel);
    const client = new Client(streamPort(ends, ends));
    this.#client = client;
    try {
      await client.watch((changes) => this.#take(changes));
      const [runs, settings] = [await client.call('run.list', {}), await client.call('settings.get', {})];
      this.#take([...runs.map((run) => ({ kind: 'run' as const, run })), { kind: 'settings', settings }]);
    } catch (thrown) {
      // Core died meanwhile: the next one is looked at anew.
      console.error(`The shell's look at core ended: ${String(thrown)}`);
    }
  }

  #take(changes: readonly Change[]): void {
    const ended: Run[] = [];
    let isNews = false;
    for (const change of changes) {
      if (change.kind === 'settings') this.#notify = change.settings.notify;
      if (change.kind === 'engine') {
        const { progress } = change.engine;
        this.#installed = progress && progress.totalBytes > 0 ? progress.doneBytes / progress.totalBytes : null;
        isNews = true;
      }
      if (change.kind !== 'run') continue;
      const before = this.#runs.get(change.run.id);
      this.#runs.set(change.run.id, change.run);
      if (before && isLive(before) && !isLive(change.run)) ended.push(change.run);
      isNews = true;
    }
    if (isNews) this.#onChange(this.seen, ended);
  }
}
