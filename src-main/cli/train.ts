/** `train`: starts runs in this process and follows them to their end. */
import { augmentationFor } from '../core/service/recipe.ts';
import { describeFailure } from '../shared/failure.ts';
import type { Failure } from '../shared/failure.ts';
import type { Run } from '../shared/contract.ts';
import { defaultRecipe } from '../shared/recipe.ts';
import type { EndEvent, RunEvent } from '../shared/run/event.ts';
import { WrongUsage } from './arguments.ts';
import { done, failed, interrupted, printJson } from './command.ts';
import type { Command, Session } from './command.ts';
import { networkChoice } from './network.ts';
import { Follower, resultInWords } from './progress.ts';
import { recipeOverrides } from './recipe.ts';
import type { Terminal } from './terminal.ts';

/** Events that scripts get; the others are for the window. */
const printed: ReadonlySet<RunEvent['type']> = new Set(['start', 'step', 'epoch', 'end']);

/** Shows the events of all runs of a command, and tells when the last has come to its end. */
class Audience {
  readonly #session: Session;
  readonly #followers = new Map<string, Follower>();
  readonly #ended = new Map<string, (end: EndEvent) => void>();

  constructor(session: Session) {
    this.#session = session;
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

export const trainCommand: Command = {
  usage:
    'train NAME|FILE --data ID [--epochs N|--steps N] [--batch N] [--lr X] [--seed N] [--seeds N] [--device auto|cpu|gpu] [--set key=value]…',
  summary: 'trains a network; Ctrl+C stops it after its step, a second one at once',
  options: {
    data: { value: 'ID' },
    epochs: { value: 'N' },
    steps: { value: 'N' },
    batch: { value: 'N' },
    lr: { value: 'X' },
    seed: { value: 'N' },
    seeds: { value: 'N' },
    device: { value: 'auto|cpu|gpu' },
    name: { value: 'NAME' },
    set: { value: 'key=value', multiple: true },
  },
  positionals: { least: 1, most: 1, names: 'NAME or FILE' },
  async run(given, session) {
    const { terminal, json } = session;
    const audience = new Audience(session);
    const client = session.client({
      onCommitted: (run, events) => audience.take(run, events),
      onNotice: (text) => terminal.note(`residua: ${text}`),
    });
    const { network, data, overrides } = await choose(given, session);
    const started = await client.call('run.start', {
      network,
      data,
      recipe: overrides,
      device: given.choice('device', ['auto', 'cpu', 'gpu']) ?? 'auto',
      seeds: given.whole('seeds', 1, 100) ?? 1,
      ...(given.text('name') === undefined ? {} : { name: given.text('name') as string }),
    });
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
  },
};

async function choose(given: Parameters<Command['run']>[0], { client }: Session) {
  const data = given.text('data');
  if (data === undefined) throw new WrongUsage('--data is missing');
  if (data.includes('/'))
    throw new WrongUsage(`--data wants the id or name of a dataset; this version cannot add "${data}" yet`);
  const network = networkChoice(given.positionals[0] as string);
  const presets = await client().call('network.presets', {});
  const base = presets.find((preset) => preset.name === network)?.recipe ?? defaultRecipe;
  // An unknown network is said before an unknown dataset, and both before anything is stored.
  if (typeof network === 'string') await client().call('network.describe', { network });
  const dataset = await client().call('data.show', { data });
  return {
    network,
    data: dataset.id,
    overrides: recipeOverrides(given, base, augmentationFor(dataset, base.augmentation)),
  };
}
