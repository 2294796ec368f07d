/** Studies: the list, the one on screen, what would be trained, and the file that keeps them. */
import type { CallInput, CallOutput, Change, ReportForm, Study, StudyDetail } from '../../src-main/shared/contract.ts';
import { speak } from '../../src-main/shared/study/words/words.ts';
import type { Api } from '../api.ts';
import type { Notices } from './notices.svelte.ts';
import type { Session } from './session.svelte.ts';

type Planned = CallOutput<'study.plan'>;

/** Progress changes with every step; asking this often is enough to read it. */
const askMs = 1500;

export class Studies {
  readonly #api: Api;
  readonly #session: Session;
  readonly #notices: Notices;
  #list: readonly Study[] = $state.raw([]);
  #isLoaded = $state(false);
  #open: StudyDetail | null = $state.raw(null);
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(api: Api, session: Session, notices: Notices) {
    this.#api = api;
    this.#session = session;
    this.#notices = notices;
  }

  /** The newest first. */
  get list() {
    return this.#list;
  }
  get isLoaded() {
    return this.#isLoaded;
  }
  /** The study on screen, as far as it was read. */
  get open() {
    return this.#open;
  }
  get language() {
    return this.#session.language;
  }
  readonly speech = $derived(speak(this.language));

  async fetch(): Promise<void> {
    this.#list = await this.#api.call('study.list', {});
    this.#isLoaded = true;
  }

  receive(changes: readonly Change[]): void {
    const isAbout = (change: Change) =>
      change.kind === 'study' ||
      (change.kind === 'run' && this.#open?.arms.some(({ runs }) => runs.includes(change.run.id)));
    if (this.#isLoaded && changes.some(isAbout)) this.#askSoon();
  }

  /** Shows a study; null: none. */
  async look(study: string | null): Promise<void> {
    if (study === null) this.#open = null;
    else await this.#attempt(async () => this.#take(await this.#api.call('study.show', { study })));
  }

  /** Rejects with `Expected`. */
  plan(asked: CallInput<'study.plan'>): Promise<Planned> {
    return this.#api.call('study.plan', asked);
  }

  /** Rejects with `Expected`. */
  async start(asked: CallInput<'study.start'>): Promise<Study> {
    this.#take(await this.#api.call('study.start', asked));
    await this.fetch();
    return (this.#open as StudyDetail).study;
  }

  /** Makes a study of compared runs. Null where that failed, which is said. */
  async make(runs: readonly string[]): Promise<Study | null> {
    let made: Study | null = null;
    await this.#attempt(async () => {
      const detail = await this.#api.call('study.make', { runs: [...runs] });
      this.#take(detail);
      made = detail.study;
      await this.fetch();
    });
    return made;
  }

  /** Its own name, or that of its question where nobody gave it one. */
  nameOf = ({ name, kind }: Study): string => (name === kind ? this.speech.words.kinds[kind].name : name);

  rename = (study: string, name: string) =>
    this.#attempt(async () => {
      await this.#api.call('study.rename', { study, name });
      await Promise.all([this.look(study), this.fetch()]);
    });

  grow = (study: string, seeds: number) =>
    this.#attempt(async () => this.#take(await this.#api.call('study.grow', { study, seeds })));

  stop = (study: string) => this.#attempt(async () => this.#take(await this.#api.call('study.stop', { study })));

  /** Takes a study out of sight, with a way back. */
  remove = (study: Study) =>
    this.#attempt(async () => {
      const setRemoved = async (removed: boolean) => {
        await this.#api.call('study.remove', { study: study.id, removed });
        await this.fetch();
      };
      await setRemoved(true);
      this.#open = null;
      const { page } = this.speech.words;
      this.#notices.say(page.removed, {
        action: { title: page.undo, act: () => void this.#attempt(() => setRemoved(false)) },
      });
    });

  saveReport = (study: string, form: ReportForm) =>
    this.#attempt(async () => {
      const { file, text } = await this.#api.call('study.report', { study, form, language: this.language });
      await this.#session.saveFile(file, new Blob([text], { type: form === 'html' ? 'text/html' : 'text/markdown' }));
    });

  #take(detail: StudyDetail): void {
    this.#open = detail;
    this.#list = this.#list.map((study) => (study.id === detail.study.id ? detail.study : study));
  }

  #askSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      const open = this.#open?.study.id;
      // Whoever asks next hears of a lost connection; the old state is shown meanwhile.
      Promise.all([this.fetch(), open ? this.#api.call('study.show', { study: open }) : null])
        .then(([, detail]) => detail && this.#open?.study.id === detail.study.id && this.#take(detail))
        .catch(() => undefined);
    }, askMs);
  }

  async #attempt(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (thrown) {
      this.#notices.failed(thrown);
    }
  }
}
