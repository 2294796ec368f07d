/** `train`: starts runs in this process and follows them to their end. */
import { sep } from 'node:path';
import { augmentationFor } from '../core/service/recipe.ts';
import { recipeFor } from '../shared/network/recipes.ts';
import { defaultRecipe } from '../shared/recipe.ts';
import { WrongUsage } from './arguments.ts';
import { interrupted } from './command.ts';
import type { Command, Session } from './command.ts';
import { addData } from './dataAdd.ts';
import { Audience, follow } from './follow.ts';
import { networkChoice } from './network.ts';
import { recipeOverrides } from './recipe.ts';

/** Options that say how a network is trained. */
export const runOptions = {
  data: { value: 'ID|PATH' },
  epochs: { value: 'N' },
  steps: { value: 'N' },
  batch: { value: 'N' },
  lr: { value: 'X' },
  seed: { value: 'N' },
  seeds: { value: 'N' },
  device: { value: 'auto|cpu|gpu' },
  name: { value: 'NAME' },
  set: { value: 'key=value', multiple: true },
} as const;

export const trainCommand: Command = {
  usage:
    'train NAME|FILE --data ID|PATH [--epochs N|--steps N] [--batch N] [--lr X] [--seed N] [--seeds N] [--device auto|cpu|gpu] [--set key=value]… [--weights FILE]',
  summary: 'trains a network; Ctrl+C stops it after its step, a second one at once',
  options: { ...runOptions, weights: { value: 'FILE' } },
  positionals: { least: 1, most: 1, names: 'NAME or FILE' },
  async run(given, session) {
    const audience = new Audience(session);
    const client = audience.client();
    const asked = await askedRuns(given, session);
    if (!asked) return interrupted;
    const weights = given.text('weights');
    const started =
      weights === undefined
        ? await client.call('run.start', asked)
        : await client.call('weights.import', { ...asked, source: { paths: [weights] }, after: 'train' });
    return follow(started, audience, session);
  },
};

/**
 * What the options of `train` and `import` ask for; null where the adding of a path was interrupted.
 * @throws {WrongUsage} @throws {Expected} for an unknown network or dataset
 */
export async function askedRuns(
  given: Parameters<Command['run']>[0],
  session: Session,
  named = given.positionals[0] as string,
) {
  const { client } = session;
  const data = given.text('data');
  if (data === undefined) throw new WrongUsage('--data is missing');
  const network = networkChoice(named);
  const presets = await client().call('network.presets', {});
  const base =
    typeof network === 'string'
      ? (presets.find((preset) => preset.name === network)?.recipe ?? defaultRecipe)
      : recipeFor(network);
  // An unknown network is said before an unknown dataset, and both before anything is stored.
  if (typeof network === 'string') await client().call('network.describe', { network });
  // A path is added first; what is in the library already is found there.
  const isPath = data.includes('/') || data.includes(sep);
  const added = isPath ? await addData([data], {}, session) : null;
  if (isPath && !added) return null;
  const dataset = added?.dataset ?? (await client().call('data.show', { data }));
  return {
    network,
    data: dataset.id,
    recipe: recipeOverrides(given, base, augmentationFor(dataset, base.augmentation)),
    device: given.choice('device', ['auto', 'cpu', 'gpu']) ?? ('auto' as const),
    seeds: given.whole('seeds', 1, 100) ?? 1,
    ...(given.text('name') === undefined ? {} : { name: given.text('name') as string }),
  };
}
