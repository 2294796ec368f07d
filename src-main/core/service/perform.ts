/** One run, performed: a trainer is started, what it reports is committed and then told, and its end is always known. */
import type { FailureCode } from '../../shared/failure.ts';
import { failureOf } from '../../shared/failure.ts';
import type { Assignment, TrainerOrder } from '../../shared/run/assignment.ts';
import { trainerReportSchema } from '../../shared/run/assignment.ts';
import type { EndEvent, EpochEvent, RunEvent } from '../../shared/run/event.ts';
import { safeParse } from '../../shared/schema.ts';
import { howItEnded, startTrainer } from './trainer.ts';
import type { Ending, TrainerCommand, TrainerProcess } from './trainer.ts';

/** Milliseconds that a trainer gets after the first press on Stop. */
export interface StopLadder {
  /** Without a word from it: longer steps are not waited for. */
  readonly answer: number;
  /** Without a word from it once it said that it is saving. */
  readonly save: number;
  /** From SIGTERM to SIGKILL. */
  readonly terminate: number;
}

export const ordinaryLadder: StopLadder = { answer: 1000, save: 20_000, terminate: 2000 };

export interface Stage {
  readonly trainer: TrainerCommand;
  readonly ladder: StopLadder;
  /** Commits events in one transaction and then tells them. Throws where they cannot be stored. */
  readonly commit: (events: readonly RunEvent[]) => void;
  /** Hears of an end that could not be stored. */
  readonly lost: (end: EndEvent) => void;
  /** A sentence for the run's list of events. */
  readonly note: (kind: string, text: string) => void;
}

export interface Performing {
  /** Resolves once the trainer is gone and the end is committed. Never rejects. */
  readonly done: Promise<EndEvent>;
  /** The first press finishes the step, `now` ends the trainer at once. */
  stop(now: boolean): void;
  /** As the first press, but nobody asked for it: the program ends, and the run is `interrupted`. */
  interrupt(): void;
  /** As the first press, but to go on later: the run is `paused`. */
  pause(): void;
}

/** Points wait this long at most before they are committed. */
const commitMs = 100;
/** After its last word a trainer has this long to go. */
const leaveMs = 5000;
const urgent: ReadonlySet<RunEvent['type']> = new Set(['start', 'phase', 'epoch', 'checkpoint', 'end']);

class Performance implements Performing {
  readonly done: Promise<EndEvent>;
  readonly #assignment: Assignment;
  readonly #stage: Stage;
  readonly #trainer: TrainerProcess;
  readonly #timers = new Set<NodeJS.Timeout>();
  #waiting: RunEvent[] = [];
  #commitTimer: NodeJS.Timeout | null = null;
  #end: EndEvent | null = null;
  #best: EndEvent['best'] = null;
  #last: EndEvent['last'] = null;
  #stopped: 'no' | 'asked' | 'killed' = 'no';
  #silenceTimer: NodeJS.Timeout | null = null;
  /** How the run is called that ends because of its first press. */
  #restsAs: 'stopped' | 'interrupted' | 'paused' = 'stopped';
  /** Why core itself ended the trainer. */
  #fault: { code: string; details: Record<string, string | number> } | null = null;

  constructor(assignment: Assignment, stage: Stage) {
    this.#assignment = assignment;
    this.#stage = stage;
    this.#trainer = startTrainer(stage.trainer, assignment.folder);
    const { port } = this.#trainer;
    port.onMessage((message) => this.#hear(message));
    // A broken pipe is an end like any other, but its process may linger.
    port.onClose(() => this.#later(leaveMs, () => this.#trainer.kill('SIGKILL')));
    this.#order({ kind: 'begin', assignment });
    this.done = this.#trainer.ended.then((ending) => this.#conclude(ending));
  }

  stop(now: boolean): void {
    if (this.#end) return;
    if (now && this.#stopped !== 'killed') {
      this.#stopped = 'killed';
      this.#stage.note('stop', 'Stopped at once; the training process was ended.');
      this.#trainer.kill('SIGKILL');
    } else if (!now && this.#stopped === 'no') {
      this.#stage.note('stop', 'Stop was asked for; the step is finished first.');
      this.#askToStop();
    }
  }

  interrupt(): void {
    this.#rest('interrupted', 'The program ends; the step is finished first.');
  }

  pause(): void {
    this.#rest('paused', 'Pause was asked for; the step is finished first.');
  }

  #rest(as: 'interrupted' | 'paused', note: string): void {
    if (this.#end || this.#stopped !== 'no') return;
    this.#restsAs = as;
    this.#stage.note('stop', note);
    this.#askToStop();
  }

  #askToStop(): void {
    this.#stopped = 'asked';
    this.#order({ kind: 'stop' });
    this.#awaitWord(this.#stage.ladder.answer);
  }

  #order(order: TrainerOrder): void {
    this.#trainer.port.send(order);
  }

  #later(milliseconds: number, act: () => void): void {
    const timer = setTimeout(act, milliseconds);
    this.#timers.add(timer);
  }

  #awaitWord(milliseconds: number): void {
    if (this.#silenceTimer) clearTimeout(this.#silenceTimer);
    this.#silenceTimer = setTimeout(() => this.#terminate(), milliseconds);
  }

  #terminate(): void {
    if (this.#end || this.#stopped === 'killed') return;
    this.#stopped = 'killed';
    this.#stage.note('stop', 'The step took too long to wait for; the training process was ended.');
    this.#trainer.kill('SIGTERM');
    this.#later(this.#stage.ladder.terminate, () => this.#trainer.kill('SIGKILL'));
  }

  #hear(message: unknown): void {
    const report = safeParse(trainerReportSchema, message);
    if (!report.success)
      return this.#fail({ code: 'bug', details: { message: 'The training process reported something unknown.' } });
    const { events } = report.output;
    const saving = events.some((event) => event.type === 'phase' && event.phase === 'saving');
    if (this.#stopped === 'asked') this.#awaitWord(saving ? this.#stage.ladder.save : this.#stage.ladder.answer);
    for (const event of events) {
      if (event.type === 'epoch') this.#remember(event);
      if (event.type === 'end') {
        // The end is committed when the trainer is gone, so that nothing can follow it.
        this.#end ??= event;
        this.#later(leaveMs, () => this.#trainer.kill('SIGKILL'));
      } else if (!this.#end) this.#waiting.push(event);
    }
    if (events.some((event) => urgent.has(event.type))) this.#commit();
    else this.#commitTimer ??= setTimeout(() => this.#commit(), commitMs);
  }

  #remember({ epoch, test }: EpochEvent): void {
    if (!test) return;
    this.#last = { epoch, test };
    if (!this.#best || test.accuracy > this.#best.test.accuracy) this.#best = this.#last;
  }

  #commit(): void {
    if (this.#commitTimer) clearTimeout(this.#commitTimer);
    this.#commitTimer = null;
    if (this.#waiting.length === 0 || this.#fault) return;
    try {
      this.#stage.commit(this.#waiting);
      this.#waiting = [];
    } catch (thrown) {
      this.#fail(failureOf(thrown));
    }
  }

  /** What was not committed may not be lost by going on: the trainer is ended. */
  #fail(failure: { code: FailureCode; details: Record<string, string | number> }): void {
    this.#fault ??= failure;
    this.#trainer.kill('SIGKILL');
  }

  #conclude(ending: Ending): EndEvent {
    for (const timer of [...this.#timers, this.#silenceTimer]) if (timer) clearTimeout(timer);
    this.#commit();
    const said = this.#fault || !this.#end ? this.#ownEnd(ending) : this.#end;
    const end: EndEvent = said.status === 'stopped' ? { ...said, status: this.#restsAs } : said;
    try {
      this.#stage.commit([...this.#waiting, end]);
    } catch (thrown) {
      // The next start of core finds a run without an end and says `interrupted`.
      const lost: EndEvent = { ...end, status: 'failed', failure: this.#fault ?? failureOf(thrown) };
      this.#stage.lost(lost);
      return lost;
    }
    return end;
  }

  #ownEnd(ending: Ending): EndEvent {
    const end = { type: 'end' as const, run: this.#assignment.run, best: this.#best, last: this.#last, weights: null };
    if (this.#fault) return { ...end, status: 'failed', failure: this.#fault };
    if (this.#stopped !== 'no') return { ...end, status: 'stopped', failure: null };
    const how = howItEnded(ending, this.#trainer.tail());
    return { ...end, status: 'interrupted', failure: { code: 'trainer.died', details: { how } } };
  }
}

/** Performs a run. @throws {Expected} `folder.denied`, `disk.full` where the run's folder cannot be made */
export function perform(assignment: Assignment, stage: Stage): Performing {
  return new Performance(assignment, stage);
}
