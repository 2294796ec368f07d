/**
 * What the page finds in `window.residua` when it runs in the desktop window: a pipe to core and a few named wishes.
 * In a browser tab (`serve`) it is missing; ask `typeof window.residua`.
 */
import type { Failure } from './failure.ts';
import type { CommandId } from './commands.ts';
import type { Language } from './language.ts';

/** Answers of the shell are values: an expected failure is one of them, nothing is thrown across. */
export type Answered<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly failure: Failure };

/** Why a connection ended: core has died and is being started anew, a frame was too long, or the page closed it. */
export type CloseReason = 'coreDied' | 'frameTooLong' | 'closed';

/** A duplex pipe of frames to core. Frames are opaque to preload and shell (shared/frame.ts reads them). */
export interface DesktopConnection {
  /** Sends one frame; true unless the connection is over or the frame is longer than `frameLimits.bytes`. */
  send(frame: Uint8Array): boolean;
  close(): void;
}

/** A file or folder that the person chose or dropped: the page sees its name, core gets its path from the shell. */
export interface ChosenFile {
  /** A sealed path; good for this session of the app only. */
  readonly token: string;
  readonly name: string;
  readonly kind: 'file' | 'folder';
  /** Bytes; 0 for folders. */
  readonly bytes: number;
}

/** What the person has saved, by a name of this session: the page never learns where it lies. */
export interface SavedFile {
  readonly id: string;
  readonly name: string;
  /** Whether it opens in the program that reads such files, rather than being shown in its folder. */
  readonly isRead: boolean;
}

export interface DesktopFeatures {
  readonly platform: 'linux' | 'darwin' | 'win32';
  /** Native picker. An empty list where the person cancelled. */
  chooseFiles(options: {
    readonly title: string;
    readonly kind: 'files' | 'folder';
    readonly several: boolean;
  }): Promise<Answered<readonly ChosenFile[]>>;
  /** For a `File` from a drop or an `<input type="file">`. Files made by scripts are refused. */
  pathToken(file: File): Promise<Answered<ChosenFile>>;
  /** Taskbar progress, 0 to 1; null clears it. The shell shows running runs by itself: for other long work. */
  setProgress(fraction: number | null): Promise<Answered<null>>;
  /** Colours of the window's frame, menus and `prefers-color-scheme`. Remembered for the first paint of the next start. */
  setTheme(theme: 'system' | 'light' | 'dark'): Promise<Answered<null>>;
  /** Language of the menus and of the shell's own words. Remembered for the next start. */
  setLanguage(language: Language): Promise<Answered<null>>;
  /** Asks where to, then writes the files there in one folder. That folder, or null where cancelled. */
  saveDiagnostics(
    files: readonly { readonly name: string; readonly text: string }[],
  ): Promise<Answered<SavedFile | null>>;
  /** Saves one file (a report, a picture or table of a chart) where the person says. Null where cancelled. */
  saveFile(file: { readonly name: string; readonly bytes: Uint8Array }): Promise<Answered<SavedFile | null>>;
  /** Opens what was saved in this session where it is for reading; anything else is shown in its folder. */
  openSaved(id: string): Promise<Answered<null>>;
  /** Shows a run's files in the desktop's file manager; false where it has none. */
  openRunFolder(run: string): Promise<Answered<boolean>>;
  /** Where the data of the next start lies. */
  dataFolder(): Promise<Answered<DataFolderChoice>>;
  /**
   * Asks the person for another data folder, which is used from the next start on, or at once where the chosen one is
   * gone; nothing is moved.
   */
  chooseDataFolder(): Promise<Answered<DataFolderChoice>>;
  /** Goes back to the usual data folder at the next start; where the chosen one is gone, at once and for this start only. */
  useUsualDataFolder(): Promise<Answered<DataFolderChoice>>;
  /** Looks again for a data folder that is gone, and uses it where it is back. */
  lookForDataFolder(): Promise<Answered<DataFolderChoice>>;
  /** Makes a data folder that is gone anew, and uses it. */
  makeDataFolder(): Promise<Answered<DataFolderChoice>>;
  /** Opens a page of a fixed table in the browser; the page names it, never its address. */
  openLink(link: LinkId): Promise<Answered<null>>;
  /** Commands from the menu bar, and files handed over on the command line (`data.add` with a token). */
  onCommand(listener: (command: DesktopCommand) => void): () => void;
}

export interface DataFolderChoice {
  /** Whether this start was given a folder with `--home` or `RESIDUA_HOME`: they win over what is chosen. */
  readonly isNamed: boolean;
  /** The folder that was chosen; null: the usual one. */
  readonly next: string | null;
  /** Whether it was chosen in this session, so that it holds from the next start on. */
  readonly isNew: boolean;
  /**
   * The chosen folder, where it is not there at this start; the shell's language, because the settings lie in that folder.
   * Core waits until the person has settled it.
   */
  readonly gone: { readonly path: string; readonly language: Language } | null;
}

export interface DesktopCommand {
  readonly id: CommandId;
  /** What the command is about: the id of a dataset, the id of a run. */
  readonly argument?: string;
  /** With `data.add`: what was handed over. */
  readonly files?: readonly ChosenFile[];
}

/** `window.residua`. */
export interface ResiduaDesktop {
  /**
   * Opens a pipe to core. Waits while core is starting: frames sent meanwhile arrive. After `onClose` it is over;
   * connect again (at once for `coreDied`: the shell starts core anew, and says so in `onState`).
   */
  connect(onFrame: (frame: Uint8Array) => void, onClose: (reason: CloseReason) => void): DesktopConnection;
  /** How core is doing; calls the listener at once and at each change. */
  onState(listener: (state: CoreState) => void): () => void;
  readonly desktop: DesktopFeatures;
}

export interface CoreState {
  readonly kind: 'starting' | 'running' | 'restarting' | 'failed';
  /** Times core has died in this session. */
  readonly deaths: number;
  /** Last lines core wrote before it died; empty while all is well. */
  readonly detail: string;
}

/** Pages on the web that the app points to; addresses are in shell/links.ts. */
export const linkIds = [
  'help.resnet',
  'help.stochasticDepth',
  'help.wideResnet',
  'help.resnext',
  'help.wsl',
  'help.nvidiaDriver',
  'data.cifar',
  'data.mnist',
  'data.fashionMnist',
  'data.svhn',
] as const;
export type LinkId = (typeof linkIds)[number];

declare global {
  interface Window {
    readonly residua?: ResiduaDesktop;
  }
}
