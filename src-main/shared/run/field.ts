/** What the history knows of a run, field by field: the same for the table, sorting, the filter and every export. */
import type { Run, SeriesName, SummaryChoice } from '../contract.ts';
import { retell, say } from '../language.ts';
import type { Words } from '../language.ts';
import {
  countInWords,
  counted,
  durationInWords,
  joined,
  lossInWords,
  momentInWords,
  nearNames,
  shareInWords,
} from '../words.ts';
import type { FieldKind, FieldLexicon, FieldValue } from './filter.ts';
import type { Settings } from './settings.ts';

/** The curves that the rule for one number is used on. */
export const ruledSeries = [
  'test/accuracy',
  'test/loss',
  'train/accuracy',
  'train/loss',
] as const satisfies SeriesName[];
export type RuledSeries = (typeof ruledSeries)[number];

export interface HistoryRow {
  readonly run: Run;
  /** Null until they are known. */
  readonly settings: Settings | null;
  /** By the rule that was chosen; null where there is none or it is not known yet. */
  readonly number: (series: RuledSeries) => number | null;
  readonly nowMs: number;
}

export interface Field {
  /** As the filter calls it, and the head of its column in CSV. */
  readonly name: string;
  readonly aliases: readonly string[];
  readonly title: string;
  readonly kind: FieldKind;
  readonly value: (row: HistoryRow) => FieldValue;
  /** For people; a dash where there is nothing. */
  readonly words: (row: HistoryRow) => string;
  /** Words of a number, for means of several. */
  readonly format?: (value: number) => string;
  /** The curve that the rule for one number is used on. */
  readonly series?: RuledSeries;
  /** Chosen on the test split, so better than it will be on new images. */
  readonly isOptimistic?: boolean;
}

const dash = '–';
const worded = (value: number | null, words: (value: number) => string) => (value === null ? dash : words(value));

function text(
  name: string,
  title: Words,
  value: (run: Run) => string | readonly string[] | null,
  aliases: string[] = [],
): Field {
  const words = ({ run }: HistoryRow) => {
    const own = value(run);
    if (own === null || own.length === 0) return dash;
    if (typeof own === 'string') return own;
    return name === 'tag' ? own.join(', ') : (own[0] as string);
  };
  return { name, title, aliases, kind: 'text', value: ({ run }) => value(run), words };
}

function number(
  name: string,
  title: Words,
  value: (row: HistoryRow) => number | null,
  words: (value: number) => string,
  more: Partial<Field> = {},
): Field {
  return {
    name,
    title,
    aliases: [],
    kind: 'number',
    value,
    words: (row) => worded(value(row), words),
    format: words,
    ...more,
  };
}

const ruled = (name: string, title: Words, series: RuledSeries, words: (value: number) => string, aliases: string[]) =>
  number(name, title, (row) => row.number(series), words, { series, aliases });

const flag = (name: string, title: Words, value: (run: Run) => boolean): Field => ({
  name,
  title,
  aliases: [],
  kind: 'flag',
  value: ({ run }) => value(run),
  words: ({ run }) => (value(run) ? say('yes') : dash),
});

const secondsOf = ({ run, nowMs }: HistoryRow) =>
  run.startedAtMs === null ? null : Math.max(0, ((run.endedAtMs ?? nowMs) - run.startedAtMs) / 1000);

const plain = (value: number) => String(Number(value.toPrecision(6)));

/** Fields that every run has, in the order in which columns are offered. */
export const runFields: readonly Field[] = [
  text('name', 'Run', (run) => run.name, ['run']),
  text('id', 'Id', (run) => run.id),
  text('status', 'Status', (run) => run.status),
  text('network', 'Network', (run) => run.network, ['net']),
  text('family', 'Family', (run) => run.family),
  text('data', 'Data', (run) => [run.dataName, run.data], ['dataset']),
  ruled('acc', 'Test acc', 'test/accuracy', shareInWords, ['accuracy', 'testAccuracy', 'test.accuracy']),
  ruled('loss', 'Test loss', 'test/loss', lossInWords, ['testLoss', 'test.loss']),
  ruled('trainAcc', 'Train acc', 'train/accuracy', shareInWords, ['trainAccuracy', 'train.accuracy']),
  ruled('trainLoss', 'Train loss', 'train/loss', lossInWords, ['train.loss']),
  number('best', 'Best', ({ run }) => run.best?.test.accuracy ?? null, shareInWords, {
    aliases: ['bestAcc', 'bestAccuracy'],
    isOptimistic: true,
  }),
  number('bestEpoch', 'Best epoch', ({ run }) => run.best?.epoch ?? null, plain),
  number('parameters', 'Parameters', ({ run }) => run.parameters, countInWords, { aliases: ['params'] }),
  number(
    'speed',
    'Images/s',
    ({ run }) => run.imagesPerSecond,
    (value) => Math.round(value).toLocaleString('en-US'),
    {
      aliases: ['imagesPerSecond'],
    },
  ),
  number('time', 'Time', secondsOf, durationInWords, { aliases: ['seconds', 'duration'] }),
  number(
    'step',
    'Step',
    ({ run }) => run.step,
    (value) => value.toLocaleString('en-US'),
    { aliases: ['steps'] },
  ),
  number(
    'epoch',
    'Epoch',
    ({ run }) => run.epoch,
    (value) => counted(value, 'epoch'),
    { aliases: ['epochs'] },
  ),
  number('seed', 'Seed', ({ run }) => run.seed, String),
  text('tag', 'Tags', (run) => run.tags, ['tags']),
  text('note', 'Note', (run) => run.note || null),
  text('device', 'Device', (run) => (run.device ? [run.device.name, run.device.kind] : null)),
  text('group', 'Group', (run) => run.group),
  flag('starred', 'Star', (run) => run.starred),
  flag('archived', 'Archived', (run) => run.archivedAtMs !== null),
  number('started', 'Started', ({ run }) => run.startedAtMs ?? run.createdAtMs, momentInWords),
  number('age', 'Age', ({ run, nowMs }) => (nowMs - run.createdAtMs) / 1000, durationInWords),
];

/** Short names of settings that are asked for most. */
const settingAliases: Readonly<Record<string, readonly string[]>> = {
  'recipe.batch': ['batch'],
  'recipe.learningRate': ['lr', 'learningRate'],
  'recipe.weightDecay': ['weightDecay', 'wd'],
  'recipe.momentum': ['momentum'],
  'recipe.optimiser.kind': ['optimiser'],
  'recipe.schedule.kind': ['schedule'],
  'recipe.labelSmoothing': ['labelSmoothing'],
  'network.block': ['block'],
  'network.widen': ['widen', 'k'],
  'network.cardinality': ['cardinality'],
  'network.shortcut': ['shortcut'],
  'network.survival.kind': ['survival'],
  'network.dropout.rate': ['dropout'],
  'cost.macs': ['macs'],
  'cost.depth': ['depth'],
};

/** A field for each setting that some of the runs have; those with numbers only are numbers. */
export function settingFields(all: Iterable<Settings>): Field[] {
  const kinds = new Map<string, FieldKind>();
  for (const settings of all)
    for (const [path, value] of Object.entries(settings)) {
      if (value === null) continue;
      const kind = typeof value === 'number' ? 'number' : typeof value === 'boolean' ? 'flag' : 'text';
      const known = kinds.get(path);
      kinds.set(path, known === undefined || known === kind ? kind : 'text');
    }
  return [...kinds].map(([name, kind]) => ({
    name,
    kind,
    aliases: settingAliases[name] ?? [],
    title: name,
    value: ({ settings }) => settings?.[name] ?? null,
    words: ({ settings }) => {
      const value = settings?.[name] ?? null;
      return value === null ? dash : typeof value === 'number' ? plain(value) : String(value);
    },
  }));
}

/** The fields by all their names, without regard to case. */
export class Lexicon implements FieldLexicon {
  readonly names: readonly string[];
  readonly #fields = new Map<string, Field>();

  constructor(fields: readonly Field[]) {
    for (const field of fields)
      for (const name of [field.name, ...field.aliases]) {
        const key = name.toLowerCase();
        if (!this.#fields.has(key)) this.#fields.set(key, field);
      }
    this.names = fields.flatMap(({ name, aliases }) => [name, ...aliases]);
  }

  find(name: string): Field | null {
    return this.#fields.get(name.toLowerCase()) ?? null;
  }

  /** Names that begin with what is written, for completion. */
  beginning(written: string): string[] {
    const begun = written.toLowerCase();
    return [
      ...new Set([
        ...this.names.filter((name) => name.toLowerCase().startsWith(begun)),
        ...nearNames(written, this.names),
      ]),
    ];
  }
}

/** The title of a column, settings by their paths; a number that depends on the rule says so. */
export function titleOf(field: Field, rule: SummaryChoice): string {
  if (!field.series) return retell(field.title);
  return joined([retell(field.title), ruleInWords(rule)]);
}

export function ruleInWords(rule: SummaryChoice): string {
  switch (rule.kind) {
    case 'last':
      return say('last');
    case 'best':
      return say('best');
    case 'atBestEpoch':
      return say('at best epoch');
    case 'meanOfLast':
      return say('mean of last {count}', { count: rule.count });
  }
}

/** Whether the numbers of a field were picked by looking at the test split: they flatter. */
export const isOptimistic = (field: Field, rule: SummaryChoice): boolean =>
  field.isOptimistic === true ||
  (field.series?.startsWith('test/') === true &&
    (rule.kind === 'best' || (rule.kind === 'atBestEpoch' && rule.of.startsWith('test/'))));

/** Rows in the order of a field, those without a value last, whatever the direction; ties as they were. */
export function sorted<Row extends HistoryRow>(rows: readonly Row[], field: Field, isFalling: boolean): Row[] {
  const sign = isFalling ? -1 : 1;
  const keyed = rows.map((row) => ({ row, key: sortKey(field.value(row)) }));
  keyed.sort((a, b) => {
    if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null);
    if (typeof a.key === 'number' && typeof b.key === 'number') return sign * (a.key - b.key);
    return sign * String(a.key).localeCompare(String(b.key), 'en', { numeric: true });
  });
  return keyed.map(({ row }) => row);
}

const sortKey = (value: FieldValue): number | string | null =>
  value === null || typeof value === 'number'
    ? value
    : typeof value === 'boolean'
      ? Number(value)
      : typeof value === 'string'
        ? value
        : (value[0] ?? null);
