/**
 * Desktop manners while runs live or the engine is installed: progress on the taskbar, no system sleep; and a word when a
 * run ends behind other windows.
 */
import { Notification, powerSaveBlocker } from 'electron';
import type { BrowserWindow } from 'electron';
import { say } from '../shared/language.ts';
import type { Run } from '../shared/contract.ts';
import type { DesktopCommand } from '../shared/desktop.ts';
import { describeFailure } from '../shared/failure.ts';
import type { Failure } from '../shared/failure.ts';
import { shareInWords } from '../shared/words.ts';
import { progressOf } from './watch.ts';
import type { Seen } from './watch.ts';

/** What a notification says about a run that has ended; null for one that the person stopped. */
export function endNotice(run: Run): { title: string; body: string } | null {
  const accuracy = run.best?.test.accuracy ?? run.test?.accuracy;
  const result = accuracy === undefined ? '' : say('Best test accuracy {share}.', { share: shareInWords(accuracy) });
  if (run.status === 'finished') return { title: say('{name} is finished', { name: run.name }), body: result };
  if (run.status === 'interrupted')
    return { title: say('{name} was interrupted', { name: run.name }), body: say('Everything up to then is kept.') };
  if (run.status !== 'failed') return null;
  const failure = run.failure ? describeFailure(run.failure as Failure) : { title: '', advice: '' };
  return { title: say('{name} failed', { name: run.name }), body: `${failure.title} ${failure.advice}`.trim() };
}

export class Manners {
  readonly #window: () => BrowserWindow | null;
  readonly #send: (command: DesktopCommand) => void;
  #blocker: number | null = null;
  /** 0 to 1; null where nothing of the kind is done. */
  #pageProgress: number | null = null;
  #ownProgress: number | null = null;

  constructor(window: () => BrowserWindow | null, send: (command: DesktopCommand) => void) {
    this.#window = window;
    this.#send = send;
  }

  /** True while the system is kept from sleeping. */
  get isAwake(): boolean {
    return this.#blocker !== null && powerSaveBlocker.isStarted(this.#blocker);
  }

  /** Progress of long work that the page knows of, 0 to 1; runs and the engine's installation win. */
  setProgress(fraction: number | null): void {
    this.#pageProgress = fraction;
    this.#showProgress();
  }

  take(seen: Seen, ended: readonly Run[]): void {
    this.#ownProgress = progressOf(seen.runs.values()) ?? seen.installed;
    this.#showProgress();
    this.#keepAwake(this.#ownProgress !== null);
    for (const run of seen.notify ? ended : []) {
      const notice = endNotice(run);
      if (notice) this.#notify(notice, run.id);
    }
  }

  /** Says it where the window is not in front, or closed while its run went on. A click shows the run in the window. */
  #notify(notice: { title: string; body: string }, run: string): void {
    if (this.#window()?.isFocused() || !Notification.isSupported()) return;
    const notification = new Notification(notice);
    notification.on('click', () => this.#send({ id: 'run.show', argument: run }));
    notification.show();
  }

  #showProgress(): void {
    this.#window()?.setProgressBar(this.#ownProgress ?? this.#pageProgress ?? -1);
  }

  #keepAwake(wanted: boolean): void {
    if (wanted && this.#blocker === null) this.#blocker = powerSaveBlocker.start('prevent-app-suspension');
    if (!wanted && this.#blocker !== null) {
      powerSaveBlocker.stop(this.#blocker);
      this.#blocker = null;
    }
  }
}
