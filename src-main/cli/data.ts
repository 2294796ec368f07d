/** `data list`, `data show`, `data remove`, `data restore`. */
import { bytesInWords, counted, shapeInWords } from '../shared/words.ts';
import { done, printJson, wrongUsage } from './command.ts';
import type { Command } from './command.ts';
import { table } from './table.ts';

export const dataListCommand: Command = {
  usage: 'data list',
  summary: 'the datasets in the library',
  options: {},
  positionals: { least: 0, most: 0, names: '' },
  async run(_given, { client, json, terminal }) {
    const datasets = await client().call('data.list', {});
    if (json) printJson(terminal, { datasets });
    else
      for (const line of table(datasets, [
        { title: 'id', text: (set) => set.id },
        { title: 'name', text: (set) => set.name },
        {
          title: 'images',
          text: (set) => set.splits.map(({ name, images }) => `${name} ${images.toLocaleString('en-US')}`).join(', '),
        },
        { title: 'size', text: (set) => shapeInWords(set.image) },
        { title: 'classes', text: (set) => String(set.classes.length), right: true },
        { title: 'bytes', text: (set) => bytesInWords(set.bytes), right: true },
      ]))
        terminal.out(line);
    return done;
  },
};

export const dataShowCommand: Command = {
  usage: 'data show ID',
  summary: 'one dataset: splits, classes, mean, where it is from',
  options: {},
  positionals: { least: 1, most: 1, names: 'ID' },
  async run(given, { client, json, terminal }) {
    const set = await client().call('data.show', { data: given.positionals[0] as string });
    if (json) {
      printJson(terminal, set);
      return done;
    }
    const perChannel = (values: readonly number[]) => values.map((value) => value.toFixed(1)).join(', ');
    terminal.out(`${set.name} (${set.id}): ${shapeInWords(set.image)}, ${bytesInWords(set.bytes)}.`);
    terminal.out(`Splits: ${set.splits.map(({ name, images }) => `${name} ${counted(images, 'image')}`).join(', ')}.`);
    terminal.out(`Classes (${set.classes.length}): ${set.classes.join(', ')}.`);
    terminal.out(
      `Mean ${perChannel(set.mean)}, deviation ${perChannel(set.deviation)} of 0 to 255, each channel of the training split.`,
    );
    terminal.out(`A mirrored image ${set.mirrors ? 'keeps' : 'does not keep'} its class. SHA-256 ${set.hash}.`);
    if (set.note) terminal.out(set.note);
    return done;
  },
};

export const dataRemoveCommand: Command = {
  usage: 'data remove ID',
  summary: 'takes a dataset out of the library; it can be had back',
  options: {},
  positionals: { least: 1, most: 1, names: 'ID' },
  async run(given, { client, json, terminal }) {
    const set = await client().call('data.remove', { data: given.positionals[0] as string });
    if (json) printJson(terminal, set);
    else terminal.out(`Removed ${set.name}. It can be had back: data restore ${set.id}`);
    return done;
  },
};

export const dataRestoreCommand: Command = {
  usage: 'data restore ID',
  summary: 'brings a removed dataset back',
  options: {},
  positionals: { least: 1, most: 1, names: 'ID' },
  async run(given, { client, json, terminal }) {
    const set = await client().call('data.restore', { data: given.positionals[0] as string });
    if (json) printJson(terminal, set);
    else terminal.out(`${set.name} (${set.id}) is back.`);
    return done;
  },
};

/** Commands of the plan that this version does not have. */
export function notYet(usage: string, what: string): Command {
  return {
    usage,
    summary: what,
    options: { name: { value: 'N' }, format: { value: 'F' } },
    positionals: { least: 0, most: 1000, names: '' },
    hidden: true,
    run: (_given, { terminal }) => {
      terminal.note(`residua: this version cannot ${what} yet.`);
      return Promise.resolve(wrongUsage);
    },
  };
}
