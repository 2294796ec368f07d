/** Leaving while a run lives: keep it running without a window, stop it at its next step and then leave, or stay. */
import { app, dialog } from 'electron';
import type { BrowserWindow, MessageBoxOptions } from 'electron';
import { say } from '../shared/language.ts';
import type { Run } from '../shared/contract.ts';
import type { Core } from './core.ts';
import type { CoreWatch } from './watch.ts';

export const quitChoices = ['Keep running', 'Checkpoint and quit', 'Cancel'] as const;

/** The question, in words. `live` has at least one run. */
export function quitQuestion(live: readonly Run[]): MessageBoxOptions {
  const [first] = live;
  const what =
    live.length === 1 && first
      ? say('{name} is training.', { name: first.name })
      : say('{count} runs are training.', { count: live.length });
  return {
    type: 'question',
    title: 'Residua',
    message: what,
    detail: say(
      'Keep running closes the window and trains on; start Residua again to see it. Checkpoint and quit finishes the current step and keeps everything up to it.',
    ),
    buttons: quitChoices.map((choice) => say(choice)),
    defaultId: 2,
    cancelId: 2,
    noLink: true,
  };
}

export class Leaving {
  readonly #core: Core;
  readonly #watch: CoreWatch;
  readonly #window: () => BrowserWindow | null;
  #isAsking = false;
  #isStopping = false;
  #isOver = false;
  /** The window is closed, and the app ends with its last run. */
  #isUnattended = false;

  constructor(core: Core, watch: CoreWatch, window: () => BrowserWindow | null) {
    this.#core = core;
    this.#watch = watch;
    this.#window = window;
    app.on('before-quit', (event) => {
      if (this.#isOver) return;
      event.preventDefault();
      void this.#leave();
    });
    // The window is closed for good only once leaving is settled.
    app.on('window-all-closed', () => {
      if (!this.#isUnattended) app.quit();
    });
  }

  /** True where a window may close now; otherwise the question is asked. */
  mayClose(): boolean {
    if (this.#isOver || this.#isUnattended) return true;
    void this.#leave();
    return false;
  }

  /** A window was opened again. */
  attended(): void {
    this.#isUnattended = false;
  }

  /** To be called whenever runs changed. */
  runsChanged(): void {
    if (this.#watch.live.length > 0) return;
    if (this.#isStopping || this.#isUnattended) void this.#end();
  }

  async #leave(): Promise<void> {
    const { live } = this.#watch;
    if (live.length === 0) return this.#end();
    // Asked again while it is stopping: at once.
    if (this.#isStopping) return this.#stop(live, true);
    if (this.#isAsking) return undefined;
    this.#isAsking = true;
    const window = this.#window();
    const question = quitQuestion(live);
    const { response } = await (window ? dialog.showMessageBox(window, question) : dialog.showMessageBox(question));
    this.#isAsking = false;
    if (quitChoices[response] === 'Keep running') return this.#keepRunning();
    if (quitChoices[response] === 'Checkpoint and quit') return this.#stop(this.#watch.live, false);
    return undefined;
  }

  #keepRunning(): void {
    this.#isUnattended = true;
    this.#window()?.close();
    this.runsChanged();
  }

  async #stop(live: readonly Run[], now: boolean): Promise<void> {
    this.#isStopping = true;
    try {
      await Promise.all(live.map((run) => this.#watch.stop(run.id, now)));
    } catch (thrown) {
      console.error(`A run could not be stopped: ${String(thrown)}`);
    }
    this.runsChanged();
  }

  async #end(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    await this.#core.end();
    app.quit();
  }
}
