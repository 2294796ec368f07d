/** Runs of other programs on the same data folder, seen through the store while somebody watches. */
import { seriesNames } from '../../shared/contract.ts';
import type { Change, Run } from '../../shared/contract.ts';
import type { Context } from './context.ts';
import { readWatched } from './watched.ts';
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
      this.#publisher.publish([...this.#newPoints(run, known?.step ?? 0), { kind: 'run', run }]);
    }
  }

  #newPoints(run: Run, fromStep: number): Change[] {
    if (run.step < fromStep) return [{ kind: 'rewind', run: run.id, step: run.step }];
    if (run.step === fromStep) return [];
    const store = this.#context.store();
    const points = seriesNames.flatMap((series): Change[] => {
      const { steps, values } = store.readCurve(run.id, series, { fromStep: fromStep + 1, points: mostPoints });
      return steps.length === 0 ? [] : [{ kind: 'points', run: run.id, series, steps, values }];
    });
    return [...points, ...readWatched(store, run.id, fromStep)];
  }
}
