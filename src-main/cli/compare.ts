/** `compare`: runs beside each other, with a verdict over all seeds of their recipes. */
import type { CallOutput, RunDetail } from '../shared/contract.ts';
import type { Client } from '../shared/port.ts';
import { ruleInWords } from '../shared/run/field.ts';
import { differingSettings, settingsOf } from '../shared/run/settings.ts';
import { methodInWords, spreadOf, verdictInWords, verdictOf } from '../shared/run/verdict.ts';
import type { SeedGroup } from '../shared/run/verdict.ts';
import { counted, durationInWords, parametersInWords, shareInWords } from '../shared/words.ts';
import { done, printJson } from './command.ts';
import type { Command } from './command.ts';
import { ruleNamed } from './rule.ts';
import { findRun } from './runs.ts';
import { table } from './table.ts';

const series = 'test/accuracy';
const percent = (share: number) => `${(share * 100).toFixed(2)} %`;

/** Settings in which the runs differ, dotted, each with a value for every run as JSON. */
export function differences(details: readonly RunDetail[]): Record<string, string[]> {
  const all = details.map((detail) => ({ data: detail.run.dataName, ...settingsOf(detail) }));
  return Object.fromEntries(
    Object.entries(differingSettings(all)).map(([name, values]) => [
      name,
      values.map((value) => JSON.stringify(value)),
    ]),
  );
}

/** Every recipe with all its finished seeds. */
function groupsOf(seeds: CallOutput<'history.seeds'>, details: readonly RunDetail[]): SeedGroup[] {
  return seeds.map(({ asked, members }) => {
    const run = details.find(({ run: { id } }) => asked.includes(id))!.run;
    const twin = details.some((other) => other.run.network === run.network && !asked.includes(other.run.id));
    return {
      name: twin ? `${run.network} (${run.id})` : run.network,
      data: run.data,
      samples: members.flatMap(({ seed, finished, value }) => (finished && value !== null ? [{ seed, value }] : [])),
    };
  });
}

/** Each recipe against the first. */
function verdictsOf(groups: readonly SeedGroup[]) {
  const [first, ...others] = groups;
  return first === undefined
    ? []
    : others.map((other) => {
        const verdict = verdictOf(other, first);
        const sentence = verdictInWords(other, first, series, verdict);
        if ('missing' in verdict) return { first: other.name, second: first.name, sentence };
        const { test } = verdict;
        return {
          first: other.name,
          second: first.name,
          sentence,
          how: methodInWords(other, first, test),
          ...test,
          low: test.difference - test.margin,
          high: test.difference + test.margin,
        };
      });
}

async function detailsOf(client: Client, texts: readonly string[]): Promise<RunDetail[]> {
  const details = [];
  for (const text of texts) details.push(await client.call('run.show', { run: await findRun(client, text) }));
  return details;
}

function rowsOf(details: readonly RunDetail[], differing: Record<string, string[]>): [string, string[]][] {
  const of = (text: (detail: RunDetail) => string) => details.map(text);
  const error = (score: { accuracy: number } | null) => (score ? percent(1 - score.accuracy) : '–');
  const time = ({ run }: RunDetail) =>
    run.startedAtMs !== null && run.endedAtMs !== null
      ? durationInWords((run.endedAtMs - run.startedAtMs) / 1000)
      : '–';
  return [
    ['network', of(({ run }) => run.network)],
    ['parameters', of(({ run }) => parametersInWords(run.parameters).replace(' parameters', ''))],
    ['status', of(({ run }) => run.status)],
    ['test error, last', of(({ run }) => error(run.test))],
    ['test error, best', of(({ run }) => error(run.best?.test ?? null))],
    ['train accuracy', of(({ run }) => (run.train ? shareInWords(run.train.accuracy) : '–'))],
    ['epochs', of(({ run }) => counted(run.epoch, 'epoch'))],
    ['time', of(time)],
    ...Object.entries(differing).map(([name, values]): [string, string[]] => [name, values]),
  ];
}

export const compareCommand: Command = {
  usage: 'compare RUN RUN… [--rule last|best|mean5]',
  summary: 'runs beside each other: results, what differs, and which recipe is better by all its seeds',
  options: { rule: { value: 'RULE' } },
  positionals: { least: 2, most: 100, names: 'RUN RUN' },
  async run(given, { client, json, terminal }) {
    const rule = ruleNamed(given.text('rule'));
    const details = await detailsOf(client(), given.positionals);
    const differing = differences(details);
    const runs = details.map(({ run }) => run.id);
    const seeds = await client().call('history.seeds', { runs, series, rule });
    const groups = groupsOf(seeds, details);
    const verdicts = verdictsOf(groups);
    if (json) {
      const recipes = groups.map(({ name, samples }, index) => ({
        name,
        runs: seeds[index]!.members.map(({ run }) => run),
        seeds: samples,
        ...(samples.length > 0 ? spreadOf(samples.map(({ value }) => value)) : {}),
      }));
      printJson(terminal, {
        runs: details.map(({ run }) => run),
        differences: differing,
        series,
        rule: ruleInWords(rule),
        recipes,
        verdicts,
      });
      return done;
    }
    const lines = table(rowsOf(details, differing), [
      { title: '', text: ([name]) => name },
      ...details.map(({ run }, index) => ({
        title: run.id,
        text: ([, values]: [string, string[]]) => values[index] as string,
        right: true,
      })),
    ]);
    for (const line of lines) terminal.out(line);
    if (verdicts.length > 0) terminal.out('');
    for (const verdict of verdicts)
      terminal.out([verdict.sentence, 'how' in verdict ? verdict.how : ''].filter(Boolean).join(' '));
    return done;
  },
};
