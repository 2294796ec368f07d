/** What was watched inside a run's network, read when it is looked at. */
import type { Api } from '../api.ts';

export type Evaluation = 'last' | 'best';

export class Watching {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /** At most `rows` looks into the blocks. */
  blocks = (run: string, rows: number) => this.#api.call('run.blocks', { run, rows });

  confusion = (run: string, at: Evaluation) => this.#api.call('run.confusion', { run, at });

  /** The mistakes with the largest loss, of one cell of the matrix or of all. */
  mistakes = (run: string, at: Evaluation, count: number, cell: { label: number; predicted: number } | null) =>
    this.#api.call('run.mistakes', { run, at, count, ...(cell ?? {}) });

  /** Images of which one run alone was right. */
  differences = (runs: readonly [string, string], kind: 'firstOnly' | 'secondOnly', count: number) =>
    this.#api.call('run.differences', { runs: [...runs], kind, count });
}
