/** Runs out to files and in from them. */
import { strToU8, zipSync } from 'fflate';
import type { CallInput, CallOutput, Curve, Run, RunDetail } from '../../shared/contract.ts';
import { expected, plainly } from '../../shared/failure.ts';
import { findPreset } from '../../shared/network/presets.ts';
import { defaultRecipe } from '../../shared/recipe.ts';
import { seriesFor } from '../../shared/run/file.ts';
import type { ArchivedRun, ReadRun } from '../../shared/run/file.ts';
import { importedFamily } from '../../shared/run/settings.ts';
import { quoted } from '../../shared/run/table.ts';
import { readRunFile } from '../imports/runFile.ts';
import type { Store } from '../store/open.ts';
import type { Handlers } from './answer.ts';
import type { Context } from './context.ts';
import { eventFileOf } from './eventFile.ts';
import { filesOf } from './imports.ts';
import { retold, tell } from '../../shared/told.ts';

type TransferCalls = Pick<Handlers, 'history.import' | 'history.export'>;
type Form = CallInput<'history.export'>['form'];

/** What fits into one message to the page. */
const mostBytes = 60e6;
/** As many curves as one is likely to name in a folder. */
const allPoints = { points: Number.MAX_SAFE_INTEGER };

interface Whole {
  readonly detail: RunDetail;
  readonly curves: readonly Curve[];
}

const fileName = (run: Run): string => `${run.name.replaceAll(/[^\w.-]+/g, '-').slice(0, 60)}-${run.id}`;

/** Seconds of the epoch at a step, by the run's own clock where it has one, else at an even pace. */
function wallOf({ detail: { run }, curves }: Whole): (step: number) => number {
  const start = (run.startedAtMs ?? run.createdAtMs) / 1000;
  const clock = curves.find(({ series }) => series === 'clock/wallSeconds');
  if (clock && clock.steps.length > 0) {
    let at = 0;
    // Steps are asked for in rising order.
    return (step) => {
      if (step <= (clock.steps[at] ?? 0)) at = 0;
      while (at + 1 < clock.steps.length && clock.steps[at + 1]! <= step) at++;
      const before = clock.steps[at]! <= step ? clock.values[at]! : 0;
      return start + before;
    };
  }
  const seconds = run.startedAtMs !== null && run.endedAtMs !== null ? (run.endedAtMs - run.startedAtMs) / 1000 : 0;
  return (step) => start + (run.step > 0 ? (seconds * step) / run.step : 0);
}

const tagOf = (series: string) => series.replace(/^tag\//, '');

function pointsInCsv(runs: readonly Whole[]): string {
  const lines = ['run,name,series,step,value'];
  for (const { detail, curves } of runs) {
    const head = `${detail.run.id},${quoted(detail.run.name)}`;
    for (const { series, steps, values } of curves)
      steps.forEach((step, index) => {
        const value = values[index]!;
        lines.push(`${head},${quoted(tagOf(series))},${step},${Number.isNaN(value) ? 'nan' : value}`);
      });
  }
  return `${lines.join('\r\n')}\r\n`;
}

const pointsInJson = (runs: readonly Whole[]): string =>
  JSON.stringify(
    runs.map(({ detail, curves }) => ({
      ...detail,
      series: Object.fromEntries(
        curves.map(({ series, steps, values }) => [
          tagOf(series),
          { steps: [...steps], values: Array.from(values, (value) => (Number.isNaN(value) ? null : value)) },
        ]),
      ),
    })),
    plainly,
    1,
  );

function archivedOf({ run, spec, recipe, provenance, weights, events }: RunDetail): ArchivedRun {
  const { name, network, family, parameters, data, dataName, seed, device, startedAtMs, endedAtMs } = run;
  const { step, steps, epoch, epochs, train, test, best, tags, note } = run;
  const status = (['finished', 'stopped', 'interrupted', 'failed'] as const).find((each) => each === run.status);
  return {
    ...{ name, network, family, parameters, data, dataName, seed, device, startedAtMs, endedAtMs },
    ...{ step, steps, epoch, epochs, train, test, best, tags, note, spec, recipe, provenance, weights, events },
    status: status ?? 'interrupted',
  };
}

function archiveOf(runs: readonly Whole[]): Uint8Array {
  const files: Record<string, Uint8Array> = {};
  const head = runs.map(({ detail, curves }, place) => ({
    run: archivedOf(detail),
    series: curves.map(({ series, steps, values }, index) => {
      const raw = new Float64Array(2 * steps.length);
      raw.set(steps);
      raw.set(values, steps.length);
      files[`runs/${place}/${index}.f64`] = new Uint8Array(raw.buffer);
      return { name: series, points: steps.length };
    }),
  }));
  files['residua.json'] = strToU8(JSON.stringify({ format: 'residua-runs', version: 1, runs: head }, null, 1));
  return zipSync(files, { level: 6 });
}

function eventsOf(runs: readonly Whole[]): { name: string; bytes: Uint8Array } {
  const one = (whole: Whole) =>
    eventFileOf(
      whole.curves.map(({ series, steps, values }) => ({ tag: tagOf(series), steps, values })),
      wallOf(whole),
    );
  const nameOf = ({ detail: { run } }: Whole) =>
    `events.out.tfevents.${Math.floor((run.startedAtMs ?? run.createdAtMs) / 1000)}.residua-${run.id}`;
  const [first] = runs;
  if (runs.length === 1 && first) return { name: nameOf(first), bytes: one(first) };
  const files = Object.fromEntries(runs.map((whole) => [`${fileName(whole.detail.run)}/${nameOf(whole)}`, one(whole)]));
  return { name: 'tensorboard.zip', bytes: zipSync(files, { level: 6 }) };
}

/** The file of some runs. Fails with `export.large`. */
export function exportRuns(runs: readonly Whole[], form: Form): CallOutput<'history.export'> {
  const text = (name: string, content: string) => ({ name, bytes: strToU8(content) });
  const make = {
    tensorboard: () => eventsOf(runs),
    csv: () => text('points.csv', pointsInCsv(runs)),
    json: () => text('runs.json', pointsInJson(runs)),
    archive: () => ({ name: 'runs.residua.zip', bytes: archiveOf(runs) }),
  } satisfies Record<Form, () => { name: string; bytes: Uint8Array }>;
  const { name, bytes } = make[form]();
  if (bytes.length > mostBytes)
    throw expected('export.large', { bytes: bytes.length, most: mostBytes, runs: runs.length });
  return { name, bytes: bytes as Uint8Array<ArrayBuffer> };
}

/** Keeps a run that was read from a file, with all points; returns it. */
function keepRun(store: Store, read: ReadRun): Run {
  const last = (name: string) => {
    const curve = series.find((each) => each.series === name);
    return curve?.values.findLast((value) => !Number.isNaN(value)) ?? null;
  };
  const taken = new Set<string>();
  const series = read.series.map(({ name, steps, values }) => {
    const own = seriesFor(name, values, taken);
    taken.add(own);
    return { series: own, name, steps, values };
  });
  const lastStep = series.reduce((most, { steps }) => Math.max(most, steps.at(-1) ?? 0), 0);
  const score = (split: 'train' | 'test') => {
    const accuracy = last(`${split}/accuracy`);
    return accuracy === null ? null : { loss: last(`${split}/loss`), accuracy };
  };
  const preset = findPreset('resnet20');
  const { run } = read;
  const made = store.addRun({
    name: read.name.slice(0, 120),
    status: 'finished',
    network: run?.network ?? 'imported',
    family: run?.family ?? importedFamily,
    parameters: run?.parameters ?? 0,
    data: run?.data ?? 'imported',
    dataName: run?.dataName ?? 'unknown',
    seed: run?.seed ?? 0,
    group: null,
    deviceAsked: 'auto',
    steps: run?.steps ?? lastStep,
    epochs: run?.epochs ?? lastStep,
    spec: run?.spec ?? { ...preset.spec, name: 'imported' },
    recipe: run?.recipe ?? defaultRecipe,
    dataset: null,
    provenance: { ...run?.provenance, imported: `${read.name}, ${read.from}` },
  });
  for (const { series: name, steps, values } of series)
    store.appendPoints(
      made.id,
      Array.from(steps, (step, index) => ({ series: name, step, value: values[index]! })),
    );
  store.sealPoints(made.id);
  for (const line of run?.events ?? []) store.addEvent(made.id, line);
  const renamed = series.filter(({ series: own, name }) => own !== name && !own.startsWith('tag/'));
  const meaning = renamed.map(({ series: own, name }) => `${name} as ${own}`).join(', ');
  store.addEvent(made.id, {
    atMs: Date.now(),
    kind: 'import',
    text: meaning
      ? tell('Imported from {from}, {curves} curves; read {meaning}.', {
          from: retold(read.from),
          curves: series.length,
          meaning,
        })
      : tell('Imported from {from}, {curves} curves.', { from: retold(read.from), curves: series.length }),
  });
  const startedAtMs = read.startedAtMs ?? Date.now();
  return store.changeRun(made.id, {
    status: run?.status ?? 'finished',
    startedAtMs,
    endedAtMs: read.endedAtMs ?? startedAtMs,
    step: run?.step ?? lastStep,
    epoch: run?.epoch ?? lastStep,
    train: run ? run.train : score('train'),
    test: run ? run.test : score('test'),
    best: run?.best ?? null,
    tags: run?.tags ?? [],
    note: run?.note ?? '',
    ...(run?.device ? { device: run.device } : {}),
    ...(run?.weights ? { weights: run.weights } : {}),
  });
}

export function transferHandlers(context: Context): TransferCalls {
  const { options, publish, store } = context;
  return {
    'history.import': async ({ source }) => {
      const kept: Run[] = [];
      for (const file of filesOf(source, context)) {
        const surroundings = { home: options.home, command: options.intake, silenceMs: options.intakeSilenceMs };
        const runs = await readRunFile(file, surroundings);
        kept.push(...store().transaction(() => runs.map((read) => keepRun(store(), read))));
      }
      publish(kept.map((run) => ({ kind: 'run', run })));
      return kept;
    },
    'history.export': ({ runs, form }) =>
      exportRuns(
        runs.map((text) => {
          const { id } = store().findRun(text);
          const curves = store()
            .seriesOf(id)
            .map((series) => store().readCurve(id, series, allPoints));
          return { detail: store().readRunDetail(id), curves };
        }),
        form,
      ),
  };
}
