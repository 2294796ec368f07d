/** When and how a run's checkpoints are written, and the way back to the last one. */
import { Expected } from '../../shared/failure.ts';
import type { RunEvent } from '../../shared/run/event.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import type { WrittenCheckpoint } from './checkpoint.ts';
import { beginning, forked } from './progress.ts';
import type { Moving, Progress } from './progress.ts';
import type { Training } from './train.ts';
import { tell } from '../../shared/told.ts';

/** Writing may take this share of the time at most. */
const mostShare = 1 / 20;
/** Milliseconds between two attempts to write on a full disk. */
const attemptMs = 1000;

export class Saver {
  readonly #training: Training;
  /** The newest checkpoint that is whole; null: there is none yet. */
  #newest: string | null;
  #newestStep = -1;
  #dueMs: number;
  /** Set where the state that is saved next is the best evaluated one. */
  lastIsBest = false;

  constructor(training: Training) {
    this.#training = training;
    this.#newest = training.resumeFrom;
    this.#dueMs = performance.now() + training.checkpointEveryMs;
  }

  /** Whether the last checkpoint was written long enough ago. */
  isDue(): boolean {
    return this.#training.folder !== null && performance.now() >= this.#dueMs;
  }

  /**
   * Puts a checkpoint's variables back. @returns its progress, or what a fork makes of it.
   * @throws FormatError where the file does not belong to the network or is not whole.
   */
  restore(file: string): Moving {
    const { session, run, recipe, data } = this.#training;
    const { chunks, progress, hasOptimiser } = readCheckpoint(file, session.program);
    session.restore(chunks);
    const own = progress.run === run ? { ...progress } : forked(progress, run, recipe.batch, data.images('train'));
    if (!hasOptimiser) own.optimiserFrom = own.step;
    if (progress.run === run) this.#newestStep = progress.step;
    return own;
  }

  /** Goes back to the newest checkpoint, or to the beginning of the run. */
  goBack(): Moving {
    if (this.#newest) return this.restore(this.#newest);
    const { session, run, recipe } = this.#training;
    session.begin(recipe.seed);
    return beginning(run, recipe.batch);
  }

  /**
   * Writes a checkpoint, unless the newest is of this very step. On a full disk it says so and waits for room, or until
   * the run should stop. @throws Expected `folder.denied`, `store.failing`
   */
  async *save(progress: Progress, best: boolean): AsyncGenerator<RunEvent> {
    const { folder, checkpointEveryMs } = this.#training;
    this.lastIsBest = false;
    if (folder === null || (this.#newestStep === progress.step && !best)) return;
    yield { type: 'phase', phase: 'saving' };
    const startedMs = performance.now();
    const written = yield* this.#write(folder, progress);
    const endedMs = performance.now();
    this.#dueMs = endedMs + Math.max(checkpointEveryMs, (endedMs - startedMs) / mostShare);
    if (written) {
      [this.#newest, this.#newestStep] = [written.file, progress.step];
      yield { type: 'checkpoint', step: progress.step, best, ...written };
    }
    yield { type: 'phase', phase: 'training' };
  }

  async *#write(folder: string, progress: Progress): AsyncGenerator<RunEvent, WrittenCheckpoint | null> {
    const { session, shouldStop } = this.#training;
    for (let told = false; ; told = true) {
      try {
        return writeCheckpoint(folder, session.program, session.save(), progress);
      } catch (thrown) {
        if (!(thrown instanceof Expected) || thrown.failure.code !== 'disk.full') throw thrown;
        const { failure } = thrown;
        if (told && shouldStop()) {
          const { step } = progress;
          const text = this.#newest
            ? tell('No checkpoint of step {step}: {failure} The one before is kept.', { step, failure: { failure } })
            : tell('No checkpoint of step {step}: {failure} There is none.', { step, failure: { failure } });
          yield { type: 'note', level: 'warning', text };
          return null;
        }
        if (!told) {
          const text = tell('{failure} The run waits and goes on when there is room.', { failure: { failure } });
          yield { type: 'note', level: 'warning', text };
        }
        // A sign of life for core.
        yield { type: 'phase', phase: 'saving' };
        await new Promise((resolve) => setTimeout(resolve, attemptMs));
      }
    }
  }
}
