/** All imports of this program. */
import { randomUUID } from 'node:crypto';
import { lstatSync, realpathSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { expected } from '../../shared/failure.ts';
import type { Import as State, IntakeLimits } from '../../shared/import.ts';
import { Import } from './import.ts';
import type { DroppedFile } from './import.ts';
import type { IntakeCommand } from './intake.ts';
import { removeRemains } from './remains.ts';
import { tell } from '../../shared/told.ts';
import type { Told } from '../../shared/told.ts';

export interface ImportsOptions {
  readonly home: string;
  readonly limits?: Partial<IntakeLimits> | undefined;
  /** The intake; this program's own unless a test brings another. */
  readonly command?: IntakeCommand | undefined;
  readonly silenceMs?: number | undefined;
  readonly onChange: (state: State) => void;
}

/** Imports that were looked at and neither added nor cancelled; each holds a process. */
const mostOpen = 4;
/** Ended ones that are still told about. */
const mostEnded = 50;
const idleMs = 30 * 60_000;

/**
 * A path as it is read: absolute, links followed to their end.
 * @throws {Expected} `import.unreadable` where nothing is there, or no file or folder
 */
export function dropped(path: string): DroppedFile {
  const refuse = (reason: Told) => expected('import.unreadable', { file: path, reason });
  let real: string;
  try {
    real = realpathSync(resolve(path));
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code;
    if (code === 'ELOOP') throw refuse(tell('it is a link that leads to itself'));
    throw refuse(
      code === 'ENOENT' || code === 'ENOTDIR'
        ? tell('it is not there')
        : tell('the system says {code}', { code: String(code) }),
    );
  }
  const facts = lstatSync(real);
  if (!facts.isFile() && !facts.isDirectory()) throw refuse(tell('it is neither a file nor a folder'));
  return { path: real, name: basename(resolve(path)) || real };
}

export class Imports {
  readonly #options: ImportsOptions;
  readonly #all = new Map<string, Import>();
  readonly #idle = new Map<string, NodeJS.Timeout>();

  constructor(options: ImportsOptions) {
    this.#options = options;
    removeRemains(options.home);
  }

  /** Newest last. */
  list(): State[] {
    return [...this.#all.values()].map(({ state }) => state);
  }

  /** @throws {Expected} `import.gone` */
  find(id: string): Import {
    const found = this.#all.get(id);
    if (!found) throw expected('import.gone', { import: id });
    return found;
  }

  /** Opens files in a new import. */
  open(files: readonly DroppedFile[]): Import {
    this.#makeRoom();
    const id = randomUUID().slice(0, 8);
    const opened = new Import(id, files, this.#options);
    this.#all.set(id, opened);
    this.#idle.set(
      id,
      setTimeout(() => {
        if (opened.state.state === 'inspected') void opened.cancel();
      }, idleMs).unref(),
    );
    void opened.ended.then(() => this.#forget(id));
    return opened;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all.values()].map((each) => each.cancel()));
  }

  /** Those that wait for a decision give way to new ones. */
  #makeRoom(): void {
    const open = [...this.#all.values()].filter(({ state }) => state.state === 'inspected');
    for (const old of open.slice(0, Math.max(0, open.length - mostOpen + 1))) void old.cancel();
    const ended = [...this.#all.values()].filter(({ isOver }) => isOver);
    for (const { id } of ended.slice(0, Math.max(0, ended.length - mostEnded))) this.#all.delete(id);
  }

  #forget(id: string): void {
    clearTimeout(this.#idle.get(id));
    this.#idle.delete(id);
  }
}
