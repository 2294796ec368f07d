/** `presets` and `describe`. */
import { readFileSync } from 'node:fs';
import { expected } from '../shared/failure.ts';
import { specSchema } from '../shared/network/spec.ts';
import type { Spec } from '../shared/network/spec.ts';
import { safeParse } from '../shared/schema.ts';
import { bytesInWords, counted, macsInWords, parametersInWords } from '../shared/words.ts';
import { WrongUsage } from './arguments.ts';
import { done, printJson } from './command.ts';
import type { Command } from './command.ts';
import { table } from './table.ts';
import { tell } from '../shared/told.ts';
import type { Told } from '../shared/told.ts';
import { toldIssueAt } from '../shared/issue.ts';

const mostSpecBytes = 1024 * 1024;

/**
 * A network as it is named on the command line: a preset's name, or the spec in a JSON file where the name looks like a
 * path. @throws {Expected} `network.invalid`
 */
export function networkChoice(name: string): string | Spec {
  if (!name.endsWith('.json') && !name.includes('/')) return name;
  const invalid = (problem: Told) =>
    expected('network.invalid', {
      where: name,
      problem,
      advice: tell('A network file is the JSON of a spec, as the designer writes it.'),
    });
  let value: unknown;
  try {
    const text = readFileSync(name, 'utf8');
    if (text.length > mostSpecBytes)
      throw invalid(
        tell('it has {count} characters and at most {most} are read', { count: text.length, most: mostSpecBytes }),
      );
    value = JSON.parse(text);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw invalid(tell('there is no such file'));
    if (thrown instanceof SyntaxError) throw invalid(tell('it is not JSON ({message})', { message: thrown.message }));
    if (code) throw invalid(tell('it cannot be read ({code})', { code }));
    throw thrown;
  }
  const parsed = safeParse(specSchema, value);
  if (parsed.success) return parsed.output;
  throw invalid(toldIssueAt(parsed.issues[0], tell('it')));
}

function shape(text: string) {
  const found = /^(\d+)[x×](\d+)[x×](\d+)$/.exec(text);
  if (!found) throw new WrongUsage(`--input wants height x width x channels like 32x32x3, not "${text}"`);
  return { height: Number(found[1]), width: Number(found[2]), channels: Number(found[3]) };
}

export const presetsCommand: Command = {
  usage: 'presets',
  summary: 'the networks that come with Residua, and their recipes',
  options: {},
  positionals: { least: 0, most: 0, names: '' },
  async run(_given, { client, json, terminal }) {
    const presets = await client().call('network.presets', {});
    const described = await Promise.all(
      presets.map((preset) => client().call('network.describe', { network: preset.name })),
    );
    if (json) printJson(terminal, { presets });
    else
      for (const line of table(
        presets.map((preset, index) => ({ preset, description: described[index]! })),
        [
          { title: 'name', text: ({ preset }) => preset.name },
          {
            title: 'parameters',
            text: ({ description }) => parametersInWords(description.parameters).replace(' parameters', ''),
            right: true,
          },
          {
            title: 'multiply-adds',
            text: ({ description }) => macsInWords(description.macs).replace(' multiply-adds', ''),
            right: true,
          },
          { title: 'depth', text: ({ description }) => String(description.depth), right: true },
          { title: 'paper', text: ({ preset }) => preset.paper.replace(/ \(arXiv.*/, '') },
        ],
      ))
        terminal.out(line);
    return done;
  },
};

export const describeCommand: Command = {
  usage: 'describe NAME|FILE [--input HxWxC] [--classes N]',
  summary: "a network's layers, parameters and multiply-adds",
  options: { input: { value: 'HxWxC' }, classes: { value: 'N' } },
  positionals: { least: 1, most: 1, names: 'NAME or FILE' },
  async run(given, { client, json, terminal }) {
    const input = given.text('input');
    const classes = given.whole('classes', 1, 100_000);
    const description = await client().call('network.describe', {
      network: networkChoice(given.positionals[0] as string),
      ...(input === undefined ? {} : { input: shape(input) }),
      ...(classes === undefined ? {} : { classes }),
    });
    if (json) {
      printJson(terminal, description);
      return done;
    }
    const { name, parameters, macs, depth, blocks, expectedDepth } = description;
    const expectedWords =
      expectedDepth < blocks ? `, of which ${Number(expectedDepth.toFixed(2))} are expected in a training step` : '';
    terminal.out(
      `${name}: ${parametersInWords(parameters)}, ${macsInWords(macs)} for an image of ${description.input.join(' × ')}.`,
    );
    terminal.out(
      `${counted(depth, 'layer')} with weights on the longest path, ${counted(blocks, 'residual block')}${expectedWords}, ${counted(description.classes, 'class', 'classes')}.`,
    );
    terminal.out(
      `${bytesInWords(description.activationBytes)} of activations an image in training; the last map sees ${description.receptiveField} pixels.`,
    );
    terminal.out('');
    for (const line of table(description.layers, [
      { title: 'layer', text: (layer) => layer.name },
      { title: 'operation', text: (layer) => layer.op },
      { title: 'output', text: (layer) => layer.output.join(' × ') },
      { title: 'parameters', text: (layer) => layer.parameters.toLocaleString('en-US'), right: true },
      { title: 'multiply-adds', text: (layer) => layer.macs.toLocaleString('en-US'), right: true },
    ]))
      terminal.out(line);
    return done;
  },
};
