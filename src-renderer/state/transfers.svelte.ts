/** Runs in from files and out to files. */
import type { CallInput, Run } from '../../src-main/shared/contract.ts';
import { Expected } from '../../src-main/shared/failure.ts';
import type { Source } from '../../src-main/shared/import.ts';
import { say } from '../../src-main/shared/language.ts';
import { counted } from '../../src-main/shared/words.ts';
import type { Api } from '../api.ts';
import type { Notices } from './notices.svelte.ts';
import type { Runs } from './runs.svelte.ts';
import type { Session } from './session.svelte.ts';

export type ExportForm = CallInput<'history.export'>['form'];

/** Whether a file holds runs by its name: events of TensorBoard and archives of ours do, tables where runs are looked at. */
export const isRunFile = (name: string, amongRuns: boolean): boolean =>
  name.includes('tfevents') || /\.residua(\.zip)?$/i.test(name) || (amongRuns && /\.(csv|tsv)$/i.test(name));

export class Transfers {
  readonly #api: Api;
  readonly #runs: Runs;
  readonly #session: Session;
  readonly #notices: Notices;

  constructor(api: Api, runs: Runs, session: Session, notices: Notices) {
    this.#api = api;
    this.#runs = runs;
    this.#session = session;
    this.#notices = notices;
  }

  /** The window's own dialog. */
  async choose(): Promise<readonly Run[]> {
    const { desktop } = this.#api;
    if (!desktop) return [];
    const answer = await desktop.chooseFiles({ title: say('Import runs'), kind: 'files', several: true });
    if (!answer.ok) {
      this.#notices.failed(new Expected(answer.failure));
      return [];
    }
    return answer.value.length === 0 ? [] : this.#import({ tokens: answer.value.map(({ token }) => token) });
  }

  /** Files that were dropped, or that a browser's dialog gave. */
  async take(files: readonly File[]): Promise<readonly Run[]> {
    const { desktop } = this.#api;
    if (files.length === 0) return [];
    try {
      if (desktop) {
        const answers = await Promise.all(files.map((file) => desktop.pathToken(file)));
        const refused = answers.find((answer) => !answer.ok);
        if (refused && !refused.ok) throw new Expected(refused.failure);
        return await this.#import({ tokens: answers.flatMap((answer) => (answer.ok ? [answer.value.token] : [])) });
      }
      const uploads: string[] = [];
      for (const file of files)
        uploads.push(await this.#api.upload(file.name, file, () => undefined, new AbortController().signal));
      return await this.#import({ uploads });
    } catch (thrown) {
      this.#notices.failed(thrown);
      return [];
    }
  }

  async #import(source: Source): Promise<readonly Run[]> {
    try {
      const runs = await this.#api.call('history.import', { source });
      this.#runs.receive(runs.map((run) => ({ kind: 'run', run })));
      this.#notices.say(say('Imported {name}.', { name: counted(runs.length, 'run') }));
      return runs;
    } catch (thrown) {
      this.#notices.failed(thrown);
      return [];
    }
  }

  /** Saves runs with every point as one file. */
  async save(runs: readonly Run[], form: ExportForm): Promise<void> {
    try {
      const { name, bytes } = await this.#api.call('history.export', { runs: runs.map(({ id }) => id), form });
      await this.#session.saveFile(name, new Blob([bytes as Uint8Array<ArrayBuffer>]));
    } catch (thrown) {
      this.#notices.failed(thrown);
    }
  }
}
