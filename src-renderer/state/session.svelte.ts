/** The program itself: connection, engine, device, settings and theme. */
import type { CallName, Change, EngineStatus, Settings, Status } from '../../src-main/shared/contract.ts';
import type { Answered, DataFolderChoice, DesktopFeatures, LinkId, SavedFile } from '../../src-main/shared/desktop.ts';
import { Expected, inWords } from '../../src-main/shared/failure.ts';
import { languageAmong, say } from '../../src-main/shared/language.ts';
import type { Language } from '../../src-main/shared/language.ts';
import { defaultSettings } from '../../src-main/shared/status.ts';
import type { Api, Connection } from '../api.ts';
import type { Notices } from './notices.svelte.ts';

/** How often the device's memory is asked for while the page is seen. */
const statusEveryMs = 5000;

export class Session {
  readonly #api: Api;
  readonly #notices: Notices;
  #connection: Connection = $state('connecting');
  #status: Status | null = $state.raw(null);
  #engine: EngineStatus | null = $state.raw(null);
  #settings: Settings = $state.raw(defaultSettings);
  #dataFolder: DataFolderChoice | null = $state.raw(null);
  #areSettingsRead = $state(false);
  #systemIsDark = $state(false);
  #nowMs = $state(Date.now());

  readonly theme: 'light' | 'dark' = $derived(
    this.#settings.theme === 'system' ? (this.#systemIsDark ? 'dark' : 'light') : this.#settings.theme,
  );

  readonly language: Language = $derived(
    this.#dataFolder?.gone
      ? this.#dataFolder.gone.language
      : this.#settings.language === 'system'
        ? languageAmong(navigator.languages)
        : this.#settings.language,
  );

  constructor(api: Api, notices: Notices) {
    this.#api = api;
    this.#notices = notices;
  }

  get connection() {
    return this.#connection;
  }
  get status() {
    return this.#status;
  }
  get engine() {
    return this.#engine;
  }
  get settings() {
    return this.#settings;
  }
  /** The time, once a second, for what is worded by it. */
  get nowMs() {
    return this.#nowMs;
  }
  get isDesktop() {
    return this.#api.desktop !== null;
  }
  get isMac() {
    return this.#api.desktop ? this.#api.desktop.platform === 'darwin' : navigator.platform.startsWith('Mac');
  }

  /** Follows the clock and the system's colours; call once. */
  begin(): void {
    void this.readDataFolder();
    const dark = matchMedia('(prefers-color-scheme: dark)');
    this.#systemIsDark = dark.matches;
    dark.addEventListener('change', () => (this.#systemIsDark = dark.matches));
    setInterval(() => (this.#nowMs = Date.now()), 1000);
    setInterval(() => {
      if (!document.hidden && this.#connection === 'connected') void this.#fetchStatus().catch(() => undefined);
    }, statusEveryMs);
  }

  connectionIs(state: Connection): void {
    this.#connection = state;
  }

  async fetch(): Promise<void> {
    const [settings] = await Promise.all([this.#api.call('settings.get', {}), this.#fetchStatus()]);
    this.#settings = settings;
    this.#areSettingsRead = true;
  }

  async #fetchStatus(): Promise<void> {
    const status = await this.#api.call('app.status', {});
    this.#status = status;
    this.#engine = status.engine;
  }

  receive(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.kind === 'engine') {
        // The device may be another one as soon as the engine is.
        if (this.#engine?.state !== change.engine.state) void this.#fetchStatus().catch(() => undefined);
        this.#engine = change.engine;
      } else if (change.kind === 'settings') this.#settings = change.settings;
      else if (change.kind === 'notice')
        this.#notices.say(inWords(change.text), { level: change.level, run: change.run });
    }
  }

  async set(settings: Partial<Settings>): Promise<void> {
    try {
      this.#settings = { ...this.#settings, ...settings };
      this.#settings = await this.#api.call('settings.set', settings);
      if (settings.theme) await this.#api.desktop?.setTheme(settings.theme);
    } catch (thrown) {
      this.#notices.failed(thrown);
    }
  }

  install = (repair: boolean) => this.#onEngine('engine.install', { repair });
  pause = (paused: boolean) => this.#onEngine('engine.pause', { paused });
  cancelInstall = () => this.#onEngine('engine.cancel', {});

  /** Removes the engine; a notice offers to bring it back. */
  async removeEngine(): Promise<void> {
    await this.#onEngine('engine.remove', {});
    if (this.#engine?.state === 'missing')
      this.#notices.say(say('Removed the engine.'), {
        action: { title: say('Install again'), act: () => void this.install(false) },
      });
  }

  /** Loads the engine anew and says how that went; what is wrong stands on its screen. */
  async checkEngine(): Promise<void> {
    await this.#onEngine('engine.status', { check: true });
    if (this.#engine?.state === 'ready' && !this.#engine.problem)
      this.#notices.say(
        this.#engine.gpuUsable ? say('The engine loads and reaches the card.') : say('The engine loads and computes.'),
      );
  }

  async #onEngine(name: Extract<CallName, `engine.${string}`>, input: object): Promise<void> {
    try {
      this.#engine = await this.#api.call(name, input);
    } catch (thrown) {
      this.#notices.failed(thrown);
    }
  }

  /** Menus and dialogs of the desktop speak as the page does, as soon as it knows how. */
  tellDesktop(language: Language): void {
    if (this.#areSettingsRead) void this.#api.desktop?.setLanguage(language);
  }

  openLink(link: LinkId): void {
    void this.#api.desktop?.openLink(link);
  }

  /** Where the window's next start finds its data; null in a browser tab. */
  get dataFolder() {
    return this.#dataFolder;
  }
  readDataFolder = () => this.#onDataFolder((desktop) => desktop.dataFolder());
  chooseDataFolder = () => this.#onDataFolder((desktop) => desktop.chooseDataFolder());
  useUsualDataFolder = () => this.#onDataFolder((desktop) => desktop.useUsualDataFolder());
  lookForDataFolder = () => this.#onDataFolder((desktop) => desktop.lookForDataFolder());
  makeDataFolder = () => this.#onDataFolder((desktop) => desktop.makeDataFolder());

  async #onDataFolder(ask: (desktop: DesktopFeatures) => Promise<Answered<DataFolderChoice>>): Promise<void> {
    if (!this.#api.desktop) return;
    const answer = await ask(this.#api.desktop);
    if (answer.ok) this.#dataFolder = answer.value;
    else this.#notices.failed(new Expected(answer.failure));
  }

  /** Shows the files of a run in the desktop's file manager; a browser tab has none. */
  async openRunFolder(run: string): Promise<void> {
    const answer = await this.#api.desktop?.openRunFolder(run);
    if (answer && !(answer.ok && answer.value))
      this.#notices.say(
        say('The folder of this run could not be opened: it has no files yet, or there is no file manager.'),
        { level: 'warning' },
      );
  }

  previewDiagnostics = () => this.#api.call('diagnostics.preview', {});

  /** Writes the files where the person says: one folder in the window, one text file in a browser. */
  async saveDiagnostics(files: readonly { readonly name: string; readonly text: string }[]): Promise<void> {
    if (this.#api.desktop) {
      this.#saved(await this.#api.desktop.saveDiagnostics(files), (folder) =>
        say('Saved diagnostics in {folder}.', { folder }),
      );
      return;
    }
    const text = files.map(({ name, text }) => `===== ${name} =====\n${text}\n`).join('\n');
    await this.saveFile('residua-diagnostics.txt', new Blob([text], { type: 'text/plain' }));
  }

  /** Saves a file by the window's dialog, or as a download. */
  async saveFile(name: string, content: Blob): Promise<void> {
    if (this.#api.desktop) {
      const bytes = new Uint8Array(await content.arrayBuffer());
      this.#saved(await this.#api.desktop.saveFile({ name, bytes }), (saved) => say('Saved {name}.', { name: saved }));
      return;
    }
    const link = document.createElement('a');
    link.href = URL.createObjectURL(content);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    this.#notices.say(say('Saved {name}.', { name }));
  }

  /** Says what the window's dialog came to, with the way to the file. */
  #saved(answer: Answered<SavedFile | null>, inWords: (name: string) => string): void {
    if (!answer.ok) return this.#notices.failed(new Expected(answer.failure));
    if (!answer.value) return;
    const { id, name, isRead } = answer.value;
    this.#notices.say(inWords(name), {
      action: {
        title: isRead ? say('Open') : say('Show in folder'),
        act: () => void this.#api.desktop?.openSaved(id),
      },
    });
  }
}
