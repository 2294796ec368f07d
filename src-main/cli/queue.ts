/** `queue`: the line of runs that wait, its order, and holding it. */
import type { Run } from '../shared/contract.ts';
import { durationInWords } from '../shared/words.ts';
import { WrongUsage } from './arguments.ts';
import { done, printJson } from './command.ts';
import type { Command, Session } from './command.ts';
import { findRun } from './runs.ts';
import { table } from './table.ts';

async function show({ client, json, terminal }: Session): Promise<number> {
  const { runs, secondsLeft } = await client().call('queue.show', {});
  const { queueHeld: held } = await client().call('settings.get', {});
  const rows: { run: Run; secondsLeft: number | null }[] = [];
  for (const each of runs) rows.push({ ...each, run: (await client().call('run.show', { run: each.run })).run });
  if (json) printJson(terminal, { held, secondsLeft, runs: rows });
  else {
    if (held) terminal.out('The queue is held: nothing begins until `queue go`.');
    if (rows.length === 0) terminal.out('Nothing waits.');
    const left = (seconds: number | null) => (seconds === null ? '–' : durationInWords(seconds));
    for (const line of table(rows, [
      { title: 'run', text: ({ run }) => run.id },
      { title: 'name', text: ({ run }) => run.name },
      { title: 'seed', text: ({ run }) => String(run.seed), right: true },
      { title: 'status', text: ({ run }) => run.status },
      { title: 'left', text: (row) => left(row.secondsLeft), right: true },
    ]))
      terminal.out(line);
    if (rows.length > 1 && secondsLeft !== null) terminal.out(`All done in ${durationInWords(secondsLeft)}.`);
  }
  return done;
}

export const queueCommand: Command = {
  usage: 'queue [hold|go|move RUN [--before RUN]]',
  summary: 'the runs that are under way or wait; hold them, let them go on, or change their order',
  options: { before: { value: 'RUN' } },
  positionals: { least: 0, most: 2, names: 'hold, go or move RUN' },
  async run(given, session) {
    const { client } = session;
    const [act, run] = given.positionals;
    if (act === undefined) return show(session);
    if (act === 'hold' || act === 'go') await client().call('settings.set', { queueHeld: act === 'hold' });
    else if (act === 'move' && run !== undefined) {
      const before = given.text('before');
      await client().call('queue.move', {
        run: await findRun(client(), run),
        before: before === undefined ? null : await findRun(client(), before),
      });
    } else throw new WrongUsage(`"queue" wants hold, go or move RUN, not "${given.positionals.join(' ')}"`);
    return show(session);
  },
};
