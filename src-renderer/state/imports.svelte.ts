/** Imports on their way into the library: sent, opened, looked at, read. */
import type { Change } from '../../src-main/shared/contract.ts';
import { Expected } from '../../src-main/shared/failure.ts';
import type { ChosenFile, DesktopFeatures } from '../../src-main/shared/desktop.ts';
import type { Import, ImportOptions, Inspection, Source } from '../../src-main/shared/import.ts';
import { say } from '../../src-main/shared/language.ts';
import type { Api } from '../api.ts';
import type { Address } from './address.svelte.ts';
import { listFiles } from './dropped.ts';
import type { DroppedItem } from './dropped.ts';
import type { Notices } from './notices.svelte.ts';
import { tarball } from './tarball.ts';
import type { NamedFile } from './tarball.ts';

/** Files on their way to the server, before there is an import. */
export interface Sending {
  readonly name: string;
  readonly sentBytes: number;
  readonly totalBytes: number;
  readonly stop: () => void;
}

/** Up to this many files are sent one by one; more go as one archive. */
const fewFiles = 16;

const isOver = ({ state }: Import) => state === 'done' || state === 'failed' || state === 'cancelled';

export class Imports {
  readonly #api: Api;
  readonly #notices: Notices;
  readonly #address: Address;
  #states: readonly Import[] = $state.raw([]);
  #inspections: ReadonlyMap<string, Inspection> = $state.raw(new Map());
  #sending: Sending | null = $state.raw(null);
  /** Begun on this page: those that ended elsewhere are not shown. */
  readonly #own = new Set<string>();
  #closed: ReadonlySet<string> = $state.raw(new Set());
  readonly #onTrain: (dataset: string) => void;

  constructor(
    api: Api,
    { notices, address }: { notices: Notices; address: Address },
    onTrain: (dataset: string) => void,
  ) {
    this.#api = api;
    this.#notices = notices;
    this.#address = address;
    this.#onTrain = onTrain;
  }

  get sending() {
    return this.#sending;
  }
  /** Those that go on, and those that failed here and were not closed yet. */
  readonly listed: readonly Import[] = $derived.by(() => {
    const { place } = this.#address;
    const shown = place.screen === 'data' ? place.import : undefined;
    return this.#states.filter((each) => {
      if (this.#closed.has(each.id) || each.state === 'cancelled') return false;
      // What is done is in the library; it is listed as long as the person looks at it.
      return each.state === 'done' ? each.id === shown : each.state !== 'failed' || this.#own.has(each.id);
    });
  });

  find(id: string): Import | undefined {
    return this.#states.find((each) => each.id === id);
  }
  inspection(id: string): Inspection | undefined {
    return this.#inspections.get(id);
  }

  async fetch(): Promise<void> {
    this.#states = await this.#api.call('data.imports', {});
    for (const { id, state } of this.#states)
      if (state === 'inspected' && !this.#inspections.has(id))
        void this.#api.call('data.inspection', { import: id }).then(
          (inspection) => this.#keep(inspection),
          () => undefined,
        );
  }

  receive(changes: readonly Change[]): void {
    for (const change of changes) if (change.kind === 'import') this.#take(change.import);
  }

  /** What was dropped or pasted. */
  takeItems(items: readonly DroppedItem[]): void {
    const { desktop } = this.#api;
    if (items.length === 0) return;
    if (desktop) void this.#attempt(() => this.#takeTokens(items, desktop));
    else
      void this.#attempt(async () => {
        const stop = new AbortController();
        this.#sending = { name: items[0]?.file.name ?? '', sentBytes: 0, totalBytes: 0, stop: () => stop.abort() };
        await this.#send(await listFiles(items, () => undefined), stop);
      });
  }

  /** Files that a browser's own dialog gave. */
  takeFiles(files: readonly NamedFile[]): void {
    if (files.length > 0) void this.#attempt(() => this.#send(files, new AbortController()));
  }

  /** Files that the window's shell named: its dialog, or a program that handed them over. */
  takeChosen(files: readonly ChosenFile[]): void {
    if (files.length > 0) void this.#attempt(() => this.#open({ tokens: files.map(({ token }) => token) }));
  }

  /** A path on the machine that the server runs on. */
  takePath(path: string): void {
    void this.#attempt(() => this.#open({ paths: [path] }));
  }

  /** The window's own dialog. */
  choose(kind: 'files' | 'folder'): void {
    const title = kind === 'files' ? say('Add files to the library') : say('Add a folder to the library');
    void this.#attempt(async () => {
      const answer = await this.#api.desktop?.chooseFiles({ title, kind, several: true });
      if (answer && !answer.ok) throw new Expected(answer.failure);
      if (answer?.ok) this.takeChosen(answer.value);
    });
  }

  preview(id: string, options: ImportOptions) {
    return this.#api.call('data.preview', { import: id, options });
  }

  /** Begins to read. Rejects with `Expected`. */
  async add(id: string, options: ImportOptions): Promise<void> {
    this.#own.add(id);
    this.#take(await this.#api.call('data.add', { import: id, options }));
  }

  cancel(id: string): void {
    void this.#attempt(async () => {
      this.#take(await this.#api.call('data.cancel', { import: id }));
      this.close(id);
    });
  }

  /** Takes an ended import out of sight. */
  close(id: string): void {
    this.#closed = new Set([...this.#closed, id]);
    const { place } = this.#address;
    if (place.screen === 'data' && place.import === id) this.#address.refine({ screen: 'data', dataset: null });
  }

  async #takeTokens(items: readonly DroppedItem[], desktop: DesktopFeatures): Promise<void> {
    const answers = await Promise.all(items.map(({ file }) => desktop.pathToken(file)));
    const refused = answers.find((answer) => !answer.ok);
    if (refused && !refused.ok) throw new Expected(refused.failure);
    await this.#open({ tokens: answers.flatMap((answer) => (answer.ok ? [answer.value.token] : [])) });
  }

  async #send(files: readonly NamedFile[], stop: AbortController): Promise<void> {
    const first = files[0]?.path ?? 'dataset';
    const inFolders = files.some(({ path }) => path.includes('/'));
    // Several files as one archive are named by the folder that they came in.
    const parcels: NamedFile[] =
      inFolders || files.length > fewFiles
        ? [{ path: `${first.split('/')[0]}.tar`, file: tarball(withoutRoot(files)) }]
        : [...files];
    const totalBytes = parcels.reduce((sum, { file }) => sum + file.size, 0);
    const uploads: string[] = [];
    let before = 0;
    const tell = (sentBytes: number) => {
      const name = inFolders ? (first.split('/')[0] ?? first) : first;
      this.#sending = { name, sentBytes, totalBytes, stop: () => stop.abort() };
    };
    this.#address.go({ screen: 'data', dataset: null });
    try {
      for (const { path, file } of parcels) {
        tell(before);
        uploads.push(await this.#api.upload(path, file, (bytes) => tell(before + bytes), stop.signal));
        before += file.size;
      }
    } catch (thrown) {
      if (stop.signal.aborted) return;
      throw thrown;
    } finally {
      this.#sending = null;
    }
    await this.#open({ uploads });
  }

  /** Opens what core can reach, and shows what it is. */
  async #open(source: Source): Promise<void> {
    this.#address.go({ screen: 'data', dataset: null });
    const before = new Set(this.#states.map(({ id }) => id));
    this.#opening = before;
    try {
      const inspection = await this.#api.call('data.inspect', { source });
      this.#own.add(inspection.import);
      this.#keep(inspection);
      this.#address.go({ screen: 'data', dataset: null, import: inspection.import });
    } catch (thrown) {
      // One that was opened here and shows its failure itself needs no notice.
      const shown = this.#states.some((each) => !before.has(each.id) && this.#own.has(each.id));
      if (!shown) throw thrown;
    } finally {
      this.#opening = null;
    }
  }

  /** While files are being opened: the imports before it, so that the new one is known as ours. */
  #opening: ReadonlySet<string> | null = null;

  #keep(inspection: Inspection): void {
    this.#inspections = new Map([...this.#inspections, [inspection.import, inspection]]);
  }

  #take(state: Import): void {
    const known = this.#states.find(({ id }) => id === state.id);
    // An answer may come behind a later change.
    if (known && isOver(known)) return;
    this.#states = known ? this.#states.map((each) => (each.id === state.id ? state : each)) : [...this.#states, state];
    if (!known && this.#opening && !this.#opening.has(state.id)) {
      this.#own.add(state.id);
      this.#address.go({ screen: 'data', dataset: null, import: state.id });
    }
    void this.#api.desktop?.setProgress(this.#progress());
    if (state.state === 'done' && this.#own.has(state.id)) this.#tellDone(state);
  }

  /** Share of all images of the imports that are read now. */
  #progress(): number | null {
    const reading = this.#states.filter(({ state, imagesTotal }) => state === 'reading' && imagesTotal);
    if (reading.length === 0) return null;
    const [images, total] = [
      reading.reduce((sum, each) => sum + each.images, 0),
      reading.reduce((sum, each) => sum + (each.imagesTotal ?? 0), 0),
    ];
    return Math.min(1, images / total);
  }

  /** Where the person looks at something else, a notice offers to train. */
  #tellDone({ id, name, images, dataset, wasThere }: Import): void {
    const { place } = this.#address;
    const isSeen = place.screen === 'data' && place.import === id;
    const text = wasThere
      ? say('{name} was in the library already.', { name })
      : say('{name} is in the library: {images} images.', { name, images: images.toLocaleString('en-US') });
    const action = dataset && !isSeen ? { title: say('Train'), act: () => this.#onTrain(dataset) } : null;
    this.#notices.say(text, { action });
  }

  async #attempt(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (thrown) {
      this.#sending = null;
      this.#notices.failed(thrown);
    }
  }
}

/** Paths below the one folder that all of them share, if they do. */
function withoutRoot(files: readonly NamedFile[]): NamedFile[] {
  const root = `${files[0]?.path.split('/')[0]}/`;
  return files.every(({ path }) => path.startsWith(root))
    ? files.map(({ path, file }) => ({ path: path.slice(root.length), file }))
    : [...files];
}
