/** `runs` and `show`: the history. */
import type { Run, RunDetail, SummaryChoice } from '../shared/contract.ts';
import { expected, inWords } from '../shared/failure.ts';
import { describeFailure } from '../shared/failure.ts';
import type { Failure } from '../shared/failure.ts';
import type { Client } from '../shared/port.ts';
import { Lexicon, ruledSeries, runFields, settingFields } from '../shared/run/field.ts';
import type { Field, HistoryRow } from '../shared/run/field.ts';
import { parseFilter } from '../shared/run/filter.ts';
import { rowPasses } from '../shared/run/grouping.ts';
import { tableInCsv, tableInLatex, tableInMarkdown } from '../shared/run/table.ts';
import { bytesInWords, durationInWords, momentInWords, parametersInWords, shareInWords } from '../shared/words.ts';
import { WrongUsage } from './arguments.ts';
import { done, printJson } from './command.ts';
import type { Command } from './command.ts';
import { ruleNamed } from './rule.ts';
import { resultInWords } from './progress.ts';
import { table } from './table.ts';
import type { Column } from './table.ts';

const accuracy = (score: { accuracy: number } | null) => (score ? shareInWords(score.accuracy) : '–');
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

/** The rows that a filter lets pass, the newest first. */
async function rowsOf(
  client: Client,
  filter: string,
  rule: SummaryChoice,
): Promise<{ rows: HistoryRow[]; fields: Field[] }> {
  const runs = await client.call('run.list', {});
  const settings = new Map((await client.call('history.settings', {})).map((each) => [each.run, each.settings]));
  const series = [...ruledSeries];
  const { values } = await client.call('history.summaries', { runs: runs.map(({ id }) => id), series, rule });
  const fields = [...runFields, ...settingFields(settings.values())];
  const lexicon = new Lexicon(fields);
  const parsed = parseFilter(filter, lexicon);
  if ('problem' in parsed) {
    const { at, message } = parsed.problem;
    throw new WrongUsage(`--filter, at character ${at + 1}: ${message.replace(/\.$/, '')}`);
  }
  const nowMs = Date.now();
  const rows = runs.map((run, index): HistoryRow => ({
    run,
    settings: settings.get(run.id) ?? null,
    number: (name) => {
      const value = values[index * series.length + series.indexOf(name)] ?? NaN;
      return Number.isNaN(value) ? null : value;
    },
    nowMs,
  }));
  return { rows: rows.filter((row) => rowPasses(row, parsed.filter, (name) => lexicon.find(name))), fields };
}

const paperColumns = ['name', 'network', 'data', 'seed', 'acc', 'loss', 'parameters', 'time'];
const forms = ['csv', 'markdown', 'latex'] as const;

export const runsCommand: Command = {
  usage: "runs [--filter 'acc > 0.9 and tag = night'] [--rule last|best|mean5] [--format csv|markdown|latex]",
  summary: 'all runs, newest first; those that a filter lets pass, as a table for a person, a program or a paper',
  options: { filter: { value: 'TEXT' }, rule: { value: 'RULE' }, format: { value: 'FORM' } },
  positionals: { least: 0, most: 0, names: '' },
  async run(given, { client, json, terminal }) {
    const rule = ruleNamed(given.text('rule'));
    const { rows, fields } = await rowsOf(client(), given.text('filter') ?? '', rule);
    const form = given.choice('format', forms);
    const runs = rows.map(({ run }) => run);
    const columnsOfPaper = paperColumns.map((name) => fields.find((field) => field.name === name)!);
    if (json) printJson(terminal, { runs });
    else if (form === 'csv') terminal.out(tableInCsv(rows, fields).trimEnd());
    else if (form === 'markdown') terminal.out(tableInMarkdown(rows, columnsOfPaper, rule).trimEnd());
    else if (form === 'latex') terminal.out(tableInLatex(rows, columnsOfPaper, rule).trimEnd());
    else if (runs.length === 0)
      terminal.note(
        given.text('filter')
          ? 'No run passes this filter.'
          : 'No runs yet. Begin with `npm start -- train resnet20 --data digits --epochs 15`.',
      );
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
  for (const { atMs, text } of events) out(`${momentInWords(atMs)}  ${inWords(text)}`);
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
