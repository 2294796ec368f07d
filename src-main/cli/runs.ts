/** `runs`, `show` and `compare`: the history. */
import type { Run, RunDetail } from '../shared/contract.ts';
import { expected } from '../shared/failure.ts';
import { describeFailure } from '../shared/failure.ts';
import type { Failure } from '../shared/failure.ts';
import type { Client } from '../shared/port.ts';
import {
  bytesInWords,
  counted,
  durationInWords,
  momentInWords,
  parametersInWords,
  shareInWords,
} from '../shared/words.ts';
import { done, printJson } from './command.ts';
import type { Command } from './command.ts';
import { resultInWords } from './progress.ts';
import { table } from './table.ts';
import type { Column } from './table.ts';

const accuracy = (score: { accuracy: number } | null) => (score ? shareInWords(score.accuracy) : '–');
const error = (score: { accuracy: number } | null) => (score ? `${((1 - score.accuracy) * 100).toFixed(2)} %` : '–');
const seconds = (run: Run) =>
  run.startedAtMs !== null && run.endedAtMs !== null ? durationInWords((run.endedAtMs - run.startedAtMs) / 1000) : '–';

/** What core finds a run by: an id, the unique beginning of one, a unique name; here also `latest`. */
export async function findRun(client: Client, text: string): Promise<string> {
  if (text !== 'latest') return text;
  const [newest] = await client.call('run.list', {});
  if (!newest) throw expected('run.unknown', { run: text });
  return newest.id;
}

const columns: readonly Column<Run>[] = [
  { title: 'run', text: (run) => run.id },
  { title: 'name', text: (run) => run.name },
  { title: 'status', text: (run) => run.status },
  { title: 'network', text: (run) => run.network },
  { title: 'data', text: (run) => run.dataName },
  { title: 'seed', text: (run) => String(run.seed), right: true },
  { title: 'epochs', text: (run) => `${Number(run.epoch.toFixed(1))}/${Number(run.epochs.toFixed(1))}`, right: true },
  { title: 'test', text: (run) => accuracy(run.test), right: true },
  { title: 'best', text: (run) => accuracy(run.best?.test ?? null), right: true },
  { title: 'time', text: seconds, right: true },
  { title: 'begun', text: (run) => momentInWords(run.startedAtMs ?? run.createdAtMs) },
];

export const runsCommand: Command = {
  usage: 'runs',
  summary: 'all runs, newest first',
  options: {},
  positionals: { least: 0, most: 0, names: '' },
  async run(_given, { client, json, terminal }) {
    const runs = await client().call('run.list', {});
    if (json) printJson(terminal, { runs });
    else if (runs.length === 0)
      terminal.note('No runs yet. Begin with `npm start -- train resnet20 --data digits --epochs 15`.');
    else for (const line of table(runs, columns)) terminal.out(line);
    return done;
  },
};

function tell({ run, recipe, provenance, weights, events, checkpoints }: RunDetail, out: (line: string) => void): void {
  out(resultInWords(run));
  if (run.failure) out(Object.values(describeFailure(run.failure as Failure)).join(' '));
  out('');
  const rows: [string, string][] = [
    ['name', run.name],
    ['network', `${run.network}, ${parametersInWords(run.parameters)}`],
    ['data', `${run.dataName} (${run.data})`],
    [
      'device',
      run.device
        ? [run.device.kind, run.device.name, run.device.driver, `TensorFlow ${run.device.engine}`]
            .filter(Boolean)
            .join(', ')
        : run.deviceAsked,
    ],
    ['recipe', JSON.stringify(recipe)],
    ...Object.entries(provenance),
    ['weights', weights ?? '–'],
    ['checkpoints', checkpoints.map(({ step, bytes }) => `step ${step} (${bytesInWords(bytes)})`).join(', ') || '–'],
  ];
  for (const line of table(rows, [
    { title: '', text: ([name]) => name },
    { title: '', text: ([, value]) => value },
  ]).slice(1))
    out(line);
  out('');
  for (const { atMs, text } of events) out(`${momentInWords(atMs)}  ${text}`);
}

export const showCommand: Command = {
  usage: 'show RUN',
  summary: 'one run: result, recipe, device, events; `latest` is the newest',
  options: {},
  positionals: { least: 1, most: 1, names: 'RUN' },
  async run(given, { client, json, terminal }) {
    const run = await findRun(client(), given.positionals[0] as string);
    const detail = await client().call('run.show', { run });
    if (json) printJson(terminal, detail);
    else tell(detail, (line) => terminal.out(line));
    return done;
  },
};

/** Settings in which the runs differ, dotted, each with a value for every run. */
export function differences(details: readonly RunDetail[]): Record<string, string[]> {
  const flat = (value: unknown, path: string, into: Map<string, string>): Map<string, string> => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      for (const [key, part] of Object.entries(value)) flat(part, path ? `${path}.${key}` : key, into);
    else into.set(path, JSON.stringify(value));
    return into;
  };
  const all = details.map(({ run, recipe, spec }) =>
    flat({ data: run.dataName, recipe, network: spec }, '', new Map()),
  );
  const keys = [...new Set(all.flatMap((values) => [...values.keys()]))];
  const lists = keys.map((key) => [key, all.map((values) => values.get(key) ?? '–')] as const);
  return Object.fromEntries(lists.filter(([, values]) => new Set(values).size > 1));
}

export const compareCommand: Command = {
  usage: 'compare RUN RUN…',
  summary: 'runs beside each other: results, and the settings in which they differ',
  options: {},
  positionals: { least: 2, most: 100, names: 'RUN RUN' },
  async run(given, { client, json, terminal }) {
    const details = [];
    for (const text of given.positionals) {
      details.push(await client().call('run.show', { run: await findRun(client(), text) }));
    }
    const differing = differences(details);
    if (json) {
      printJson(terminal, { runs: details.map(({ run }) => run), differences: differing });
      return done;
    }
    const rows: [string, string[]][] = [
      ['network', details.map(({ run }) => run.network)],
      ['parameters', details.map(({ run }) => parametersInWords(run.parameters).replace(' parameters', ''))],
      ['status', details.map(({ run }) => run.status)],
      ['test error, last', details.map(({ run }) => error(run.test))],
      ['test error, best', details.map(({ run }) => error(run.best?.test ?? null))],
      ['train accuracy', details.map(({ run }) => accuracy(run.train))],
      ['epochs', details.map(({ run }) => counted(run.epoch, 'epoch'))],
      ['time', details.map(({ run }) => seconds(run))],
      ...Object.entries(differing).map(([key, values]): [string, string[]] => [key, values]),
    ];
    const lines = table(rows, [
      { title: '', text: ([name]) => name },
      ...details.map(({ run }, index) => ({
        title: run.id,
        text: ([, values]: [string, string[]]) => values[index] as string,
        right: true,
      })),
    ]);
    for (const line of lines) terminal.out(line);
    return done;
  },
};
