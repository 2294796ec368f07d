/**
 * What an import has on the disk before it is done: `<home>/imports/<pid>-<id>`, the folder that its intake may write to,
 * and `<home>/imports/<pid>-<id>.blocks`, the hashes of the blocks that it brought. A program that is killed leaves both;
 * the next one takes them away, and the blocks that no dataset needs.
 */
import { appendFileSync, existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, writeFailure } from '../dataset/files.ts';
import { removeUnneeded } from '../dataset/library.ts';

const folderOf = (home: string) => join(home, 'imports');

export class Remains {
  readonly scratch: string;
  readonly #blocks: string;

  /** Makes the folder. @throws {Expected} `folder.denied`, `disk.full` */
  constructor(home: string, id: string) {
    this.scratch = join(folderOf(home), `${process.pid}-${id}`);
    this.#blocks = `${this.scratch}.blocks`;
    makeFolder(this.scratch);
  }

  /** Keeps the hash of a block that is about to be written. @throws {Expected} `folder.denied`, `disk.full` */
  addBlock(hash: string): void {
    try {
      appendFileSync(this.#blocks, `${hash}\n`);
    } catch (thrown) {
      throw writeFailure(thrown, this.#blocks, hash.length + 1);
    }
  }

  /** Takes both away; the blocks are the library's business by then. */
  remove(): void {
    rmSync(this.scratch, { recursive: true, force: true });
    rmSync(this.#blocks, { force: true });
  }
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** Removes what programs left behind that were killed in the middle of an import. */
export function removeRemains(home: string): void {
  const folder = folderOf(home);
  if (!existsSync(folder)) return;
  const names = readdirSync(folder);
  const isLeft = (name: string) => {
    const pid = Number(/^(\d+)-/.exec(name)?.[1]);
    return !(pid > 0) || !isAlive(pid);
  };
  const left = names.filter(isLeft);
  const lists = left.filter((name) => name.endsWith('.blocks'));
  // Another import may rely on a block that it found there, before any dataset says so: then they wait for another time.
  const isAlone = left.length === names.length;
  if (isAlone) {
    const hashes = lists.flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'));
    removeUnneeded(
      home,
      hashes.filter((hash) => /^[0-9a-f]{64}$/.test(hash)),
    );
  }
  for (const name of left)
    if (isAlone || !lists.includes(name)) rmSync(join(folder, name), { recursive: true, force: true });
}
