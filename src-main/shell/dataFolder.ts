/** The data folder: named at the start, or else what the person chose, which holds from the next start on. */
import { constants, existsSync, statSync } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { dialog } from 'electron';
import type { BrowserWindow } from 'electron';
import { databaseName } from '../shared/databaseName.ts';
import type { DataFolderChoice } from '../shared/desktop.ts';
import { expected } from '../shared/failure.ts';
import { say, spokenLanguage } from '../shared/language.ts';
import type { Remembered } from './remembered.ts';

type Kept = Pick<Remembered, 'dataFolder' | 'usedFolder'>;

export class DataFolder {
  readonly #named: string | null;
  readonly #keep: (kept: Partial<Kept>) => boolean;
  readonly #keptIn: string;
  readonly #onGone: () => void;
  #found: Promise<void> = Promise.resolve();
  #settle: () => void = () => undefined;
  /** Of this start. */
  #current: string | null;
  #chosen: string | null;
  /** A chosen folder that a history was seen in. */
  #used: string | null;
  /** What the person is asked about. */
  #gone: string | null = null;

  /**
   * A chosen folder that is not there, or that has lost its history, is not made anew: it may lie on a disk that is not
   * connected. Then `choice.gone` says so, `ready` waits, and one of `lookAgain`, `make`, `choose`, `useUsual` settles it.
   *
   * @param named with `--home` or `RESIDUA_HOME`; wins, and is made where it is missing
   * @param kept what was chosen, null: the usual folder
   * @param keep keeps a choice for the next start; false where that was not possible
   * @param keptIn the file that it is kept in
   * @param onGone called when `ready` finds that the folder is gone
   */
  constructor(
    named: string | null,
    kept: Kept,
    keep: (kept: Partial<Kept>) => boolean,
    keptIn: string,
    onGone: () => void,
  ) {
    this.#named = named;
    this.#keptIn = keptIn;
    this.#onGone = onGone;
    this.#keep = keep;
    this.#current = this.#chosen = kept.dataFolder;
    this.#used = kept.usedFolder;
  }

  /** Resolves once the folder is there; to be asked before each start of core, which would make it. */
  ready(): Promise<void> {
    const path = this.#unnamed;
    if (path !== null && this.#gone === null && !this.#isThere(path)) {
      this.#gone = path;
      this.#found = new Promise((resolve) => (this.#settle = resolve));
      this.#onGone();
    }
    return this.#found;
  }

  /** The folder of this start; null leaves it to core, which takes the usual one. */
  get path(): string | null {
    return this.#named ?? this.#current;
  }

  /** The chosen folder, where it is the one of this start. */
  get #unnamed(): string | null {
    return this.#named === null ? this.#current : null;
  }

  get choice(): DataFolderChoice {
    return {
      isNamed: this.#named !== null,
      next: this.#chosen,
      isNew: this.#chosen !== this.#current,
      gone: this.#gone === null ? null : { path: this.#gone, language: spokenLanguage() },
    };
  }

  /** Notes that the chosen folder has a history now, so that one that has lost it is known for gone. */
  noteUse(): void {
    const path = this.#unnamed;
    if (path === null || this.#gone !== null || path === this.#used || !existsSync(join(path, databaseName))) return;
    this.#keep({ usedFolder: (this.#used = path) });
  }

  /** Asks for a folder; nothing changes where the person cancels. @throws Expected `folder.denied` */
  async choose(window: BrowserWindow): Promise<DataFolderChoice> {
    const { filePaths } = await dialog.showOpenDialog(window, {
      title: say('Choose the data folder'),
      buttonLabel: say('Use this folder'),
      properties: ['openDirectory', 'createDirectory'],
    });
    const [path] = filePaths;
    if (path === undefined) return this.choice;
    await orDenied(path, access(path, constants.W_OK));
    this.#remember(path);
    if (this.#gone !== null) this.#begin(path);
    return this.choice;
  }

  /** Goes back to the usual folder at the next start; where the chosen one is gone, for this start only. */
  useUsual(): DataFolderChoice {
    if (this.#gone !== null) this.#begin(null);
    else this.#remember(null);
    return this.choice;
  }

  /** Looks whether the folder that was gone is back. */
  lookAgain(): DataFolderChoice {
    if (this.#gone !== null && this.#isThere(this.#gone)) this.#begin(this.#gone);
    return this.choice;
  }

  /** Begins with nothing where the folder was that is gone. @throws Expected `folder.denied` */
  async make(): Promise<DataFolderChoice> {
    const path = this.#gone;
    if (path === null) return this.choice;
    await orDenied(
      path,
      mkdir(path, { recursive: true }).then(() => access(path, constants.W_OK)),
    );
    this.#begin(path);
    return this.choice;
  }

  #begin(path: string | null): void {
    this.#current = path;
    this.#gone = null;
    this.#settle();
  }

  #remember(chosen: string | null): void {
    if (!this.#keep({ dataFolder: chosen })) throw expected('folder.denied', { path: this.#keptIn });
    this.#chosen = chosen;
  }

  /** A point where a disk is mounted stays as an empty folder: what had a history must have it still. */
  #isThere(path: string): boolean {
    try {
      return statSync(path).isDirectory() && (path !== this.#used || existsSync(join(path, databaseName)));
    } catch {
      return false;
    }
  }
}

const orDenied = (path: string, use: Promise<void>): Promise<void> =>
  use.catch(() => {
    throw expected('folder.denied', { path });
  });
