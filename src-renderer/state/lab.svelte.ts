/** All state of the page, put together in one place and handed to screens by context. */
import { createContext } from 'svelte';
import type { CommandId } from '../../src-main/shared/commands.ts';
import type { Run } from '../../src-main/shared/contract.ts';
import { languages, say } from '../../src-main/shared/language.ts';
import type { Spec } from '../../src-main/shared/network/spec.ts';
import type { Api } from '../api.ts';
import { isOver } from '../words/run.ts';
import { Address } from './address.svelte.ts';
import { Comparison } from './comparison.svelte.ts';
import { Curves } from './curves.svelte.ts';
import { History } from './history.svelte.ts';
import { Imports } from './imports.svelte.ts';
import { Device } from './device.svelte.ts';
import { Designer } from './designer.svelte.ts';
import { Designs } from './designs.svelte.ts';
import { Line } from './line.svelte.ts';
import { Library } from './library.svelte.ts';
import { Probes } from './probes.svelte.ts';
import { Predictions } from './predictions.svelte.ts';
import { Notices } from './notices.svelte.ts';
import { Replays } from './replays.svelte.ts';
import { Runs } from './runs.svelte.ts';
import type { Start } from './runs.svelte.ts';
import { Studies } from './studies.svelte.ts';
import { Transfers } from './transfers.svelte.ts';
import { Watching } from './watching.svelte.ts';
import { Session } from './session.svelte.ts';

/** What the dialog for a new run begins with. */
export interface Draft {
  readonly network?: string | Spec;
  readonly data?: string;
}

export type Overlay =
  | { readonly kind: 'newRun'; readonly draft: Draft }
  | { readonly kind: 'palette' }
  | { readonly kind: 'keys' }
  | { readonly kind: 'diagnostics' };

/** The run an empty history offers. */
const firstRun: Start = {
  network: 'resnet20',
  data: 'digits',
  recipe: { duration: { epochs: 15 } },
  device: 'auto',
  seeds: 1,
};

export class Lab {
  readonly notices = new Notices();
  readonly address = new Address();
  readonly session: Session;
  readonly device: Device;
  readonly runs: Runs;
  readonly curves: Curves;
  readonly line: Line;
  readonly library: Library;
  readonly history: History;
  readonly imports: Imports;
  readonly comparison: Comparison;
  readonly watching: Watching;
  readonly transfers: Transfers;
  readonly studies: Studies;
  readonly designs: Designs;
  readonly designer: Designer;
  readonly predictions: Predictions;
  readonly probes: Probes;
  readonly replays: Replays;
  #overlay: Overlay | null = $state.raw(null);
  /** A start that waits for the engine, with the file of weights that it begins with. */
  #waiting: { readonly start: Start; readonly weights: File | null } | null = $state.raw(null);

  constructor(api: Api) {
    this.session = new Session(api, this.notices);
    this.device = new Device(api, this.session, this.notices);
    this.runs = new Runs(api, this.notices);
    this.curves = new Curves(api);
    this.watching = new Watching(api);
    this.transfers = new Transfers(api, this.runs, this.session, this.notices);
    this.comparison = new Comparison(api, this.runs, this.curves, this.notices);
    this.history = new History(api, this.session, this.runs, this.address, this.notices);
    this.studies = new Studies(api, this.session, this.notices);
    this.line = new Line(api, this.runs, this.notices);
    this.library = new Library(api, this.notices);
    this.imports = new Imports(api, this, (data) => this.open({ kind: 'newRun', draft: { data } }));
    this.predictions = new Predictions(api);
    this.probes = new Probes(api, this.notices);
    this.replays = new Replays(api);
    this.designs = new Designs(api, this.notices, this.address);
    this.designer = new Designer(this.designs, this.library, this.notices, this.address);
    api.onChanges((changes) => {
      this.session.receive(changes);
      this.device.receive(changes);
      this.runs.receive(changes);
      this.line.receive(changes);
      this.studies.receive(changes);
      this.curves.receive(changes);
      this.replays.receive(changes);
      this.library.receive(changes);
      this.imports.receive(changes);
      this.designs.receive(changes);
      this.probes.receive(changes);
      this.#whenEngineIsReady();
    });
    api.onConnection((state) => {
      this.session.connectionIs(state);
      if (state === 'connected') {
        this.probes.forgetRunning();
        void this.#fetch();
      }
    });
    api.desktop?.onCommand(({ id, argument, files }) => {
      if (files) this.imports.takeChosen(files);
      else this.perform(id, argument);
    });
  }

  begin(): void {
    this.address.begin();
    this.session.begin();
  }

  get overlay() {
    return this.#overlay;
  }
  get waiting() {
    return this.#waiting;
  }
  open(overlay: Overlay): void {
    this.#overlay = overlay;
  }
  closeOverlay(): void {
    this.#overlay = null;
  }

  async #fetch(): Promise<void> {
    try {
      await Promise.all([
        this.session.fetch(),
        this.device.fetch(),
        this.runs.fetch(),
        this.line.fetch(),
        this.library.fetch(),
        this.imports.fetch(),
        this.designs.fetch(),
      ]);
      this.curves.refresh();
    } catch (thrown) {
      this.notices.failed(thrown);
    }
  }

  /** Starts runs and opens the first one; installs the engine before, where it is missing. Rejects with `Expected`. */
  async train(start: Start, weights: File | null = null): Promise<void> {
    const engine = this.session.engine;
    if (engine && engine.state !== 'ready') {
      this.#waiting = { start, weights };
      if (engine.state !== 'installing') await this.session.install(engine.state === 'broken');
      return;
    }
    const [first] = await this.runs.start(start, weights);
    if (first) this.show(first);
  }

  trainFirst = () => this.#attempt(() => this.train(firstRun));

  again = (run: string) =>
    this.#attempt(async () => {
      this.show(await this.runs.again(run));
    });

  /** Further seeds of a run's recipe, behind the one named; the screen stays. */
  addSeeds = (run: string, last: number, count: number) =>
    this.#attempt(async () => {
      const { spec, recipe, run: before } = await this.runs.show(run);
      const started = await this.runs.start({
        network: spec,
        data: before.data,
        recipe: { ...recipe, seed: last + 1 },
        device: before.deviceAsked,
        seeds: count,
        name: before.name,
      });
      this.notices.say(
        say('{count} more seeds of {name} wait for their turn.', { count: started.length, name: before.name }),
      );
    });

  /** Makes a study of runs, each standing for its recipe, and shows it. */
  makeStudy = async (runs: readonly string[]) => {
    const study = await this.studies.make(runs);
    if (study) this.address.go({ screen: 'studies', study: study.id });
  };

  forgetWaiting(): void {
    this.#waiting = null;
  }

  show(run: Pick<Run, 'id'>): void {
    this.address.go({ screen: 'run', run: run.id, section: 'curves' });
  }

  #whenEngineIsReady(): void {
    const waiting = this.#waiting;
    if (!waiting || this.session.engine?.state !== 'ready') return;
    this.#waiting = null;
    void this.#attempt(() => this.train(waiting.start, waiting.weights));
  }

  async #attempt(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (thrown) {
      this.notices.failed(thrown);
    }
  }

  /** The run that commands are about: the one on screen, else the one that trains. */
  get runAtHand(): Run | null {
    const place = this.address.place;
    return (place.screen === 'run' ? this.runs.find(place.run) : null) ?? this.runs.active;
  }

  /** Whether a command has something to act on. */
  can(id: CommandId): boolean {
    if (id === 'run.stop') return this.runAtHand !== null && !isOver(this.runAtHand);
    if (id === 'run.pause') return this.runAtHand !== null && !isOver(this.runAtHand) && !this.runAtHand.stopping;
    if (id === 'run.again') return this.runAtHand !== null && isOver(this.runAtHand);
    // They need an argument, which the palette and the menus give otherwise.
    return id !== 'run.show' && id !== 'data.show';
  }

  perform(id: CommandId, argument?: string): void {
    const run = this.runAtHand;
    const acts: Record<CommandId, () => void> = {
      'run.new': () => this.open({ kind: 'newRun', draft: {} }),
      'data.add': () => {
        this.address.go({ screen: 'data', dataset: null });
        if (this.session.isDesktop) this.imports.choose('files');
      },
      'data.show': () => this.address.go({ screen: 'data', dataset: argument ?? null }),
      'run.show': () => argument && this.show({ id: argument }),
      'settings.open': () => this.address.go({ screen: 'settings' }),
      'go.runs': () => this.address.go({ screen: 'runs' }),
      'go.queue': () => this.address.go({ screen: 'queue' }),
      'run.pause': () => run && void this.line.pause(run),
      'go.compare': () => this.address.go({ screen: 'compare', runs: this.runs.selected.map(({ id }) => id) }),
      'go.design': () => this.address.go({ screen: 'design', network: null }),
      'go.data': () => this.address.go({ screen: 'data', dataset: null }),
      'go.studies': () => this.address.go({ screen: 'studies', study: null }),
      'go.engine': () => this.address.go({ screen: 'engine' }),
      'palette.open': () => this.open({ kind: 'palette' }),
      'theme.toggle': () => void this.session.set({ theme: this.session.theme === 'dark' ? 'light' : 'dark' }),
      'language.next': () => {
        const next = languages[(languages.indexOf(this.session.language) + 1) % languages.length];
        if (next) void this.session.set({ language: next });
      },
      'run.stop': () => run && void this.runs.stop(run.id, run.stopping),
      'run.again': () => run && void this.again(run.id),
      'keys.open': () => this.open({ kind: 'keys' }),
      'diagnostics.save': () => this.open({ kind: 'diagnostics' }),
    };
    acts[id]();
  }
}

export const [getLab, setLab] = createContext<Lab>();
