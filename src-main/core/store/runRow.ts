/** A row of the table `runs` and what it means. */
import type { Run, RunDetail } from '../../shared/contract.ts';
import type { Score } from '../../shared/run/event.ts';
import type { Value } from './handle.ts';
import type { RunChanges } from './runs.ts';

export interface RunRow {
  readonly number: number;
  readonly id: string;
  readonly name: string;
  readonly status: Run['status'];
  readonly phase: Run['phase'];
  readonly stopping: number;
  readonly network: string;
  readonly family: string;
  readonly parameters: number;
  readonly data: string;
  readonly data_name: string;
  readonly seed: number;
  readonly member_of: string | null;
  readonly place: number | null;
  readonly sweep: string | null;
  readonly trial: number | null;
  readonly pause_at: number | null;
  readonly device_asked: Run['deviceAsked'];
  readonly device: string | null;
  readonly created_ms: number;
  readonly started_ms: number | null;
  readonly ended_ms: number | null;
  readonly step: number;
  readonly steps: number;
  readonly epoch: number;
  readonly epochs: number;
  readonly images_per_second: number | null;
  readonly seconds_left: number | null;
  readonly train_loss: number | null;
  readonly train_accuracy: number | null;
  readonly test_loss: number | null;
  readonly test_accuracy: number | null;
  readonly best_epoch: number | null;
  readonly best_loss: number | null;
  readonly best_accuracy: number | null;
  readonly best_validation_loss: number | null;
  readonly best_validation_accuracy: number | null;
  readonly failure: string | null;
  readonly colour: number;
  readonly removed_ms: number | null;
  readonly spec: string;
  readonly recipe: string;
  readonly dataset: string | null;
  readonly provenance: string;
  readonly weights: string | null;
  readonly tags: string;
  readonly note: string;
  readonly starred: number;
  readonly archived_ms: number | null;
  readonly parent: string | null;
  readonly parent_step: number | null;
}

const parse = <Content>(text: string | null): Content | null => (text === null ? null : (JSON.parse(text) as Content));
const scoreOf = (loss: number | null, accuracy: number | null): Score | null =>
  accuracy === null ? null : { loss, accuracy };

export function runOf(row: RunRow): Run {
  const best = scoreOf(row.best_loss, row.best_accuracy);
  const validation = scoreOf(row.best_validation_loss, row.best_validation_accuracy);
  return {
    id: row.id,
    name: row.name,
    status: row.status,
    phase: row.phase,
    stopping: row.stopping !== 0,
    network: row.network,
    family: row.family,
    parameters: row.parameters,
    data: row.data,
    dataName: row.data_name,
    seed: row.seed,
    group: row.member_of,
    place: row.place ?? row.number,
    sweep: row.sweep,
    trial: row.trial,
    pauseAt: row.pause_at,
    deviceAsked: row.device_asked,
    device: parse(row.device),
    createdAtMs: row.created_ms,
    startedAtMs: row.started_ms,
    endedAtMs: row.ended_ms,
    step: row.step,
    steps: row.steps,
    epoch: row.epoch,
    epochs: row.epochs,
    imagesPerSecond: row.images_per_second,
    secondsLeft: row.seconds_left,
    train: scoreOf(row.train_loss, row.train_accuracy),
    test: scoreOf(row.test_loss, row.test_accuracy),
    best: best && { epoch: row.best_epoch ?? 0, test: best, ...(validation ? { validation } : {}) },
    failure: parse(row.failure),
    colour: row.colour,
    removedAtMs: row.removed_ms,
    tags: JSON.parse(row.tags) as string[],
    note: row.note,
    starred: row.starred !== 0,
    archivedAtMs: row.archived_ms,
    parent: row.parent === null ? null : { run: row.parent, step: row.parent_step ?? 0 },
  };
}

export function detailOf(row: RunRow): Omit<RunDetail, 'events' | 'checkpoints' | 'forks' | 'series'> {
  return {
    run: runOf(row),
    spec: JSON.parse(row.spec) as RunDetail['spec'],
    recipe: JSON.parse(row.recipe) as RunDetail['recipe'],
    dataset: parse(row.dataset),
    provenance: JSON.parse(row.provenance) as RunDetail['provenance'],
    weights: row.weights,
  };
}

type Field = keyof RunChanges;
type Cells<Name extends Field> = (value: Exclude<RunChanges[Name], undefined>) => Record<string, Value>;

const plain = (column: string) => (value: string | number | null) => ({ [column]: value });
/** For counts: a number with a fraction does not go into a whole column. */
const whole = (column: string) => (value: number) => ({ [column]: Math.round(value) });
const json = (column: string) => (value: unknown) => ({ [column]: value === null ? null : JSON.stringify(value) });
const scores = (name: string) => (value: Score | null) => ({
  [`${name}_loss`]: value?.loss ?? null,
  [`${name}_accuracy`]: value?.accuracy ?? null,
});

/** How each field of a run lies in columns. */
const cells: { readonly [Name in Field]-?: Cells<Name> } = {
  name: plain('name'),
  status: plain('status'),
  phase: plain('phase'),
  stopping: (value) => ({ stopping: value ? 1 : 0 }),
  network: plain('network'),
  family: plain('family'),
  parameters: whole('parameters'),
  data: plain('data'),
  dataName: plain('data_name'),
  seed: whole('seed'),
  group: plain('member_of'),
  place: plain('place'),
  sweep: plain('sweep'),
  trial: plain('trial'),
  pauseAt: plain('pause_at'),
  deviceAsked: plain('device_asked'),
  device: json('device'),
  startedAtMs: plain('started_ms'),
  endedAtMs: plain('ended_ms'),
  step: whole('step'),
  steps: whole('steps'),
  epoch: plain('epoch'),
  epochs: plain('epochs'),
  imagesPerSecond: plain('images_per_second'),
  secondsLeft: plain('seconds_left'),
  train: scores('train'),
  test: scores('test'),
  best: (value) => ({
    best_epoch: value?.epoch ?? null,
    ...scores('best')(value?.test ?? null),
    ...scores('best_validation')(value?.validation ?? null),
  }),
  failure: json('failure'),
  removedAtMs: plain('removed_ms'),
  tags: json('tags'),
  note: plain('note'),
  starred: (value) => ({ starred: value ? 1 : 0 }),
  archivedAtMs: plain('archived_ms'),
  parent: (value) => ({ parent: value?.run ?? null, parent_step: value?.step ?? null }),
  spec: json('spec'),
  recipe: json('recipe'),
  dataset: json('dataset'),
  provenance: json('provenance'),
  weights: plain('weights'),
};

/** The columns and values of the fields that are there. */
export function columns(changes: RunChanges): Record<string, Value> {
  const result: Record<string, Value> = {};
  for (const [name, value] of Object.entries(changes)) {
    const write = Object.hasOwn(cells, name) ? (cells[name as Field] as Cells<Field>) : undefined;
    if (!write) throw new Error(`A run has no field ${name} that may be written.`);
    if (value !== undefined) Object.assign(result, write(value));
  }
  return result;
}
