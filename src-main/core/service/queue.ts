/** Runs that wait, and the one that each device performs. */
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { Run } from '../../shared/contract.ts';
import { Expected, failureOf } from '../../shared/failure.ts';
import type { RunEvent } from '../../shared/run/event.ts';
import type { ChosenDevice } from '../device/engine.ts';
import { acquireDeviceLock } from '../device/lock.ts';
import type { DeviceKind } from '../device/lock.ts';
import type { Context } from './context.ts';
import { makeFolder } from './home.ts';
import { commitEvents } from './journal.ts';
import { ordinaryLadder, perform } from './perform.ts';
import type { Performing } from './perform.ts';
import { ownTrainer } from './trainer.ts';

/** How often a device that another program holds is asked for again. */
const lockPollMs = 500;

/** Milliseconds between checkpoints. */
const ordinaryCheckpointEveryMs = 30_000;

interface Job {
  readonly run: string;
  performing: Performing | null;
  /** Set when it was stopped before it began. */
  stopped: boolean;
}

/** Performs runs in the order in which they were added, one at a time on a device, also across programs. */
export class Queue {
  readonly #context: Context;
  readonly #jobs = new Map<string, Job>();
  readonly #known = new Set<string>();
  /** The end of the line before each device. */
  readonly #lines = new Map<DeviceKind, Promise<void>>();
  /** Devices are chosen in order, too. */
  #choosing: Promise<unknown> = Promise.resolve();
  #isClosing = false;

  constructor(context: Context) {
    this.#context = context;
  }

  /** The folder of a run: checkpoints and the trainer's log. */
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
    const job: Job = { run: run.id, performing: null, stopped: false };
    this.#jobs.set(run.id, job);
    this.#known.add(run.id);
    const chosen = this.#choosing.then(() => this.#context.engine.choose(run.deviceAsked));
    this.#choosing = chosen.then(
      (device) => {
        const line = (this.#lines.get(device.kind) ?? Promise.resolve()).then(() =>
          this.#guard(job, () => this.#work(job, device)),
        );
        this.#lines.set(device.kind, line);
      },
      (thrown: unknown) => this.#guard(job, () => Promise.reject(thrown)),
    );
  }

  /** Stops a run of this program: a waiting one at once, a performed one after its step, or with `now` at once. */
  stop(run: string, now: boolean): void {
    const job = this.#jobs.get(run);
    if (!job || job.stopped) return;
    if (job.performing) {
      const stopping = this.#context.store().changeRun(run, { stopping: true });
      this.#context.publish([{ kind: 'run', run: stopping }]);
      job.performing.stop(now);
    } else {
      job.stopped = true;
      this.#end(job, 'stopped');
    }
  }

  /** Ends everything in order; runs that wait stay queued, the next program that stays takes them over. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const performed = [...this.#jobs.values()].flatMap(({ performing }) => (performing ? [performing] : []));
    for (const performing of performed) performing.interrupt();
    await Promise.all([this.#choosing, ...this.#lines.values()]);
  }

  async #guard(job: Job, work: () => Promise<void>): Promise<void> {
    try {
      if (!job.stopped && !this.#isClosing) await work();
    } catch (thrown) {
      if (!(thrown instanceof Expected)) this.#context.log.write(`bug in run ${job.run}`, thrown);
      if (!job.stopped) this.#end(job, 'failed', failureOf(thrown));
    } finally {
      this.#jobs.delete(job.run);
    }
  }

  /** Ends a run that no trainer has begun. */
  #end(job: Job, status: 'stopped' | 'failed', failure: ReturnType<typeof failureOf> | null = null): void {
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
    }
  }

  #commit(run: string, events: readonly RunEvent[], batch: number): void {
    this.#context.publish(commitEvents(this.#context.store(), run, events, batch));
    this.#context.options.onCommitted?.(run, events);
  }

  #note(run: string, kind: string, text: string): void {
    const line = { atMs: Date.now(), kind, text };
    this.#context.store().addEvent(run, line);
    this.#context.publish([{ kind: 'event', run, atMs: line.atMs, event: kind, text }]);
  }

  async #work(job: Job, device: ChosenDevice): Promise<void> {
    const release = await this.#lock(job, device.kind);
    if (!release) return;
    try {
      await this.#perform(job, device);
    } finally {
      release();
    }
  }

  /** Waits for a device that another program holds; null where the run was stopped meanwhile. */
  async #lock(job: Job, device: DeviceKind): Promise<(() => void) | null> {
    const { options, publish, store } = this.#context;
    const { name } = store().readRun(job.run);
    for (let told = ''; !job.stopped && !this.#isClosing;) {
      try {
        return acquireDeviceLock(device, `${name} (run ${job.run})`, options.cache);
      } catch (thrown) {
        const failure = thrown instanceof Expected ? thrown.failure : null;
        if (failure?.code !== 'device.busy') throw thrown;
        const text = `Waiting: the ${failure.details['device']} is in use by ${failure.details['holder']}.`;
        if (text !== told) {
          this.#note(job.run, 'waiting', text);
          publish([{ kind: 'notice', level: 'info', text, run: job.run }]);
          options.onNotice?.(text);
        }
        told = text;
        await new Promise((resolve) => setTimeout(resolve, lockPollMs));
      }
    }
    return null;
  }

  async #perform(job: Job, device: ChosenDevice): Promise<void> {
    const { options, log, publish, store } = this.#context;
    const { spec, recipe, run } = store().readRunDetail(job.run);
    publish([{ kind: 'run', run: store().changeRun(job.run, { status: 'preparing', startedAtMs: Date.now() }) }]);
    if (device.problem) this.#tellUnusedCard(job.run, device.problem);
    const folder = makeFolder(this.folderOf(job.run));
    const named = await this.#deviceNames(device);
    job.performing = perform(
      {
        run: job.run,
        name: run.name,
        spec,
        recipe,
        data: run.data,
        home: options.home,
        folder,
        device: device.kind,
        engine: device.engine.folder,
        resumeFrom: store().readCheckpoints(job.run).at(-1)?.file ?? null,
        checkpointEveryMs: options.checkpointEveryMs ?? ordinaryCheckpointEveryMs,
      },
      {
        trainer: options.trainer ?? ownTrainer(),
        ladder: options.ladder ?? ordinaryLadder,
        commit: (events) =>
          this.#commit(
            job.run,
            events.map((event) =>
              event.type === 'start' ? { ...event, device: { ...event.device, ...named } } : event,
            ),
            recipe.batch,
          ),
        lost: (end) => options.onCommitted?.(job.run, [end]),
        note: (kind, text) => this.#note(job.run, kind, text),
      },
    );
    if (this.#isClosing) job.performing.interrupt();
    const end = await job.performing.done;
    if (end.failure) log.write(`run ${job.run} ${end.status}: ${JSON.stringify(end.failure)}`);
  }

  /** The trainer does not know the card's name and driver. */
  async #deviceNames(device: ChosenDevice): Promise<{ name: string; driver: string | null }> {
    const { card } = await this.#context.engine.status();
    if (device.kind === 'gpu' && card) return { name: card.name, driver: card.driver };
    return { name: cpus()[0]?.model.replaceAll(/\s+/g, ' ').trim() || process.arch, driver: null };
  }

  #tellUnusedCard(run: string, problem: NonNullable<ChosenDevice['problem']>): void {
    const text = `The graphics card is not used: ${problem.reason}. ${problem.mend}`;
    this.#note(run, 'warning', text);
    this.#context.publish([{ kind: 'notice', level: 'warning', text, run }]);
    this.#context.options.onNotice?.(text);
  }
}
