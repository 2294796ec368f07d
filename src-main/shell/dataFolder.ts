/** The data folder: named at the start, or else what the person chose, which holds from the next start on. */
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { dialog } from 'electron';
import type { BrowserWindow } from 'electron';
import type { DataFolderChoice } from '../shared/desktop.ts';
import { expected } from '../shared/failure.ts';

export class DataFolder {
  readonly #named: string | null;
  readonly #atStart: string | null;
  readonly #keep: (chosen: string | null) => void;
  #chosen: string | null;

  /**
   * @param named with `--home` or `RESIDUA_HOME`; wins. @param chosen what was kept, null: the usual folder.
   * @param keep keeps a choice for the next start
   */
  constructor(named: string | null, chosen: string | null, keep: (chosen: string | null) => void) {
    this.#named = named;
    this.#atStart = chosen;
    this.#chosen = chosen;
    this.#keep = keep;
  }

  /** The folder of this start; null leaves it to core, which takes the usual one. */
  get path(): string | null {
    return this.#named ?? this.#atStart;
  }

  get choice(): DataFolderChoice {
    return { isNamed: this.#named !== null, next: this.#chosen, isNew: this.#chosen !== this.#atStart };
  }

  /** Asks for a folder; nothing changes where the person cancels. @throws Expected `folder.denied` */
  async choose(window: BrowserWindow): Promise<DataFolderChoice> {
    const { filePaths } = await dialog.showOpenDialog(window, {
      title: 'Choose the data folder',
      buttonLabel: 'Use this folder',
      properties: ['openDirectory', 'createDirectory'],
    });
    const [path] = filePaths;
    return path === undefined ? this.choice : this.#choose(path);
  }

  /** Goes back to the usual folder. */
  useUsual(): DataFolderChoice {
    this.#keep((this.#chosen = null));
    return this.choice;
  }

  async #choose(path: string): Promise<DataFolderChoice> {
    await access(path, constants.W_OK).catch(() => {
      throw expected('folder.denied', { path });
    });
    this.#keep((this.#chosen = path));
    return this.choice;
  }
}
