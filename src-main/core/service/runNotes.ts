/** What is said of a run beside its numbers: lines of its log, and notices to whoever looks or waits. */
import { inWords } from '../../shared/failure.ts';
import { toldOf } from '../../shared/told.ts';
import type { Told } from '../../shared/told.ts';
import type { Context } from './context.ts';

export class RunNotes {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  /** A line of the run's log, stored and shown. */
  note(run: string, kind: string, text: Told): void {
    const line = { atMs: Date.now(), kind, text };
    this.#context.store().addEvent(run, line);
    this.#context.publish([{ kind: 'event', run, atMs: line.atMs, event: kind, text }]);
  }

  /** A notice, on every page and for who waits at a terminal. @param name begins the sentence on a page */
  notice(run: string, level: 'info' | 'warning', text: Told, name?: string): void {
    const onPage = name === undefined ? text : toldOf(name, text);
    this.#context.publish([{ kind: 'notice', level, text: onPage, run }]);
    this.#context.options.onNotice?.(inWords(text));
  }
}
