/** What was watched inside a run's network, read when it is looked at. */
import type { DifferenceKind } from '../../src-main/shared/run/answers.ts';
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

  /** Images on which two runs differ, of one cell of the difference of their matrices or of all. */
  differences = (
    runs: readonly [string, string],
    at: Evaluation,
    kind: DifferenceKind,
    count: number,
    cell: { label: number; predicted: number } | null,
  ) => this.#api.call('run.differences', { runs: [...runs], at, kind, count, ...(cell ?? {}) });
}
