/** How the list of runs is looked at, kept in the address; and what it shows. */
import { SvelteMap } from 'svelte/reactivity';
import type { Run, SummaryChoice, View } from '../../src-main/shared/contract.ts';
import { say } from '../../src-main/shared/language.ts';
import { Lexicon, ruledSeries, runFields, settingFields } from '../../src-main/shared/run/field.ts';
import type { Field, HistoryRow, RuledSeries } from '../../src-main/shared/run/field.ts';
import { parseFilter } from '../../src-main/shared/run/filter.ts';
import type { Filter } from '../../src-main/shared/run/filter.ts';
import { listRows } from '../../src-main/shared/run/grouping.ts';
import type { Settings } from '../../src-main/shared/run/settings.ts';
import { bytesInWords, counted } from '../../src-main/shared/words.ts';
import type { Api } from '../api.ts';
import type { Look } from '../routes.ts';
import { isOver } from '../words/run.ts';
import type { Address } from './address.svelte.ts';
import type { Notices } from './notices.svelte.ts';
import type { Runs } from './runs.svelte.ts';
import type { Session } from './session.svelte.ts';

export type Looked = Omit<View, 'name'>;

export const usual: Looked = {
  filter: '',
  columns: ['name', 'status', 'data', 'acc', 'best', 'parameters', 'speed', 'time', 'tag', 'started'],
  sort: '-started',
  rule: { kind: 'last' },
};
/** The view that the list opens with, where somebody saved one of this name. */
export const openingView = 'Default';

const everything: Filter = { kind: 'all', parts: [] };

const ruleInAddress = (rule: SummaryChoice): string =>
  rule.kind === 'meanOfLast' ? `mean${rule.count}` : rule.kind === 'atBestEpoch' ? 'bestEpoch' : rule.kind;

function ruleOf(text: string): SummaryChoice {
  const mean = /^mean(\d{1,3})$/.exec(text);
  if (mean && Number(mean[1]) > 0) return { kind: 'meanOfLast', count: Number(mean[1]) };
  if (text === 'bestEpoch') return { kind: 'atBestEpoch', of: 'test/accuracy' };
  return { kind: text === 'best' ? 'best' : 'last' };
}

export class History {
  readonly #api: Api;
  readonly #session: Session;
  readonly #runs: Runs;
  readonly #address: Address;
  readonly #notices: Notices;
  readonly #settings = new SvelteMap<string, Settings>();
  /** By rule, run and series. */
  readonly #numbers = new SvelteMap<string, number>();
  readonly #asked = new Set<string>();

  readonly #look: Look = $derived.by(() => {
    const { place } = this.#address;
    return place.screen === 'runs' ? (place.look ?? {}) : {};
  });
  readonly #base: Looked = $derived.by(
    () => this.#session.settings.views.find(({ name }) => name === openingView) ?? usual,
  );
  readonly looked: Looked = $derived.by(() => ({
    filter: this.#look['filter'] ?? this.#base.filter,
    columns: this.#look['columns']?.split(',') ?? this.#base.columns,
    sort: this.#look['sort'] ?? this.#base.sort,
    rule: this.#look['rule'] === undefined ? this.#base.rule : ruleOf(this.#look['rule']),
  }));
  readonly #fields: readonly Field[] = $derived([...runFields, ...settingFields(this.#settings.values())]);
  readonly lexicon = $derived(new Lexicon(this.#fields));
  readonly parsed = $derived(parseFilter(this.looked.filter, this.lexicon));
  readonly #ruleKey = $derived(ruleInAddress(this.looked.rule));
  /** Ages need not be exact to the second for sorting and filtering. */
  readonly #minute = $derived.by(() => Math.floor(this.#session.nowMs / 60_000) * 60_000);
  readonly rows: readonly HistoryRow[] = $derived.by(() => this.#runs.list.map((run) => this.rowOf(run)));
  readonly listing = $derived(
    listRows(this.rows, {
      filter: 'filter' in this.parsed ? this.parsed.filter : everything,
      sort: this.lexicon.find(this.looked.sort.replace(/^-/, '')) ?? (runFields[0] as Field),
      isFalling: this.looked.sort.startsWith('-'),
      grouped: this.grouped,
      open: this.open,
      withFolded: this.withFolded,
      withArchived: this.#look['archived'] !== undefined || /\barchived\b/i.test(this.looked.filter),
      field: (name) => this.lexicon.find(name),
    }),
  );
  readonly columns: readonly Field[] = $derived(this.looked.columns.flatMap((name) => this.lexicon.find(name) ?? []));

  constructor(api: Api, session: Session, runs: Runs, address: Address, notices: Notices) {
    this.#api = api;
    this.#session = session;
    this.#runs = runs;
    this.#address = address;
    this.#notices = notices;
  }

  get fields() {
    return this.#fields;
  }
  get grouped(): boolean {
    return this.#look['seeds'] !== 'apart';
  }
  get withFolded(): boolean {
    return this.#look['folded'] !== undefined;
  }
  get open(): ReadonlySet<string> {
    return new Set(this.#look['open']?.split(',') ?? []);
  }

  rowOf(run: Run): HistoryRow {
    return {
      run,
      settings: this.#settings.get(run.id) ?? null,
      number: (series) => this.#number(run, series),
      nowMs: this.#minute,
    };
  }

  /** Of the row where the run says it itself, else as core counted it. */
  #number(run: Run, series: RuledSeries): number | null {
    const [split, value] = series.split('/') as ['test' | 'train', 'loss' | 'accuracy'];
    const { rule } = this.looked;
    if (rule.kind === 'last') return run[split]?.[value] ?? null;
    if (rule.kind === 'best' && series === 'test/accuracy') return run.best?.test.accuracy ?? null;
    const number = this.#numbers.get(`${this.#ruleKey} ${run.id} ${series}`);
    return number === undefined || Number.isNaN(number) ? null : number;
  }

  /** Fetches what the columns need and nobody has asked for yet. To be called in an effect. */
  fetchMissing(): void {
    if (this.#session.connection !== 'connected') return;
    const list = this.#runs.list;
    const unknown = list.filter(({ id }) => !this.#settings.has(id) && !this.#asked.has(id)).map(({ id }) => id);
    if (unknown.length > 0) void this.#fetchSettings(unknown);
    const { rule } = this.looked;
    if (rule.kind === 'last') return;
    const key = this.#ruleKey;
    // A run that goes on changes its numbers with every epoch.
    const keyOf = (run: Run) => `${key} ${run.id} ${isOver(run) ? 'over' : Math.floor(run.epoch)}`;
    const wanted = list.filter((run) => !this.#asked.has(keyOf(run)));
    if (wanted.length === 0) return;
    for (const run of wanted) this.#asked.add(keyOf(run));
    void this.#fetchNumbers(
      wanted.map(({ id }) => id),
      rule,
      key,
    );
  }

  async #fetchSettings(runs: string[]): Promise<void> {
    for (const run of runs) this.#asked.add(run);
    try {
      for (const { run, settings } of await this.#api.call('history.settings', { runs }))
        this.#settings.set(run, settings);
    } catch (thrown) {
      this.#notices.failed(thrown);
    }
  }

  async #fetchNumbers(runs: string[], rule: SummaryChoice, key: string): Promise<void> {
    try {
      const series = [...ruledSeries];
      const { values } = await this.#api.call('history.summaries', { runs, series, rule });
      runs.forEach((run, row) =>
        series.forEach((name, column) =>
          this.#numbers.set(`${key} ${run} ${name}`, values[row * series.length + column] as number),
        ),
      );
    } catch (thrown) {
      this.#notices.failed(thrown);
    }
  }

  /** Looks at the list in another way; what is named as usual leaves the address. */
  look(change: Partial<Looked>): void {
    const next = { ...this.looked, ...change };
    const own = (key: keyof Looked, text: (looked: Looked) => string) =>
      text(next) === text(this.#base) ? { [key]: '' } : { [key]: text(next) || ' ' };
    this.#refine({
      ...own('filter', ({ filter }) => filter),
      ...own('columns', ({ columns }) => columns.join(',')),
      ...own('sort', ({ sort }) => sort),
      ...own('rule', ({ rule }) => ruleInAddress(rule)),
    });
  }

  /** Sorts by a column; again: the other way round. Numbers begin with the largest. */
  sortBy(field: Field): void {
    const { sort } = this.looked;
    const falling = `-${field.name}`;
    const first = field.kind === 'number' ? falling : field.name;
    this.look({ sort: sort === first ? (first === falling ? field.name : falling) : first });
  }

  toggleGroup(group: string): void {
    const open = new Set(this.open);
    if (!open.delete(group)) open.add(group);
    this.#refine({ open: [...open].join(',') });
  }
  showFolded(on: boolean): void {
    this.#refine({ folded: on ? 'shown' : '' });
  }
  showArchived(on: boolean): void {
    this.#refine({ archived: on ? 'shown' : '' });
  }
  groupSeeds(on: boolean): void {
    this.#refine({ seeds: on ? '' : 'apart' });
  }

  #refine(change: Look): void {
    this.#address.refine({ screen: 'runs', look: { ...this.#look, ...change } });
  }

  readTrash = () => this.#api.call('history.trash', {});

  /** Deletes everything in the trash for ever. */
  async emptyTrash(): Promise<void> {
    try {
      const { runs, bytes } = await this.#api.call('history.purge', {});
      this.#notices.say(
        say('Deleted {runs}; {bytes} are free again.', {
          runs: counted(runs.length, 'run'),
          bytes: bytesInWords(bytes),
        }),
      );
    } catch (thrown) {
      this.#notices.failed(thrown);
    }
  }

  get views(): readonly View[] {
    return this.#session.settings.views;
  }

  isShown(view: Looked): boolean {
    const text = ({ filter, columns, sort, rule }: Looked) =>
      JSON.stringify([filter, columns, sort, ruleInAddress(rule)]);
    return text(view) === text(this.looked);
  }

  showView(view: Looked): void {
    this.look(view);
  }

  async saveView(name: string): Promise<void> {
    const view: View = { ...$state.snapshot(this.looked), name } as View;
    await this.#session.set({ views: [...this.views.filter((each) => each.name !== name), view] });
  }

  async removeView(name: string): Promise<void> {
    await this.#session.set({ views: this.views.filter((each) => each.name !== name) });
  }
}
