/** `replay`: a step that diverged, once more, with a look at everything that flows through it. */
import { firstNonFinite, replayInWords, siteInWords } from '../shared/run/replay.ts';
import { done, printJson } from './command.ts';
import type { Command } from './command.ts';
import { findRun } from './runs.ts';
import { table } from './table.ts';

/** Places before the first bad one that are shown. */
const shownBefore = 8;

export const replayCommand: Command = {
  usage: 'replay RUN [--step N]',
  summary: 'runs a step that diverged again, from the checkpoint before it, and says where the first bad value arises',
  options: { step: { value: 'N' } },
  positionals: { least: 1, most: 1, names: 'RUN' },
  async run(given, { client, terminal, json }) {
    const run = await findRun(client(), given.positionals[0] as string);
    const step = given.whole('step', 1, 100_000_000);
    const replay = await client().call('run.replay', { run, ...(step === undefined ? {} : { step }) });
    if (json) {
      printJson(terminal, { ...replay, first: firstNonFinite(replay) });
      return done;
    }
    terminal.out(replayInWords(replay));
    const first = replay.sites.findIndex(({ nonFinite }) => nonFinite > 0);
    if (first < 0) return done;
    const lines = table(replay.sites.slice(Math.max(0, first - shownBefore), first + 1), [
      { title: 'on the way', text: siteInWords },
      { title: 'largest', text: ({ largest }) => largest?.toPrecision(3) ?? '', right: true },
      { title: 'no number', text: ({ nonFinite }) => nonFinite.toLocaleString('en-US'), right: true },
      { title: 'of', text: ({ values }) => values.toLocaleString('en-US'), right: true },
    ]);
    for (const line of lines) terminal.out(line);
    return done;
  },
};
