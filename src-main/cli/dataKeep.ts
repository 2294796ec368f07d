/** `data rename`, `data split`, `data survey`, `data empty`: what a library is kept with. */
import { bytesInWords, counted } from '../shared/words.ts';
import { WrongUsage } from './arguments.ts';
import { done, printJson } from './command.ts';
import type { Command } from './command.ts';

export const dataRenameCommand: Command = {
  usage: 'data rename ID NAME',
  summary: 'gives a dataset another name',
  options: {},
  positionals: { least: 2, most: 2, names: 'ID NAME' },
  async run(given, { client, json, terminal }) {
    const [data, name] = given.positionals as [string, string];
    const set = await client().call('data.rename', { data, name });
    if (json) printJson(terminal, set);
    else terminal.out(`${set.id} is called ${set.name}.`);
    return done;
  },
};

export const dataSplitCommand: Command = {
  usage: 'data split ID --validation SHARE [--seed N] [--name N]',
  summary: 'makes a dataset whose validation split is a share of every class of the training images',
  options: { validation: { value: 'SHARE' }, seed: { value: 'N' }, name: { value: 'N' } },
  positionals: { least: 1, most: 1, names: 'ID' },
  async run(given, { client, json, terminal }) {
    const share = given.number('validation', 0.001, 0.5);
    if (share === undefined) throw new WrongUsage('--validation wants a share, e.g. 0.1');
    const name = given.text('name');
    const set = await client().call('data.splitValidation', {
      data: given.positionals[0] as string,
      share,
      seed: given.whole('seed', 0, 2 ** 31 - 1) ?? 0,
      ...(name === undefined ? {} : { name }),
    });
    if (json) printJson(terminal, set);
    else
      terminal.out(
        `${set.name} (${set.id}): ${set.splits.map((split) => `${split.name} ${counted(split.images, 'image')}`).join(', ')}.`,
      );
    return done;
  },
};

export const dataSurveyCommand: Command = {
  usage: 'data survey ID',
  summary: 'looks at every image: class balance, equal images within and between splits',
  options: {},
  positionals: { least: 1, most: 1, names: 'ID' },
  async run(given, { client, json, terminal }) {
    const data = given.positionals[0] as string;
    const [set, survey] = await Promise.all([
      client().call('data.show', { data }),
      client().call('data.survey', { data }),
    ]);
    if (json) {
      printJson(terminal, survey);
      return done;
    }
    for (const { split, images } of survey.balance) {
      const [least, most] = [Math.min(...images), Math.max(...images)];
      terminal.out(
        `${split}: ${counted(set.classes.length, 'class', 'classes')} of ${least === most ? counted(least, 'image') : `${least.toLocaleString('en-US')} to ${counted(most, 'image')}`}.`,
      );
    }
    const { within, between, contradictions, groups } = survey.duplicates;
    if (groups === 0) terminal.out('No image occurs twice.');
    for (const { split, images } of within)
      if (images > 0) terminal.out(`${split}: ${counted(images, 'copy', 'copies')} of an earlier image.`);
    for (const { splits, images } of between)
      if (images > 0) terminal.out(`${counted(images, 'image')} of ${splits[1]} in ${splits[0]}, too.`);
    if (contradictions > 0) terminal.out(`${counted(contradictions, 'group')} of equal images with different classes.`);
    return done;
  },
};

export const dataEmptyCommand: Command = {
  usage: 'data empty',
  summary: 'frees the space of removed datasets; they cannot be had back then',
  options: {},
  positionals: { least: 0, most: 0, names: '' },
  async run(_given, { client, json, terminal }) {
    const freed = await client().call('data.empty', {});
    if (json) printJson(terminal, freed);
    else terminal.out(`Freed ${bytesInWords(freed.freedBytes)}.`);
    return done;
  },
};
