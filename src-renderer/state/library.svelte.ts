/** Networks and datasets that runs are made of. */
import { presets as shipped } from '../../src-main/shared/network/presets.ts';
import type { Change, Preset } from '../../src-main/shared/contract.ts';
import type { Dataset } from '../../src-main/shared/dataset.ts';
import type { Api } from '../api.ts';

export class Library {
  readonly #api: Api;
  #datasets: readonly Dataset[] = $state.raw([]);
  #loaded = $state(false);

  constructor(api: Api) {
    this.#api = api;
  }

  /** The shipped networks; they are part of the program, so they are there before core is. */
  get presets(): readonly Preset[] {
    return shipped;
  }
  get datasets() {
    return this.#datasets;
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
  }

  receive(changes: readonly Change[]): void {
    for (const change of changes) if (change.kind === 'data') this.#datasets = change.datasets;
  }

  /** Pixels (uint8, NHWC) and labels of images `from` … `from + count − 1` of a split. */
  images(data: string, split: string, from: number, count: number) {
    return this.#api.call('data.images', { data, split, from, count });
  }
}
