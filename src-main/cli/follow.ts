/** Runs of this process, followed to their end: what is shown, what Ctrl+C does, and the exit status. */
import { describeFailure } from '../shared/failure.ts';
import type { Failure } from '../shared/failure.ts';
import type { Run } from '../shared/contract.ts';
import type { Client } from '../shared/port.ts';
import type { EndEvent, RunEvent } from '../shared/run/event.ts';
import { done, failed, interrupted, printJson } from './command.ts';
import type { Session } from './command.ts';
import { Follower, resultInWords } from './progress.ts';
import type { Terminal } from './terminal.ts';

/** Events that scripts get; the others are for the window. */
const printed: ReadonlySet<RunEvent['type']> = new Set(['start', 'step', 'epoch', 'end']);

/** Shows the events of all runs of a command, and tells when the last has come to its end. */
export class Audience {
  readonly #session: Session;
  readonly #followers = new Map<string, Follower>();
  readonly #ended = new Map<string, (end: EndEvent) => void>();

  constructor(session: Session) {
    this.#session = session;
  }

  /** The client of this command; what happens to its runs comes here. */
  client(): Client {
    return this.#session.client({
      onCommitted: (run, events) => this.take(run, events),
      onNotice: (text) => this.#session.terminal.note(`residua: ${text}`),
    });
  }

  /** Resolves with the ends of these runs once all have come. */
  follow(runs: readonly Run[]): Promise<EndEvent[]> {
    const ends = runs.map((run, index) => {
      this.#followers.set(
        run.id,
        new Follower(this.#session.terminal, runs.length > 1 ? `[${index + 1}/${runs.length}] ` : ''),
      );
      return new Promise<EndEvent>((resolve) => this.#ended.set(run.id, resolve));
    });
    return Promise.all(ends);
  }

  take(run: string, events: readonly RunEvent[]): void {
    for (const event of events) {
      if (this.#session.json && printed.has(event.type)) printJson(this.#session.terminal, { ...event, run });
      this.#followers.get(run)?.take(event);
      if (event.type === 'end') this.#ended.get(run)?.(event);
    }
  }
}

function tellEnd(run: Run, json: boolean, terminal: Terminal): void {
  if (!json) terminal.out(resultInWords(run));
  if (run.failure) {
    const { title, advice } = describeFailure(run.failure as Failure);
    terminal.note(`residua: ${title} ${advice}`);
  }
}

function exitStatus(runs: readonly Run[], presses: number): number {
  if (presses > 0) return interrupted;
  return runs.every((run) => run.status === 'finished') ? done : failed;
}

/** Follows runs that were just begun; Ctrl+C stops them after their step, a second one at once. @returns the exit status */
export async function follow(started: readonly Run[], audience: Audience, session: Session): Promise<number> {
  const { terminal, json } = session;
  const client = session.client();
  let presses = 0;
  session.onInterrupt((times) => {
    presses = times;
    if (times === 1) terminal.note('residua: stopping after this step; once more ends it at once.');
    for (const { id } of started) client.call('run.stop', { run: id, now: times > 1 }).catch(() => undefined);
  });
  const ends = await audience.follow(started);
  // The end as it was told: on a full disk the history does not have it.
  const ended = await Promise.all(
    ends.map(async ({ run, status, failure }): Promise<Run> => {
      const stored = (await client.call('run.show', { run })).run;
      return { ...stored, status, failure: failure ?? null };
    }),
  );
  for (const run of ended) tellEnd(run, json, terminal);
  return exitStatus(ended, presses);
}
