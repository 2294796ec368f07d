/** `resume`, `fork` and `pin`: going on with runs, and the checkpoints from which that is possible. */
import { expected } from '../shared/failure.ts';
import { augmentationFor } from '../core/service/recipe.ts';
import { WrongUsage } from './arguments.ts';
import { done, printJson } from './command.ts';
import type { Command } from './command.ts';
import { Audience, follow } from './follow.ts';
import { recipeOverrides } from './recipe.ts';
import { findRun } from './runs.ts';

export const resumeCommand: Command = {
  usage: 'resume RUN [--accumulate N]',
  summary: 'goes on with a run that was stopped or interrupted, or that failed, exactly where its last checkpoint is',
  options: { accumulate: { value: 'N' } },
  positionals: { least: 1, most: 1, names: 'RUN' },
  async run(given, session) {
    const audience = new Audience(session);
    const client = audience.client();
    const run = await findRun(client, given.positionals[0] as string);
    const accumulate = given.whole('accumulate', 1, 1024);
    const resumed = await client.call('run.resume', { run, ...(accumulate === undefined ? {} : { accumulate }) });
    return follow([resumed], audience, session);
  },
};

export const forkCommand: Command = {
  usage: 'fork RUN [--step N] [--epochs N|--steps N] [--batch N] [--lr X] [--seed N] [--device D] [--set key=value]…',
  summary: 'begins a run from a checkpoint of another, with a changed recipe',
  options: {
    step: { value: 'N' },
    epochs: { value: 'N' },
    steps: { value: 'N' },
    batch: { value: 'N' },
    lr: { value: 'X' },
    seed: { value: 'N' },
    device: { value: 'auto|cpu|gpu' },
    name: { value: 'NAME' },
    set: { value: 'key=value', multiple: true },
  },
  positionals: { least: 1, most: 1, names: 'RUN' },
  async run(given, session) {
    const audience = new Audience(session);
    const client = audience.client();
    const parent = await client.call('run.show', { run: await findRun(client, given.positionals[0] as string) });
    const augmentation = parent.recipe.augmentation ?? (parent.dataset && augmentationFor(parent.dataset));
    if (!augmentation) throw expected('data.unknown', { name: parent.run.data, near: '' });
    const [step, device, name] = [
      given.whole('step', 0, 100_000_000),
      given.choice('device', ['auto', 'cpu', 'gpu']),
      given.text('name'),
    ];
    const forked = await client.call('run.fork', {
      run: parent.run.id,
      recipe: recipeOverrides(given, parent.recipe, augmentation),
      ...(step === undefined ? {} : { step }),
      ...(device === undefined ? {} : { device }),
      ...(name === undefined ? {} : { name }),
    });
    return follow([forked], audience, session);
  },
};

const pin = (usage: string, summary: string, pinned: boolean): Command => ({
  usage,
  summary,
  options: { step: { value: 'N' } },
  positionals: { least: 1, most: 1, names: 'RUN' },
  async run(given, { client, json, terminal }) {
    const run = await findRun(client(), given.positionals[0] as string);
    const step = given.whole('step', 0, 100_000_000);
    if (step === undefined) throw new WrongUsage('--step is missing; `show RUN` lists the checkpoints');
    const detail = await client().call('run.pin', { run, step, pinned });
    if (json) printJson(terminal, detail);
    else terminal.out(`The checkpoint of step ${step} is ${pinned ? 'kept for good' : 'kept no longer than others'}.`);
    return done;
  },
});

export const pinCommand = pin('pin RUN --step N', 'keeps a checkpoint for good', true);
export const unpinCommand = pin('unpin RUN --step N', 'lets a pinned checkpoint go with the others', false);
