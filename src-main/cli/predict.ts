/** `predict`: what a run's network says of images. */
import { resolve } from 'node:path';
import type { CallOutput } from '../shared/contract.ts';
import { counted, shareInWords } from '../shared/words.ts';
import { WrongUsage } from './arguments.ts';
import type { Arguments } from './arguments.ts';
import { done, printJson } from './command.ts';
import type { Command } from './command.ts';
import { findRun } from './runs.ts';
import { table } from './table.ts';

type Result = CallOutput<'run.predict'>['results'][number];
type Answer = Result['images'][number];

/** Images that are asked for in one call; each call decodes them together. */
const together = 256;

/** `best`, `last`, or a step. */
function checkpointOf(given: Arguments): 'best' | 'last' | number | undefined {
  const text = given.text('checkpoint');
  if (text === undefined || text === 'best' || text === 'last') return text;
  const step = Number(text);
  if (!Number.isInteger(step) || step < 0)
    throw new WrongUsage(`--checkpoint wants best, last or a step, not "${text}"`);
  return step;
}

const rows = (images: readonly Answer[]) =>
  images.flatMap(({ name, top }) =>
    top.map((each, place) => ({ image: place === 0 ? name : '', name: each.name, confidence: each.confidence })),
  );

export const predictCommand: Command = {
  usage: 'predict RUN IMAGE… [--checkpoint best|last|STEP]',
  summary: "says what a run's network sees in images: the five likeliest classes",
  options: { checkpoint: { value: 'best|last|STEP' } },
  positionals: { least: 2, most: 100_000, names: 'RUN and IMAGE' },
  async run(given, { client, terminal, json }) {
    const [text = '', ...files] = given.positionals;
    const at = checkpointOf(given);
    const run = await findRun(client(), text);
    const images: Answer[] = [];
    let result: Result | undefined;
    for (let from = 0; from < files.length; from += together) {
      if (files.length > together) terminal.progress(`${counted(from, 'image')} of ${files.length}`);
      const paths = files.slice(from, from + together);
      const source = { paths: paths.map((file) => resolve(file)) };
      const answer = await client().call('run.predict', { runs: [run], source, ...(at === undefined ? {} : { at }) });
      result = answer.results[0];
      // The paths as they were written, which tell files of one name apart.
      images.push(...(result?.images ?? []).map((image, index) => ({ ...image, name: paths[index] ?? image.name })));
    }
    terminal.progress('');
    if (json) {
      printJson(terminal, { run: result?.run, step: result?.step, images });
      return done;
    }
    const lines = table(rows(images), [
      { title: 'image', text: (row) => row.image },
      { title: 'class', text: (row) => row.name },
      { title: 'confidence', text: (row) => shareInWords(row.confidence), right: true },
    ]);
    for (const line of lines) terminal.out(line);
    return done;
  },
};
