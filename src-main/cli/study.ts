/** `study`: the papers' questions asked of this machine: listed, run, grown, and written down. */
import { writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { languages } from '../shared/language.ts';
import type { Language } from '../shared/language.ts';
import type { Study, StudyDetail } from '../shared/contract.ts';
import { reportForms } from '../shared/contract/study.ts';
import { expected } from '../shared/failure.ts';
import { builtInKinds } from '../shared/study/plan.ts';
import type { BuiltInKind } from '../shared/study/plan.ts';
import { armsTable, moreInWords, partsTable, shortInWords, skippedInWords } from '../shared/study/report/document.ts';
import type { Piece } from '../shared/study/report/document.ts';
import { scaledInWords, speak } from '../shared/study/words/words.ts';
import { nearNames } from '../shared/words.ts';
import { WrongUsage } from './arguments.ts';
import type { Arguments } from './arguments.ts';
import { done, interrupted, printJson } from './command.ts';
import type { Command, Session } from './command.ts';
import { addData } from './dataAdd.ts';
import { Audience } from './follow.ts';
import { table } from './table.ts';
import type { Terminal } from './terminal.ts';

/** How often it is looked whether a study is over. */
const lookMs = 1000;
const commandNames = new Map(builtInKinds.map((kind) => [speak('en').words.kinds[kind].command, kind]));

/** `15m`, `2h`, `90s`, `full`. @returns seconds; null for the papers' version */
export function budgetOf(text: string | undefined): number | null {
  if (text === undefined) throw new WrongUsage('--budget is missing');
  if (text === 'full') return null;
  const found = /^(\d+(?:\.\d+)?)(s|m|h|d)$/.exec(text);
  if (!found) throw new WrongUsage(`--budget wants a time such as 15m or 2h, or full, not "${text}"`);
  const seconds = Number(found[1]) * { s: 1, m: 60, h: 3600, d: 86_400 }[found[2] as 's' | 'm' | 'h' | 'd'];
  if (seconds < 10) throw new WrongUsage('--budget wants 10 seconds at least');
  return seconds;
}

function kindOf(name: string): BuiltInKind {
  const kind = commandNames.get(name);
  if (kind) return kind;
  throw expected('study.unknown', { study: name, near: nearNames(name, [...commandNames.keys()]).join(' or ') });
}

const languageOf = (given: Arguments): Language => given.choice('language', languages) ?? 'en';

function print(terminal: Terminal, { head, rows }: Piece & { kind: 'table' }): void {
  const columns = head.map(({ text, right }, column) => ({
    title: text,
    text: (row: readonly string[]) => row[column] ?? '',
    ...(right ? { right } : {}),
  }));
  for (const line of table(rows, columns)) terminal.out(line);
}

function tell(detail: StudyDetail, language: Language, terminal: Terminal): void {
  const speech = speak(language);
  const { words } = speech;
  const { study, plan } = detail;
  terminal.out(`${study.id}  ${words.kinds[plan.kind].question}`);
  const scaled = scaledInWords(speech, plan, detail.extent, detail.fullExtent);
  if (scaled) terminal.out(scaled);
  print(terminal, armsTable(detail, speech));
  print(terminal, partsTable(detail.parts, speech));
  const skipped = skippedInWords(detail, speech);
  if (skipped) terminal.out(skipped);
  terminal.out(study.finding ? words.findings[study.finding] : words.verdict.sofar);
  for (const sentence of [shortInWords(detail, speech), moreInWords(detail, speech)])
    if (sentence) terminal.out(sentence);
}

/** Waits until a study is over; Ctrl+C stops it after the present step. */
async function toItsEnd(id: string, session: Session): Promise<{ detail: StudyDetail; presses: number }> {
  const client = session.client();
  let presses = 0;
  session.onInterrupt((times) => {
    presses = times;
    session.terminal.note('residua: stopping the study after this step.');
    client.call('study.stop', { study: id }).catch(() => undefined);
  });
  for (;;) {
    const detail = await client.call('study.show', { study: id });
    if (detail.study.state !== 'running') return { detail, presses };
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}

async function follow(started: StudyDetail, given: Arguments, session: Session, audience: Audience): Promise<number> {
  const runs = await Promise.all(
    started.arms.flatMap((arm) => arm.runs).map((run) => session.client().call('run.show', { run })),
  );
  void audience.follow(runs.map(({ run }) => run));
  const { detail, presses } = await toItsEnd(started.study.id, session);
  if (session.json) printJson(session.terminal, detail);
  else tell(detail, languageOf(given), session.terminal);
  return presses > 0 ? interrupted : done;
}

export const studyListCommand: Command = {
  usage: 'study list [--language en|zh]',
  summary: 'the questions that can be asked, and earlier answers',
  options: { language: { value: languages.join('|') } },
  positionals: { least: 0, most: 0, names: 'nothing' },
  async run(given, { client, json, terminal }) {
    const studies = await client().call('study.list', {});
    const { words, date } = speak(languageOf(given));
    const questions = [...commandNames].map(([name, kind]) => ({ name, question: words.kinds[kind].question }));
    if (json) {
      printJson(terminal, { questions, studies });
      return done;
    }
    const inColumns = [
      { title: words.table.study, text: ({ name }: { name: string }) => name },
      { title: '', text: ({ question }: { question: string }) => question },
    ];
    for (const line of table(questions, inColumns)) terminal.out(line);
    if (studies.length > 0) terminal.out('');
    for (const line of table(studies, [
      { title: words.table.study, text: ({ id }: Study) => id },
      { title: '', text: ({ kind }: Study) => words.kinds[kind].name },
      { title: words.table.data, text: ({ dataName }: Study) => dataName },
      { title: words.table.state, text: ({ state }: Study) => words.states[state] },
      { title: words.table.verdict, text: ({ finding }: Study) => (finding ? words.findings[finding] : '–') },
      { title: words.table.begun, text: ({ createdAtMs }: Study) => date(createdAtMs) },
    ]))
      terminal.out(line);
    return done;
  },
};

export const studyRunCommand: Command = {
  usage:
    'study run NAME --data ID|PATH --budget 15m|2h|full [--seeds N] [--device auto|cpu|gpu] [--name NAME] [--language en|zh]',
  summary: `asks a question of the papers: ${[...commandNames.keys()].join(', ')}`,
  options: {
    data: { value: 'ID|PATH' },
    budget: { value: '15m|2h|full' },
    seeds: { value: 'N' },
    device: { value: 'auto|cpu|gpu' },
    name: { value: 'NAME' },
    language: { value: languages.join('|') },
  },
  positionals: { least: 1, most: 1, names: 'NAME' },
  async run(given, session) {
    const audience = new Audience(session);
    const client = audience.client();
    const kind = kindOf(given.positionals[0] as string);
    const budgetSeconds = budgetOf(given.text('budget'));
    const data = given.text('data');
    if (data === undefined) throw new WrongUsage('--data is missing');
    const isPath = data.includes('/') || data.includes(sep);
    const added = isPath ? await addData([data], {}, session) : null;
    if (isPath && !added) return interrupted;
    const [seeds, name] = [given.whole('seeds', 1, 100), given.text('name')];
    const started = await client.call('study.start', {
      kind,
      data: added?.dataset?.id ?? data,
      budgetSeconds,
      device: given.choice('device', ['auto', 'cpu', 'gpu']) ?? 'auto',
      ...(seeds === undefined ? {} : { seeds }),
      ...(name === undefined ? {} : { name }),
    });
    return follow(started, given, session, audience);
  },
};

export const studyMakeCommand: Command = {
  usage: 'study make RUN RUN… [--name NAME] [--language en|zh]',
  summary: 'makes a study of runs: the first recipe against the others, each with all its seeds',
  options: { name: { value: 'NAME' }, language: { value: languages.join('|') } },
  positionals: { least: 1, most: 200, names: 'RUN' },
  async run(given, { client, json, terminal }) {
    const name = given.text('name');
    const runs = [...given.positionals];
    const detail = await client().call('study.make', name === undefined ? { runs } : { runs, name });
    if (json) printJson(terminal, detail);
    else tell(detail, languageOf(given), terminal);
    return done;
  },
};

export const studyMoreCommand: Command = {
  usage: 'study more ID --seeds N [--language en|zh]',
  summary: 'further seeds of every arm; with 0 it goes on with what was stopped',
  options: { seeds: { value: 'N' }, language: { value: languages.join('|') } },
  positionals: { least: 1, most: 1, names: 'ID' },
  async run(given, session) {
    const audience = new Audience(session);
    const client = audience.client();
    const study = await findStudy(session, given.positionals[0] as string);
    const seeds = given.whole('seeds', 0, 100);
    if (seeds === undefined) throw new WrongUsage('--seeds is missing');
    return follow(await client.call('study.grow', { study, seeds }), given, session, audience);
  },
};

export const studyReportCommand: Command = {
  usage: 'study report NAME|ID [--format html|markdown] [--language en|zh] [--out FILE]',
  summary: 'one file with figures, recipes, device and data of a study; the newest of a name',
  options: {
    format: { value: reportForms.join('|') },
    language: { value: languages.join('|') },
    out: { value: 'FILE' },
  },
  positionals: { least: 1, most: 1, names: 'NAME or ID' },
  async run(given, session) {
    const { client, json, terminal } = session;
    const study = await findStudy(session, given.positionals[0] as string);
    if (json) {
      printJson(terminal, await client().call('study.show', { study }));
      return done;
    }
    const form = given.choice('format', reportForms) ?? 'markdown';
    const { file, text } = await client().call('study.report', { study, form, language: languageOf(given) });
    const path = given.text('out') ?? (form === 'html' ? join(process.cwd(), file) : null);
    if (path === null) terminal.out(text.trimEnd());
    else {
      writeFileSync(path, text);
      terminal.note(`residua: wrote ${path}.`);
    }
    return done;
  },
};

/** A study by its id, or the newest of a question or a name. */
async function findStudy({ client }: Session, text: string): Promise<string> {
  const studies = await client().call('study.list', {});
  const kind = commandNames.get(text);
  const found = studies.find((study) => study.id === text || study.kind === kind || study.name === text);
  if (found) return found.id;
  throw expected('study.unknown', { study: text, near: nearNames(text, [...commandNames.keys()]).join(' or ') });
}
