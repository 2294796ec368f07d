/** `train`: starts runs in this process and follows them to their end. */
import { augmentationFor } from '../core/service/recipe.ts';
import { defaultRecipe } from '../shared/recipe.ts';
import { WrongUsage } from './arguments.ts';
import type { Command, Session } from './command.ts';
import { Audience, follow } from './follow.ts';
import { networkChoice } from './network.ts';
import { recipeOverrides } from './recipe.ts';

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
    const audience = new Audience(session);
    const client = audience.client();
    const { network, data, overrides } = await choose(given, session);
    const started = await client.call('run.start', {
      network,
      data,
      recipe: overrides,
      device: given.choice('device', ['auto', 'cpu', 'gpu']) ?? 'auto',
      seeds: given.whole('seeds', 1, 100) ?? 1,
      ...(given.text('name') === undefined ? {} : { name: given.text('name') as string }),
    });
    return follow(started, audience, session);
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
