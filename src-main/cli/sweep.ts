/** `sweep`: searches over settings, performed here, and what earlier ones found. */
import type { Sweep } from '../shared/contract.ts';
import type { SweepPlan, SweepSetting, Varied } from '../shared/sweep.ts';
import { shareInWords } from '../shared/words.ts';
import { WrongUsage } from './arguments.ts';
import type { Arguments } from './arguments.ts';
import { done, interrupted, printJson } from './command.ts';
import type { Command, Session } from './command.ts';
import { Audience } from './follow.ts';
import { table } from './table.ts';
import type { Terminal } from './terminal.ts';
import { askedRuns, runOptions } from './train.ts';

/** How often it is looked whether a sweep is over; its runs end at other times. */
const lookMs = 200;

function settingOf(text: string): SweepSetting {
  try {
    return JSON.parse(text) as SweepSetting;
  } catch {
    return text;
  }
}

/** `learningRate=0.05,0.1` or `learningRate=0.01..1:log`; a name without a dot is a field of the recipe. */
function variedOf(text: string): Varied {
  const found = /^([A-Za-z][\w.]*)=(.+)$/.exec(text);
  if (!found) throw new WrongUsage(`--vary wants field=values or field=from..to, not "${text}"`);
  const [, name = '', values = ''] = found;
  const path = /^(recipe|network)\./.test(name) ? name : `recipe.${name}`;
  const range = /^([\d.eE+-]+?)\.\.([\d.eE+-]+)(?::(log|whole))?$/.exec(values);
  if (!range) return { path, values: values.split(',').map(settingOf) };
  const scale = range[3] === 'log' ? 'logarithmic' : range[3] === 'whole' ? 'whole' : 'linear';
  return { path, from: Number(range[1]), to: Number(range[2]), scale };
}

function planOf(given: Arguments): SweepPlan {
  const vary = given.texts('vary').map(variedOf);
  if (vary.length === 0) throw new WrongUsage('--vary is missing');
  const halving = given.text('halving');
  const parts = halving === undefined ? null : /^(\d+):(\d+)$/.exec(halving);
  if (halving !== undefined && !parts)
    throw new WrongUsage(`--halving wants FACTOR:EPOCHS such as 3:2, not "${halving}"`);
  return {
    vary,
    trials: given.whole('trials', 1, 1000) ?? null,
    seed: given.whole('draw', 0, 2_147_483_647) ?? 1,
    halving: parts ? { factor: Number(parts[1]), epochs: Number(parts[2]) } : null,
  };
}

function tell(sweep: Sweep, terminal: Terminal): void {
  const paths = Object.keys(sweep.trials[0]?.changes ?? {});
  for (const line of table(sweep.trials, [
    { title: 'trial', text: ({ trial }) => String(trial), right: true },
    ...paths.map((path) => ({
      title: path,
      text: ({ changes }: Sweep['trials'][number]) => String(changes[path]),
      right: true,
    })),
    { title: 'epochs', text: ({ epoch }) => String(Number(epoch.toFixed(1))), right: true },
    { title: sweep.judgedOn, text: ({ accuracy }) => (accuracy === null ? '–' : shareInWords(accuracy)), right: true },
    { title: 'state', text: ({ state }) => state },
    { title: 'runs', text: ({ runs }) => runs.join(' ') },
  ]))
    terminal.out(line);
}

async function followToEnd(id: string, session: Session): Promise<{ sweep: Sweep; presses: number }> {
  const client = session.client();
  let presses = 0;
  session.onInterrupt((times) => {
    presses = times;
    if (times === 1) session.terminal.note('residua: stopping the sweep after this step; once more ends it at once.');
    client.call('sweep.stop', { sweep: id }).catch(() => undefined);
  });
  for (;;) {
    const sweep = await client.call('sweep.show', { sweep: id });
    if (sweep.isOver) return { sweep, presses };
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}

export const sweepCommand: Command = {
  usage:
    'sweep NAME|FILE --data ID|PATH --vary field=values… [--trials N] [--halving FACTOR:EPOCHS] [--draw SEED] [options of train]',
  summary: 'trains with every combination of values (or random draws from ranges) and ranks the trials',
  options: {
    ...runOptions,
    vary: { value: 'field=values', multiple: true },
    trials: { value: 'N' },
    halving: { value: 'FACTOR:EPOCHS' },
    draw: { value: 'SEED' },
  },
  positionals: { least: 1, most: 1, names: 'NAME or FILE' },
  async run(given, session) {
    const audience = new Audience(session);
    audience.client();
    const plan = planOf(given);
    const asked = await askedRuns(given, session);
    if (!asked) return interrupted;
    const started = await session.client().call('sweep.start', { ...asked, plan });
    void audience.follow(started.runs);
    const { sweep, presses } = await followToEnd(started.sweep.id, session);
    if (session.json) printJson(session.terminal, sweep);
    else tell(sweep, session.terminal);
    return presses > 0 ? interrupted : done;
  },
};

export const sweepListCommand: Command = {
  usage: 'sweep list',
  summary: 'earlier sweeps with their trials, the best first',
  options: {},
  positionals: { least: 0, most: 0, names: 'nothing' },
  async run(_given, { client, json, terminal }) {
    const sweeps = await client().call('sweep.list', {});
    if (json) printJson(terminal, sweeps);
    for (const sweep of json ? [] : sweeps) {
      terminal.out(`${sweep.id}  ${sweep.name}${sweep.isOver ? '' : ', under way'}`);
      tell(sweep, terminal);
    }
    return done;
  },
};
