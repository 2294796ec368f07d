/** What happened lately, in a sentence each: the newest in the status line, some of them with a way back. */
import { failureOf } from '../../src-main/shared/failure.ts';
import { failureInWords } from '../words/run.ts';

export interface Notice {
  readonly id: number;
  readonly level: 'info' | 'warning' | 'error';
  readonly text: string;
  readonly run: string | null;
  readonly atMs: number;
  /** E.g. "Undo"; done once at most. */
  readonly action: { readonly title: string; readonly act: () => void } | null;
}

const kept = 50;
const shownMs = 10_000;

export class Notices {
  #all: readonly Notice[] = $state.raw([]);
  #shown: readonly Notice[] = $state.raw([]);
  #nextId = 1;

  readonly last = $derived(this.#all[0] ?? null);

  /** Newest first. */
  get all() {
    return this.#all;
  }
  /** Those that lie over the page until they are read or their time is over. */
  get shown() {
    return this.#shown;
  }

  say(text: string, more: Partial<Pick<Notice, 'level' | 'run' | 'action'>> = {}): void {
    const { level = 'info', run = null, action = null } = more;
    const notice: Notice = { id: this.#nextId++, level, text, run, atMs: Date.now(), action };
    this.#all = [notice, ...this.#all].slice(0, kept);
    if (level === 'info' && !action) return;
    this.#shown = [...this.#shown.slice(-2), notice];
    // Errors stay until they are closed.
    if (level !== 'error') setTimeout(() => this.close(notice.id), shownMs);
  }

  /** Says why a call did not succeed. */
  failed(thrown: unknown): void {
    const { title, advice } = failureInWords(failureOf(thrown));
    this.say(`${title} ${advice}`.trim(), { level: 'error' });
  }

  close(id: number): void {
    this.#shown = this.#shown.filter((notice) => notice.id !== id);
  }
}
