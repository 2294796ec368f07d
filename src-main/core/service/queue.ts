/** Runs that wait, and the one that each device performs. */
import { join } from 'node:path';
import type { Run } from '../../shared/contract.ts';
import { Expected, failureOf, inWords, plainly } from '../../shared/failure.ts';
import type { Failure, FailureDetails } from '../../shared/failure.ts';
import type { EndEvent, RunEvent } from '../../shared/run/event.ts';
import { tell } from '../../shared/told.ts';
import type { ChosenDevice } from '../device/engine.ts';
import { acquireDeviceLock } from '../device/lock.ts';
import type { DeviceKind } from '../device/lock.ts';
import type { Context } from './context.ts';
import { makeFolder } from './home.ts';
import { commitEvents } from './journal.ts';
import type { Performing } from './perform.ts';
import { performOn } from './performOn.ts';
import { noteRun, notify } from './runNotes.ts';

/** How often a device that another program holds, or a held queue, is looked at again. */
const pollMs = 500;

interface Job {
  readonly run: string;
  performing: Performing | null;
  /** Whether it began or was stopped before it could: it does not wait any more. */
  isTaken: boolean;
  /** Whether its end could not be written down: that is said once. */
  isPutBack: boolean;
  /** A stop that came while it was prepared. */
  stopAsked: 'no' | 'pause' | 'afterStep' | 'now';
}

/** Performs runs in the order of the store's line, one at a time on a device, also across programs. */
export class Queue {
  readonly #context: Context;
  readonly #onOver: (run: string) => void;
  readonly #jobs = new Map<string, Job>();
  readonly #known = new Set<string>();
  /** The run that each device performs. */
  readonly #busy = new Map<DeviceKind, Promise<void>>();
  /** What was said of runs that wait for another program, so that it is said once. */
  readonly #told = new Map<string, string>();
  /** Ends of runs that the disk did not take. */
  readonly #unwritten: EndEvent[] = [];
  #looking: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | null = null;
  #isClosing = false;

  /** `onOver` hears of every run that a trainer has left, whatever its end. */
  constructor(context: Context, onOver: (run: string) => void = () => undefined) {
    this.#context = context;
    this.#onOver = onOver;
  }

  /** Folder of a run's checkpoints and of its trainer's log. */
  folderOf(run: string): string {
    return join(this.#context.options.home, 'runs', run);
  }

  /** Whether it waits or is performed here. */
  has(run: string): boolean {
    return this.#jobs.has(run);
  }

  /** Whether it was ever added here. */
  knows(run: string): boolean {
    return this.#known.has(run);
  }

  add(run: Run): void {
    this.#jobs.set(run.id, { run: run.id, performing: null, isTaken: false, isPutBack: false, stopAsked: 'no' });
    this.#known.add(run.id);
    this.look();
  }

  /** Begins what can begin now: to be called when the line or what holds it has changed. */
  look(): void {
    this.#looking = this.#looking
      .then(() => this.#begin())
      .catch((thrown: unknown) => this.#context.log.write('bug in the queue', thrown));
  }

  /** Stops a run of this program: a waiting one at once, a performed one after its step, or with `now` at once. */
  stop(run: string, now: boolean): void {
    const job = this.#jobs.get(run);
    if (!job) return;
    if (job.performing) {
      job.performing.stop(now);
      this.#showStopping(run);
    } else if (job.isTaken) {
      job.stopAsked = now ? 'now' : 'afterStep';
    } else {
      this.#take(job);
      this.#end(job, 'stopped');
    }
  }

  /** Takes a run off its device after its step, or out of the line, so that it can go on later. */
  pause(run: string): void {
    const job = this.#jobs.get(run);
    if (!job) return;
    if (job.performing) {
      job.performing.pause();
      this.#showStopping(run);
    } else if (job.isTaken) {
      job.stopAsked = 'pause';
    } else {
      this.#take(job);
      this.#end(job, 'paused');
    }
  }

  #showStopping(run: string): void {
    const { publish, store } = this.#context;
    publish([{ kind: 'run', run: store().changeRun(run, { stopping: true }) }]);
  }

  /** Ends everything in order; runs that wait stay queued, the next program that stays takes them over. */
  async close(): Promise<void> {
    this.#isClosing = true;
    if (this.#timer) clearTimeout(this.#timer);
    for (const { performing } of this.#jobs.values()) performing?.interrupt();
    await this.#looking;
    await Promise.all(this.#busy.values());
  }

  /** For every free device, the first run in line that asks for it. */
  async #begin(): Promise<void> {
    this.#writeEnds();
    if (![...this.#jobs.values()].some(({ isTaken }) => !isTaken)) return;
    const { engine, store } = this.#context;
    const full = new Set<DeviceKind>();
    for (const id of store().waitingLine()) {
      const job = this.#jobs.get(id);
      if (!job || job.isTaken || this.#isClosing) continue;
      if (store().readSettings().queueHeld) return this.#lookAgain();
      try {
        const device = await engine.choose(store().readRun(id).deviceAsked);
        if (job.isTaken || this.#isClosing || full.has(device.kind) || this.#busy.has(device.kind)) continue;
        const release = this.#lock(id, device.kind);
        if (release) this.#perform(job, device, release);
        else full.add(device.kind);
      } catch (thrown) {
        this.#fail(this.#take(job), thrown);
      }
    }
    if (full.size > 0) this.#lookAgain();
  }

  /** Tries once more to write down how runs ended; until then nobody can resume them. */
  #writeEnds(): void {
    for (const end of this.#unwritten.splice(0)) {
      try {
        this.#context.publish(commitEvents(this.#context.store(), end.run, [end], 1));
      } catch {
        this.#unwritten.push(end);
        this.#lookAgain();
      }
    }
  }

  #lookAgain(): void {
    if (this.#timer || this.#isClosing) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.look();
    }, pollMs);
  }

  /** Takes a run out of the line. */
  #take(job: Job): Job {
    job.isTaken = true;
    this.#told.delete(job.run);
    return job;
  }

  #perform(job: Job, device: ChosenDevice, release: () => void): void {
    this.#take(job);
    const performed = this.#performOne(job, device)
      .catch((thrown: unknown) => this.#fail(job, thrown))
      .finally(() => {
        release();
        this.#busy.delete(device.kind);
        if (!job.isTaken) return;
        this.#jobs.delete(job.run);
        if (!this.#isClosing) this.#onOver(job.run);
        this.look();
      });
    this.#busy.set(device.kind, performed);
  }

  /** Ends a run that could not begin, or whose performance broke down. */
  #fail(job: Job, thrown: unknown): void {
    if (!(thrown instanceof Expected)) this.#context.log.write(`bug in run ${job.run}`, thrown);
    this.#end(job, 'failed', failureOf(thrown));
  }

  /** Ends a run that no trainer has begun; where that cannot be written down, it says so and goes back into the line. */
  #end(job: Job, status: 'stopped' | 'paused' | 'failed', failure: ReturnType<typeof failureOf> | null = null): void {
    const end: RunEvent = {
      type: 'end',
      run: job.run,
      status,
      best: null,
      last: null,
      weights: null,
      failure: failure as never,
    };
    try {
      this.#commit(job.run, [end], 1);
    } catch (thrown) {
      this.#context.log.write(`the end of run ${job.run} could not be stored`, thrown);
      this.#context.options.onCommitted?.(job.run, [end]);
      return this.#putBack(job, failureOf(thrown));
    }
    if (!job.performing) this.#jobs.delete(job.run);
  }

  #putBack(job: Job, failure: Failure): void {
    if (!job.isPutBack) {
      const text = tell('Run {run} waits: {failure}', { run: job.run, failure: { failure } });
      notify(this.#context, job.run, 'warning', text);
    }
    Object.assign(job, { performing: null, isTaken: false, isPutBack: true });
    this.#lookAgain();
  }

  #commit(run: string, events: readonly RunEvent[], batch: number): void {
    this.#context.publish(commitEvents(this.#context.store(), run, events, batch));
    this.#context.options.onCommitted?.(run, events);
  }

  /** A device's lock; null where another program holds it, which is then said once. */
  #lock(run: string, device: DeviceKind): (() => void) | null {
    const { options, store } = this.#context;
    try {
      return acquireDeviceLock(
        device,
        tell('{name} (run {run})', { name: store().readRun(run).name, run }),
        options.cache,
      );
    } catch (thrown) {
      const failure = thrown instanceof Expected ? thrown.failure : null;
      if (failure?.code !== 'device.busy') throw thrown;
      const { device: busy, holder } = failure.details as FailureDetails<'device.busy'>;
      const text = tell('Waiting: the {device} is in use by {holder}.', { device: busy, holder });
      const words = inWords(text);
      if (words !== this.#told.get(run)) {
        this.#told.set(run, words);
        noteRun(this.#context, run, 'waiting', text);
        notify(this.#context, run, 'info', text);
      }
      return null;
    }
  }

  async #performOne(job: Job, device: ChosenDevice): Promise<void> {
    const { log, options } = this.#context;
    const { run } = job;
    job.performing = await performOn(this.#context, {
      run,
      device,
      folder: makeFolder(this.folderOf(run)),
      commit: (events, batch) => this.#commit(run, events, batch),
      lost: (end) => {
        options.onCommitted?.(run, [end]);
        this.#unwritten.push(end);
      },
    });
    if (this.#isClosing) job.performing.interrupt();
    if (job.stopAsked === 'pause') job.performing.pause();
    else if (job.stopAsked !== 'no') job.performing.stop(job.stopAsked === 'now');
    const end = await job.performing.done;
    if (end.failure) log.write(`run ${run} ${end.status}: ${JSON.stringify(end.failure, plainly)}`);
  }
}
