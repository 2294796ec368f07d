/** What was seen inside the networks of runs: looks into blocks, evaluations, the results of images, probes. */
import type { EvaluationEvent } from '../../shared/run/event.ts';
import type { Probe } from '../../shared/run/probe.ts';
import type { Looks } from '../../shared/run/looks.ts';
import { addEvaluation, forgetEvaluationsAfter, readEvaluations, readImages } from './evaluations.ts';
import type { ImageRange, StoredEvaluation } from './evaluations.ts';
import type { ReadHandle, WriteHandle } from './handle.ts';
import { appendLooks, forgetLooksAfter, readLooks } from './looks.ts';
import { addProbe, forgetProbesAfter, readProbes } from './probes.ts';
import { runNumber } from './runs.ts';

/** Does some work and words what goes wrong. */
type Guard = <Result>(work: () => Result) => Result;

export class WatchedReader {
  readonly #handle: ReadHandle;
  readonly #guard: Guard;

  constructor(handle: ReadHandle, guard: Guard) {
    this.#handle = handle;
    this.#guard = guard;
  }

  /** Looks into the blocks after a step. */
  looks(id: string, afterStep: number): Looks {
    return this.#guard(() => readLooks(this.#handle, runNumber(this.#handle, id), afterStep));
  }

  /** Evaluations of a split after a step. */
  evaluations(id: string, split: string, afterStep: number): StoredEvaluation[] {
    return this.#guard(() => readEvaluations(this.#handle, runNumber(this.#handle, id), split, afterStep));
  }

  /** Probes of the run's networks. */
  probes(id: string): Probe[] {
    return this.#guard(() => readProbes(this.#handle, runNumber(this.#handle, id), id));
  }

  /** Results of a range of images of the evaluation at a step; none where they were not kept. */
  images(id: string, split: string, step: number, range: { from: number; count: number }): ImageRange {
    return this.#guard(() => readImages(this.#handle, runNumber(this.#handle, id), split, step, range));
  }
}

export class WatchedStore extends WatchedReader {
  readonly #handle: WriteHandle;
  readonly #transaction: Guard;

  constructor(handle: WriteHandle, guard: Guard, transaction: Guard) {
    super(handle, guard);
    this.#handle = handle;
    this.#transaction = transaction;
  }

  /** Adds looks into the blocks; steps rise. */
  appendLooks(id: string, looks: Looks): void {
    this.#transaction(() => appendLooks(this.#handle, runNumber(this.#handle, id), looks));
  }

  /** Adds an evaluation; the images of earlier ones are kept for the best one and pinned checkpoints alone. */
  addEvaluation(id: string, evaluation: EvaluationEvent): void {
    this.#transaction(() => addEvaluation(this.#handle, runNumber(this.#handle, id), evaluation));
  }

  /** Adds a probe; one of the same kind, step and number of images is replaced. */
  addProbe(probe: Probe): void {
    this.#transaction(() => addProbe(this.#handle, runNumber(this.#handle, probe.run), probe));
  }

  /** Forgets what was seen after a step, for a run that goes on from there. */
  forgetAfter(id: string, step: number): void {
    this.#transaction(() => {
      const run = runNumber(this.#handle, id);
      forgetLooksAfter(this.#handle, run, step);
      forgetEvaluationsAfter(this.#handle, run, step);
      forgetProbesAfter(this.#handle, run, step);
    });
  }
}
