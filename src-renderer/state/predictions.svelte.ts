/** What runs' networks say of an image that a person brings. */
import type { CallOutput } from '../../src-main/shared/contract.ts';
import { failureOf } from '../../src-main/shared/failure.ts';
import type { Api } from '../api.ts';
import { failureInWords } from '../words/run.ts';
import { sourceOf } from './source.ts';

type Result = CallOutput<'run.predict'>['results'][number];

export class Predictions {
  readonly #api: Api;
  #runs: readonly string[] = $state.raw([]);
  #picture: { readonly name: string; readonly address: string } | null = $state.raw(null);
  #results: readonly Result[] = $state.raw([]);
  #failure: { title: string; advice: string } | null = $state.raw(null);
  #isAsking = $state(false);
  /** Questions asked: an answer to an earlier one comes too late. */
  #asked = 0;

  constructor(api: Api) {
    this.#api = api;
  }

  /** Whether an image that is dropped anywhere is meant for a network. */
  get isOpen(): boolean {
    return this.#runs.length > 0;
  }
  /** The image, with an address at which the page can show it. */
  get picture() {
    return this.#picture;
  }
  get results() {
    return this.#results;
  }
  get failure() {
    return this.#failure;
  }
  get isAsking() {
    return this.#isAsking;
  }

  /** Takes images for these runs from now on. @returns ends that */
  open(runs: readonly string[]): () => void {
    this.#runs = runs;
    return () => {
      if (this.#runs !== runs) return;
      this.#runs = [];
      this.#clear();
    };
  }

  /** Asks the runs about an image. */
  async take(file: File): Promise<void> {
    const asked = ++this.#asked;
    this.#clear();
    this.#picture = { name: file.name, address: URL.createObjectURL(file) };
    this.#isAsking = true;
    try {
      const source = await sourceOf(this.#api, file);
      const { results } = await this.#api.call('run.predict', { runs: [...this.#runs], source });
      if (asked === this.#asked) this.#results = results;
    } catch (thrown) {
      if (asked === this.#asked) this.#failure = failureInWords(failureOf(thrown));
    } finally {
      if (asked === this.#asked) this.#isAsking = false;
    }
  }

  #clear(): void {
    if (this.#picture) URL.revokeObjectURL(this.#picture.address);
    this.#picture = null;
    this.#results = [];
    this.#failure = null;
    this.#isAsking = false;
  }
}
