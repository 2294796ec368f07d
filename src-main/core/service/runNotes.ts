/** What is said of runs beside their numbers: lines of a run's log, and notices to whoever looks or waits. */
import { inWords } from '../../shared/failure.ts';
import { toldOf } from '../../shared/told.ts';
import type { Told } from '../../shared/told.ts';
import type { Context } from './context.ts';

/** A line of a run's log, stored and shown. */
export function noteRun({ publish, store }: Context, run: string, kind: string, text: Told): void {
  const atMs = Date.now();
  store().addEvent(run, { atMs, kind, text });
  publish([{ kind: 'event', run, atMs, event: kind, text }]);
}

/**
 * A notice, on every page and for who waits at a terminal.
 * @param run that it is about; null: several
 * @param name begins the sentence on a page
 */
export function notify(
  { options, publish }: Context,
  run: string | null,
  level: 'info' | 'warning',
  text: Told,
  name?: string,
): void {
  publish([{ kind: 'notice', level, text: name === undefined ? text : toldOf(name, text), run }]);
  options.onNotice?.(inWords(text));
}
