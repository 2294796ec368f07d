/** What trained networks can do without some of their blocks: computed when a person asks, and kept by core. */
import { SvelteMap } from 'svelte/reactivity';
import type { Change } from '../../src-main/shared/contract.ts';
import { failureOf } from '../../src-main/shared/failure.ts';
import type { Failure } from '../../src-main/shared/failure.ts';
import type { Probe, ProbeKind } from '../../src-main/shared/run/probe.ts';
import type { Api } from '../api.ts';
import { failureInWords } from '../words/run.ts';
import type { Notices } from './notices.svelte.ts';

export type ProbeState =
  | { readonly kind: 'running'; /** 0 to 1; null until the network is loaded. */ readonly share: number | null }
  | { readonly kind: 'failed'; readonly title: string; readonly advice: string };

export class Probes {
  readonly #api: Api;
  readonly #notices: Notices;
  readonly #found = new SvelteMap<string, readonly Probe[]>();
  /** By run and kind. */
  readonly #states = new SvelteMap<string, ProbeState>();

  constructor(api: Api, notices: Notices) {
    this.#api = api;
    this.#notices = notices;
  }

  /** The newest of a kind that was computed; undefined where there is none. */
  find(run: string, kind: ProbeKind): Probe | undefined {
    return this.#found
      .get(run)
      ?.filter((probe) => probe.kind === kind)
      .at(-1);
  }
  state(run: string, kind: ProbeKind): ProbeState | undefined {
    return this.#states.get(`${run} ${kind}`);
  }

  async fetch(run: string): Promise<void> {
    try {
      this.#found.set(run, await this.#api.call('run.probes', { run }));
    } catch (thrown) {
      this.#notices.failed(thrown);
    }
  }

  async start(run: string, kind: ProbeKind): Promise<void> {
    this.#states.set(`${run} ${kind}`, { kind: 'running', share: null });
    try {
      await this.#api.call('run.probe', { run, kind });
      this.#end(run, kind, null);
    } catch (thrown) {
      this.#end(run, kind, failureOf(thrown));
    }
  }

  async stop(run: string, kind: ProbeKind): Promise<void> {
    try {
      await this.#api.call('run.stopProbe', { run, kind });
    } catch (thrown) {
      this.#notices.failed(thrown);
    }
  }

  /** What is not known to run any more after the connection was lost; what does run says so by itself. */
  forgetRunning(): void {
    for (const [key, { kind }] of [...this.#states]) if (kind === 'running') this.#states.delete(key);
  }

  /** Whoever started it, every page shows how far it is and how it ended. */
  receive(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.kind === 'probe') {
        const { run, probe, done, total } = change;
        this.#states.set(`${run} ${probe}`, { kind: 'running', share: done === 0 ? null : done / total });
      } else if (change.kind === 'probeEnd') this.#end(change.run, change.probe, change.failure as Failure | null);
    }
  }

  #end(run: string, kind: ProbeKind, failure: Failure | null): void {
    const key = `${run} ${kind}`;
    if (failure && failure.code !== 'probe.stopped')
      this.#states.set(key, { kind: 'failed', ...failureInWords(failure) });
    else this.#states.delete(key);
    if (!failure && this.#found.has(run)) void this.fetch(run);
  }
}
