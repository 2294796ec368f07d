/** Networks and datasets that runs are made of. */
import { presets as shipped } from '../../src-main/shared/network/presets.ts';
import type { CallInput, CallOutput, Change, Preset } from '../../src-main/shared/contract.ts';
import type { Dataset, Place } from '../../src-main/shared/dataset.ts';
import { say } from '../../src-main/shared/language.ts';
import { bytesInWords } from '../../src-main/shared/words.ts';
import type { Api } from '../api.ts';
import type { Notices } from './notices.svelte.ts';

export class Library {
  readonly #api: Api;
  readonly #notices: Notices;
  #datasets: readonly Dataset[] = $state.raw([]);
  #loaded = $state(false);
  #removed: readonly Dataset[] = $state.raw([]);
  #space: CallOutput<'data.space'> | null = $state.raw(null);

  constructor(api: Api, notices: Notices) {
    this.#api = api;
    this.#notices = notices;
  }

  /** The shipped networks; they are part of the program, so they are there before core is. */
  get presets(): readonly Preset[] {
    return shipped;
  }
  get datasets() {
    return this.#datasets;
  }
  /** Those that a person added. */
  readonly added: readonly Dataset[] = $derived.by(() => this.#datasets.filter(({ builtIn }) => !builtIn));
  /** Those that can be had back. */
  get removed() {
    return this.#removed;
  }
  get space() {
    return this.#space;
  }
  get loaded() {
    return this.#loaded;
  }
  preset(name: string): Preset | undefined {
    return shipped.find((preset) => preset.name === name);
  }
  dataset(id: string): Dataset | undefined {
    return this.#datasets.find((dataset) => dataset.id === id);
  }

  async fetch(): Promise<void> {
    this.#datasets = await this.#api.call('data.list', {});
    this.#loaded = true;
    await this.#fetchSpace();
  }

  async #fetchSpace(): Promise<void> {
    [this.#removed, this.#space] = await Promise.all([
      this.#api.call('data.list', { removed: true }),
      this.#api.call('data.space', {}),
    ]);
  }

  receive(changes: readonly Change[]): void {
    for (const change of changes)
      if (change.kind === 'data') {
        this.#datasets = change.datasets;
        void this.#fetchSpace().catch(() => undefined);
      }
  }

  /** A page of a split's images, of one class or of all, as they are shown. */
  gallery(data: string, split: string, ofClass: number | null, from: number, count: number) {
    return this.#api.call('data.gallery', { data, split, class: ofClass, from, count });
  }

  pick = (data: string, images: readonly Place[]) => this.#api.call('data.pick', { data, images: [...images] });

  augmented = (input: CallInput<'data.augmented'>) => this.#api.call('data.augmented', input);

  survey = (data: string) => this.#api.call('data.survey', { data });

  origin = (data: string) => this.#api.call('data.origin', { data });

  /** Rejects with `Expected`. */
  splitValidation = (data: string, share: number, seed: number) =>
    this.#api.call('data.splitValidation', { data, share, seed });

  rename = (data: string, name: string) => this.#attempt(() => this.#api.call('data.rename', { data, name }));

  remove = (dataset: Dataset) =>
    this.#attempt(async () => {
      await this.#api.call('data.remove', { data: dataset.id });
      const action = { title: say('Undo'), act: () => void this.restore(dataset) };
      this.#notices.say(say('Removed {name}.', { name: dataset.name }), { action });
    });

  restore = (dataset: Dataset) =>
    this.#attempt(async () => {
      await this.#api.call('data.restore', { data: dataset.id });
      this.#notices.say(say('{name} is back.', { name: dataset.name }));
    });

  empty = () =>
    this.#attempt(async () => {
      const { freedBytes } = await this.#api.call('data.empty', {});
      this.#notices.say(say('Freed {bytes}.', { bytes: bytesInWords(freedBytes) }));
      await this.#fetchSpace();
    });

  async #attempt(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (thrown) {
      this.#notices.failed(thrown);
    }
  }

  /** Pixels (uint8, NHWC) and labels of images `from` … `from + count − 1` of a split. */
  images(data: string, split: string, from: number, count: number) {
    return this.#api.call('data.images', { data, split, from, count });
  }
}
