/** Files that the page has the person save, and the way to what was saved. */
import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { BrowserWindow } from 'electron';
import { dialog, shell } from 'electron';
import type { SavedFile } from '../shared/desktop.ts';
import { expected } from '../shared/failure.ts';
import { say } from '../shared/language.ts';
import { tell } from '../shared/told.ts';

/** Endings of what is written to be read, and runs nothing of its own; the rest is shown in its folder. */
const read: ReadonlySet<string> = new Set(['.html', '.md']);
const isRead = (path: string): boolean => read.has(extname(path).toLowerCase());
/** Saved files that can still be opened. */
const most = 100;

export class Saving {
  readonly #paths = new Map<string, string>();

  /** Asks where to, then writes. Null where the person cancels. @throws Expected `folder.denied` */
  async file(window: BrowserWindow, file: { name: string; bytes: Uint8Array }): Promise<SavedFile | null> {
    const { filePath, canceled } = await dialog.showSaveDialog(window, { defaultPath: file.name });
    if (canceled || !filePath) return null;
    await orDenied(filePath, () => writeFile(filePath, file.bytes));
    return this.#keep(filePath);
  }

  /** Writes into a new folder beside whatever is there already. @throws Expected `folder.denied` */
  async diagnostics(
    window: BrowserWindow,
    files: readonly { name: string; text: string }[],
  ): Promise<SavedFile | null> {
    const { filePath, canceled } = await dialog.showSaveDialog(window, {
      title: say('Save diagnostics'),
      buttonLabel: say('Save'),
      defaultPath: `residua-diagnostics-${new Date().toISOString().slice(0, 10)}`,
    });
    if (canceled || !filePath) return null;
    await orDenied(filePath, async () => {
      await mkdir(filePath, { recursive: true });
      for (const { name, text } of files) await writeFile(join(filePath, name), text);
    });
    return this.#keep(filePath);
  }

  /** Opens what was saved in this session; what has no program, or is not for reading, is shown in its folder. */
  async open(id: string): Promise<void> {
    const path = this.#paths.get(id);
    if (path === undefined)
      throw expected('call.invalid', { call: 'openSaved', problem: tell('nothing was saved as this') });
    if (!isRead(path) || (await shell.openPath(path)) !== '') shell.showItemInFolder(path);
  }

  #keep(path: string): SavedFile {
    const id = randomUUID();
    this.#paths.set(id, path);
    for (const old of [...this.#paths.keys()].slice(0, -most)) this.#paths.delete(old);
    return { id, name: basename(path), isRead: isRead(path) };
  }
}

async function orDenied(path: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') throw expected('folder.denied', { path });
    throw thrown;
  }
}
