/** Every run, as core publishes it; and what a person does with runs. */
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { CallInput, CallOutput, Change, Run, RunDetail } from '../../src-main/shared/contract.ts';
import { say } from '../../src-main/shared/language.ts';
import { counted } from '../../src-main/shared/words.ts';
import type { Api } from '../api.ts';
import { epochInWords, isActive, isOver, resultInWords } from '../words/run.ts';
import type { Notices } from './notices.svelte.ts';
import { sourceOf } from './source.ts';

export type Start = CallInput<'run.start'>;

export class Runs {
  readonly #api: Api;
  readonly #notices: Notices;
  readonly #byId = new SvelteMap<string, Run>();
  readonly #selected = new SvelteSet<string>();
  #loaded = $state(false);
  #spoken = $state('');

  /** Newest first, without the removed ones. */
  readonly list = $derived(
    [...this.#byId.values()].filter((run) => run.removedAtMs === null).sort((a, b) => b.createdAtMs - a.createdAtMs),
  );
  readonly active = $derived(this.list.find(isActive) ?? null);
  readonly queued = $derived(this.list.filter(({ status }) => status === 'queued'));
  /** In the order of the list. */
  readonly selected = $derived(this.list.filter(({ id }) => this.#selected.has(id)));

  constructor(api: Api, notices: Notices) {
    this.#api = api;
    this.#notices = notices;
  }

  /** False until the list has come for the first time. */
  get loaded() {
    return this.#loaded;
  }
  /** The newest summary of an epoch or an end, for screen readers. */
  get spoken() {
    return this.#spoken;
  }
  find(id: string): Run | undefined {
    return this.#byId.get(id);
  }
  /** The newest run of a network whose pace is known. @param data its dataset; empty: any */
  lastOf(network: string, parameters: number, data: string): Run | null {
    const isAlike = (run: Run) =>
      run.network === network && run.parameters === parameters && (data === '' || run.data === data);
    return this.list.find((run) => run.imagesPerSecond !== null && isAlike(run)) ?? null;
  }
  isSelected(id: string): boolean {
    return this.#selected.has(id);
  }

  select(id: string, on: boolean): void {
    if (on) this.#selected.add(id);
    else this.#selected.delete(id);
  }
  selectAll(on: boolean): void {
    this.#selected.clear();
    if (on) for (const { id } of this.list) this.#selected.add(id);
  }

  async fetch(): Promise<void> {
    const runs = await this.#api.call('run.list', {});
    const there = new Set(runs.map(({ id }) => id));
    for (const id of [...this.#byId.keys()]) if (!there.has(id)) this.#byId.delete(id);
    for (const run of runs) this.#byId.set(run.id, run);
    this.#loaded = true;
  }

  receive(changes: readonly Change[]): void {
    for (const change of changes) if (change.kind === 'run') this.#take(change.run);
  }

  #take(run: Run): void {
    const before = this.#byId.get(run.id);
    this.#byId.set(run.id, run);
    if (!before) return;
    if (isOver(run) && !isOver(before)) {
      this.#spoken = `${run.name}: ${resultInWords(run)}`;
      this.#notices.say(`${run.name}: ${resultInWords(run)}`, {
        run: run.id,
        level: run.status === 'failed' ? 'warning' : 'info',
      });
    } else if (Math.floor(run.epoch) > Math.floor(before.epoch)) this.#spoken = `${run.name}: ${epochInWords(run)}`;
  }

  show(run: string): Promise<RunDetail> {
    return this.#api.call('run.show', { run });
  }

  /** Starts one run for each seed, with drawn weights or those of a file; rejects with `Expected`. */
  async start(start: Start, weights: File | null = null): Promise<readonly Run[]> {
    const runs = weights
      ? await this.#api.call('weights.import', { ...start, source: await sourceOf(this.#api, weights), after: 'train' })
      : await this.#api.call('run.start', start);
    for (const run of runs) this.#take(run);
    return runs;
  }

  /** The same network, data and recipe with the next seed. */
  async again(run: string): Promise<Run> {
    const { spec, recipe, run: before } = await this.show(run);
    const seeds = this.list
      .filter(({ group, network }) => (before.group ? group === before.group : network === before.network))
      .map(({ seed }) => seed);
    const seed = Math.max(before.seed, ...seeds) + 1;
    const [started] = await this.start({
      network: spec,
      data: before.data,
      recipe: { ...recipe, seed },
      device: before.deviceAsked,
      seeds: 1,
    });
    return started as Run;
  }

  async stop(run: string, now: boolean): Promise<void> {
    await this.#attempt(async () => this.#take(await this.#api.call('run.stop', { run, now })));
  }

  /** Goes on with a run from its last checkpoint. @param accumulate parts into which the batch is cut; else as before. */
  async resume(run: string, accumulate?: number): Promise<void> {
    const asked = accumulate === undefined ? { run } : { run, accumulate };
    await this.#attempt(async () => this.#take(await this.#api.call('run.resume', asked)));
  }

  /** Begins a run from a checkpoint of another; rejects with `Expected`. */
  async fork(asked: CallInput<'run.fork'>): Promise<Run> {
    const run = await this.#api.call('run.fork', asked);
    this.#take(run);
    return run;
  }

  /** Keeps a checkpoint for ever, or lets it go with the others; null where that failed, which a notice says. */
  async pin(run: string, step: number, pinned: boolean): Promise<RunDetail | null> {
    let changed: RunDetail | null = null;
    await this.#attempt(async () => {
      changed = await this.#api.call('run.pin', { run, step, pinned });
    });
    return changed;
  }

  /** Writes the weights of a checkpoint into the data folder's `exports`; null where that failed, which a notice says. */
  async exportWeights(run: string, step: number): Promise<CallOutput<'weights.export'> | null> {
    let exported: CallOutput<'weights.export'> | null = null;
    await this.#attempt(async () => {
      exported = await this.#api.call('weights.export', { run, step });
    });
    return exported;
  }

  async rename(run: string, name: string): Promise<void> {
    await this.#attempt(async () => this.#take(await this.#api.call('run.rename', { run, name })));
  }

  /** Removes runs; a notice offers to bring them back. */
  async remove(runs: readonly Run[]): Promise<void> {
    const over = runs.filter(isOver);
    if (over.length === 0)
      return this.#notices.say(say('A run that is not over is stopped first, then removed.'), { level: 'warning' });
    await this.#attempt(async () => {
      await this.#move(over, true);
      for (const { id } of over) this.#selected.delete(id);
      const what = over.length === 1 ? `"${(over[0] as Run).name}"` : counted(over.length, 'run');
      this.#notices.say(say('Removed {name}.', { name: what }), {
        action: { title: say('Undo'), act: () => void this.restore(over) },
      });
    });
  }

  /** Brings runs back from the trash. */
  async restore(runs: readonly Run[]): Promise<void> {
    await this.#attempt(() => this.#move(runs, false));
  }

  async #move(runs: readonly Run[], removed: boolean): Promise<void> {
    const ids = runs.map(({ id }) => id);
    for (const run of await this.#api.call('history.remove', { runs: ids, removed })) this.#take(run);
  }

  /** Changes what is said of runs: tags, note, star, archive. */
  async mark(runs: readonly Run[], marks: Omit<CallInput<'history.mark'>, 'runs'>): Promise<void> {
    if (runs.length === 0) return;
    await this.#attempt(async () => {
      const changed = await this.#api.call('history.mark', { runs: runs.map(({ id }) => id), ...marks });
      for (const run of changed) this.#take(run);
    });
  }

  async #attempt(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (thrown) {
      this.#notices.failed(thrown);
    }
  }
}
