/** One run, performed: a trainer is started, what it reports is committed and then told, and its end is always known. */
import { failureOf } from '../../shared/failure.ts';
import type { Failure, FailureCode } from '../../shared/failure.ts';
import type { Assignment, TrainerOrder } from '../../shared/run/assignment.ts';
import { trainerReportSchema } from '../../shared/run/assignment.ts';
import { evaluatedIn, isBest } from '../../shared/run/event.ts';
import type { EndEvent, EpochEvent, RunEvent } from '../../shared/run/event.ts';
import { safeParse } from '../../shared/schema.ts';
import { Pulse } from './pulse.ts';
import type { Patience } from './pulse.ts';
import { howItEnded, startTrainer } from './trainer.ts';
import type { Ending, TrainerCommand, TrainerProcess } from './trainer.ts';
import { tell } from '../../shared/told.ts';
import type { Told } from '../../shared/told.ts';

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
  /** A sentence for the run's list of events. Throws where it cannot be stored. */
  readonly note: (kind: string, text: Told) => void;
  /** Says something at once to whoever watches; nothing is stored. */
  readonly tell: (text: Told) => void;
  readonly patience: Patience;
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
/** How often a disk that failed is tried again. */
const attemptMs = 1000;
/** What a person can mend while the run waits. */
const mendable: ReadonlySet<FailureCode> = new Set(['disk.full', 'folder.denied', 'store.failing']);
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
  readonly #pulse: Pulse;
  /** Tries again to commit, while the disk fails and the trainer waits. */
  #mendTimer: NodeJS.Timeout | null = null;
  #isTraining = false;
  /** How the run is called that ends because of its first press. */
  #restsAs: 'stopped' | 'interrupted' | 'paused' = 'stopped';
  /** Why core itself ended the trainer. */
  #fault: Failure | null = null;

  constructor(assignment: Assignment, stage: Stage) {
    this.#assignment = assignment;
    this.#stage = stage;
    this.#trainer = startTrainer(stage.trainer, assignment.folder, (problem) => this.#note('warning', problem));
    const { port } = this.#trainer;
    port.onMessage((message) => this.#hear(message));
    // A broken pipe is an end like any other, but its process may linger.
    port.onClose(() => this.#later(leaveMs, () => this.#trainer.kill('SIGKILL')));
    this.#order({ kind: 'begin', assignment });
    this.#pulse = new Pulse(stage.patience, {
      hung: (seconds) => this.#fail({ code: 'trainer.hung', details: { seconds } }),
      slept: (fromMs, toMs) => this.#note('gap', toldSleep(fromMs, toMs)),
    });
    this.done = this.#trainer.ended.then((ending) => this.#conclude(ending));
  }

  stop(now: boolean): void {
    if (this.#end) this.#stopped = 'killed';
    else if (now && this.#stopped !== 'killed') {
      this.#stopped = 'killed';
      this.#note('stop', tell('Stopped at once; the training process was ended.'));
      this.#trainer.kill('SIGKILL');
    } else if (!now && this.#stopped === 'no') {
      this.#note('stop', tell('Stop was asked for; the step is finished first.'));
      this.#askToStop();
    }
  }

  interrupt(): void {
    this.#rest('interrupted', tell('The program ends; the step is finished first.'));
  }

  pause(): void {
    this.#rest('paused', tell('Pause was asked for; the step is finished first.'));
  }

  #rest(as: 'interrupted' | 'paused', note: Told): void {
    // What has ended waits for room on the disk at most, and no longer.
    if (this.#end) this.#stopped = 'killed';
    if (this.#stopped !== 'no') return;
    this.#restsAs = as;
    this.#note('stop', note);
    this.#askToStop();
  }

  #askToStop(): void {
    this.#stopped = 'asked';
    this.#order({ kind: 'stop' });
    this.#awaitWord(this.#stage.ladder.answer);
  }

  /** What cannot be written down is no reason to end a run. */
  #note(kind: string, text: Told): void {
    try {
      this.#stage.note(kind, text);
    } catch {
      this.#stage.tell(text);
    }
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
    this.#note('stop', tell('The step took too long to wait for; the training process was ended.'));
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
      if (event.type === 'phase') this.#isTraining = event.phase === 'training';
      if (event.type === 'rewind') this.#best = event.best;
      if (event.type === 'epoch') this.#remember(event);
      if (event.type === 'end') {
        // The end is committed when the trainer is gone, so that nothing can follow it.
        this.#end ??= event;
        this.#later(leaveMs, () => this.#trainer.kill('SIGKILL'));
      } else if (!this.#end) this.#waiting.push(event);
    }
    this.#pulse.word(this.#isTraining);
    if (events.some((event) => urgent.has(event.type))) this.#commit();
    else this.#commitTimer ??= setTimeout(() => this.#commit(), commitMs);
  }

  #remember(event: EpochEvent): void {
    this.#last = evaluatedIn(event) ?? this.#last;
    if (this.#last && isBest(this.#last, this.#best)) this.#best = this.#last;
  }

  #commit(): void {
    if (this.#commitTimer) clearTimeout(this.#commitTimer);
    this.#commitTimer = null;
    if (this.#waiting.length === 0 || this.#fault || this.#mendTimer) return;
    try {
      this.#stage.commit(this.#waiting);
      this.#waiting = [];
    } catch (thrown) {
      const failure = failureOf(thrown);
      if (mendable.has(failure.code) && this.#stopped === 'no') this.#waitForDisk(failure);
      else this.#fail(failure);
    }
  }

  /** Holds the trainer until what it said can be written down. Nobody who watches is shown anything before. */
  #waitForDisk(failure: Failure): void {
    const isFull = failure.code === 'disk.full';
    this.#stage.tell(
      isFull
        ? tell('{failure} The run waits and goes on when there is room.', { failure: { failure } })
        : tell('{failure} The run waits and goes on when the disk does.', { failure: { failure } }),
    );
    this.#order({ kind: 'hold' });
    this.#pulse.hold(true);
    this.#mendTimer = setInterval(() => {
      try {
        this.#stage.commit(this.#waiting);
        this.#waiting = [];
        this.#note(
          'info',
          isFull
            ? tell('The disk was full; there is room again, and the run goes on.')
            : tell('The disk failed; it works again, and the run goes on.'),
        );
      } catch (thrown) {
        if (mendable.has(failureOf(thrown).code) && this.#stopped === 'no') return;
        this.#endWaiting();
        return this.#fail(failureOf(thrown));
      }
      this.#endWaiting();
      this.#order({ kind: 'go' });
    }, attemptMs);
  }

  #endWaiting(): void {
    if (this.#mendTimer) clearInterval(this.#mendTimer);
    this.#mendTimer = null;
    this.#pulse.hold(false);
  }

  /** What was not committed may not be lost by going on: the trainer is ended. */
  #fail(failure: Failure): void {
    this.#fault ??= failure;
    this.#trainer.kill('SIGKILL');
  }

  async #conclude(ending: Ending): Promise<EndEvent> {
    for (const timer of [...this.#timers, this.#silenceTimer]) if (timer) clearTimeout(timer);
    this.#pulse.end();
    this.#endWaiting();
    const said = this.#fault || !this.#end ? this.#ownEnd(ending) : this.#end;
    const end: EndEvent = said.status === 'stopped' ? { ...said, status: this.#restsAs } : said;
    for (let told = false; ; told = true) {
      try {
        this.#stage.commit([...this.#waiting, end]);
        return end;
      } catch (thrown) {
        const failure = failureOf(thrown);
        if (!mendable.has(failure.code) || this.#stopped !== 'no') return this.#lose(end, failure);
        if (!told)
          this.#stage.tell(
            tell("{failure} The run's end is written down when that is possible.", { failure: { failure } }),
          );
        await new Promise((resolve) => setTimeout(resolve, attemptMs));
      }
    }
  }

  /** The next start of core finds a run without an end and says `interrupted`. */
  #lose(end: EndEvent, failure: Failure): EndEvent {
    const lost: EndEvent = { ...end, status: 'failed', failure: this.#fault ?? failure };
    this.#stage.tell(tell('The end of the run could not be written down. {failure}', { failure: { failure } }));
    this.#stage.lost(lost);
    return lost;
  }

  #ownEnd(ending: Ending): EndEvent {
    const end = { type: 'end' as const, run: this.#assignment.run, best: this.#best, last: this.#last, weights: null };
    if (this.#fault?.code === 'trainer.hung') return { ...end, status: 'interrupted', failure: this.#fault };
    if (this.#fault) return { ...end, status: 'failed', failure: this.#fault };
    if (this.#stopped !== 'no') return { ...end, status: 'stopped', failure: null };
    const how = howItEnded(ending, this.#trainer.tail());
    return { ...end, status: 'interrupted', failure: { code: 'trainer.died', details: { how } } };
  }
}

/** A gap in the run's time, for its log. */
function toldSleep(fromMs: number, toMs: number): Told {
  return tell('The computer slept, or stood still, for {duration} ({from} to {to}).', {
    duration: { seconds: (toMs - fromMs) / 1000 },
    from: { atMs: fromMs },
    to: { atMs: toMs },
  });
}

/** Performs a run. @throws {Expected} `folder.denied`, `disk.full` where the run's folder cannot be made */
export function perform(assignment: Assignment, stage: Stage): Performing {
  return new Performance(assignment, stage);
}
