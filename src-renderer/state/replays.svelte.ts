/** Steps that diverged, and their replays. */
import { SvelteMap } from 'svelte/reactivity';
import type { Change } from '../../src-main/shared/contract.ts';
import type { Replay } from '../../src-main/shared/run/replay.ts';
import type { Api } from '../api.ts';

export class Replays {
  readonly #api: Api;
  readonly #done = new SvelteMap<string, number>();

  constructor(api: Api) {
    this.#api = api;
  }

  receive(changes: readonly Change[]): void {
    for (const change of changes) if (change.kind === 'replay') this.#done.set(change.run, change.done / change.total);
  }

  /** How far the replay of a run is, 0 to 1; null where nobody knows yet. */
  doneOf(run: string): number | null {
    return this.#done.get(run) ?? null;
  }

  /** Steps whose batch is kept. */
  kept = (run: string): Promise<number[]> => this.#api.call('run.keptBatches', { run });

  /** Rejects with `Expected`. */
  async replay(run: string, step: number): Promise<Replay> {
    this.#done.delete(run);
    return this.#api.call('run.replay', { run, step });
  }

  stop = (run: string) => this.#api.call('run.stopReplay', { run });
}
