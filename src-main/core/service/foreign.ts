/** Runs of other programs on the same data folder, seen through the store while somebody watches. */
import { seriesNames } from '../../shared/contract.ts';
import type { Change, Run, SeriesName } from '../../shared/contract.ts';
import type { Context } from './context.ts';
import { readWatched } from './watched.ts';
import type { WatchedSteps } from './watched.ts';
import type { Publisher } from './publish.ts';

const pollMs = 500;
/** Looks between two questions whether the other programs still live. */
const looksBetween = 4;
const mostPoints = 1_000_000;

/** What was last told of a run. */
interface Seen {
  readonly text: string;
  readonly step: number;
}

/**
 * The last steps of a run that were told of, each curve's by itself: what belongs to a step may be stored after it, as an
 * evaluation is.
 */
interface Told extends WatchedSteps {
  /** Of curves that were not told of yet. */
  readonly before: number;
  readonly points: Map<SeriesName, number>;
}
const toldUpTo = (step: number): Told => ({ before: step, points: new Map(), look: step, evaluation: step });

/** Looks whether another program wrote, and publishes what its runs have become. Our own runs tell for themselves. */
export class ForeignRuns {
  readonly #context: Context;
  readonly #publisher: Publisher;
  readonly #isOwn: (run: string) => boolean;
  readonly #adopt: () => void;
  #looks = 0;
  #timer: NodeJS.Timeout | null = null;
  #version: number | null = null;
  #seen = new Map<string, Seen>();
  readonly #told = new Map<string, Told>();

  /** `adopt` takes over the runs that programs which are gone have left waiting. */
  constructor(context: Context, publisher: Publisher, isOwn: (run: string) => boolean, adopt: () => void) {
    this.#context = context;
    this.#publisher = publisher;
    this.#isOwn = isOwn;
    this.#adopt = adopt;
  }

  /** To be called when somebody begins to watch; ends by itself when nobody does any more. */
  begin(): void {
    if (this.#timer) return;
    this.#version = null;
    this.#timer = setInterval(() => this.#look(), pollMs);
    this.#look();
  }

  close(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }

  #look(): void {
    if (!this.#publisher.isWatched) return this.close();
    try {
      if (++this.#looks % looksBetween === 0) this.#takeOver();
      const version = this.#context.store().foreignVersion();
      if (version === this.#version) return;
      const isFirst = this.#version === null;
      this.#version = version;
      this.#compare(isFirst);
    } catch (thrown) {
      // Whoever asks for the history hears it as the failure of a call.
      this.#context.log.write('the history could not be read', thrown);
      this.close();
    }
  }

  /** A program that was killed says nothing: its runs are ended, and what it left waiting goes on here. */
  #takeOver(): void {
    const interrupted = this.#context.store().interruptAbandoned();
    this.#publisher.publish(interrupted.map((run): Change => ({ kind: 'run', run })));
    this.#adopt();
  }

  #compare(isFirst: boolean): void {
    const before = this.#seen;
    const runs = this.#context.store().listRuns();
    this.#seen = new Map(runs.map((run) => [run.id, { text: JSON.stringify(run), step: run.step }]));
    if (isFirst) return;
    for (const run of runs) {
      const known = before.get(run.id);
      if (this.#isOwn(run.id) || known?.text === this.#seen.get(run.id)?.text) continue;
      this.#publisher.publish([...this.#news(run, known?.step ?? 0), { kind: 'run', run }]);
    }
  }

  #news(run: Run, fromStep: number): Change[] {
    if (run.step < fromStep) {
      this.#told.delete(run.id);
      return [{ kind: 'rewind', run: run.id, step: run.step }];
    }
    const store = this.#context.store();
    const told = this.#told.get(run.id) ?? toldUpTo(fromStep - 1);
    this.#told.set(run.id, told);
    const points = seriesNames.flatMap((series): Change[] => {
      const after = told.points.get(series) ?? told.before;
      const { steps, values } = store.readCurve(run.id, series, { fromStep: after + 1, points: mostPoints });
      if (steps.length === 0) return [];
      told.points.set(series, steps.at(-1)!);
      return [{ kind: 'points', run: run.id, series, steps, values }];
    });
    return [...points, ...readWatched(store, run.id, told)];
  }
}
