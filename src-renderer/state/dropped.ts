/** What a person dropped, pasted or chose, before core has it. */
import type { NamedFile } from './tarball.ts';

/** A dropped thing: the file as the window names it, and the entry by which a browser lists folders. */
export interface DroppedItem {
  readonly file: File;
  readonly entry: FileSystemEntry | null;
}

/** Whether files are being dragged; everything else (text, links) is refused. */
export const holdsFiles = (transfer: DataTransfer | null): boolean => transfer?.types.includes('Files') ?? false;

/** The files of a drop or a paste. To be called while the event is handled: afterwards they are gone. */
export function itemsOf(transfer: DataTransfer | null): DroppedItem[] {
  const items = [...(transfer?.items ?? [])].filter(({ kind }) => kind === 'file');
  return items.flatMap((item) => {
    const file = item.getAsFile();
    return file ? [{ file, entry: item.webkitGetAsEntry() }] : [];
  });
}

/** The files of an `<input type="file">`, those of a chosen folder with their paths. */
export const filesOf = (input: HTMLInputElement): NamedFile[] =>
  [...(input.files ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file }));

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => entry.file(resolve, reject));

async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const children: FileSystemEntry[] = [];
  for (;;) {
    // A reader gives about a hundred at a time, and none at the end.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return children;
    children.push(...some);
  }
}

/** All files below what was dropped, with paths that begin with its name; `onFound` hears their number. */
export async function listFiles(items: readonly DroppedItem[], onFound: (files: number) => void): Promise<NamedFile[]> {
  const found: NamedFile[] = [];
  const walk = async (entry: FileSystemEntry, path: string): Promise<void> => {
    if (entry.isFile) {
      found.push({ path, file: await fileOf(entry as FileSystemFileEntry) });
      if (found.length % 100 === 0) onFound(found.length);
    } else
      for (const child of await childrenOf(entry as FileSystemDirectoryEntry))
        await walk(child, `${path}/${child.name}`);
  };
  for (const { file, entry } of items)
    if (entry) await walk(entry, entry.name);
    else found.push({ path: file.name, file });
  return found;
}
