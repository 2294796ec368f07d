import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { openStore } from '../../../src-main/core/store/open.ts';
import type { Store } from '../../../src-main/core/store/open.ts';
import { runDetailSchema } from '../../../src-main/shared/contract.ts';
import { Expected } from '../../../src-main/shared/failure.ts';
import { parse } from '../../../src-main/shared/schema.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { exampleRun } from './example.ts';
import type { TestContext } from 'node:test';

function freshStore(context: TestContext): Store {
  const store = openStore(temporaryFolder(context));
  context.after(() => store.close());
  return store;
}

const code = (wanted: string) => (error: unknown) => error instanceof Expected && error.failure.code === wanted;

test('a new run is queued and says what it was given', (context) => {
  const store = freshStore(context);
  const run = store.addRun(exampleRun({ group: 'g' }));
  const detail = store.readRunDetail(run.id);
  const { name, recipe, spec, provenance } = exampleRun();
  assert.deepEqual(parse(runDetailSchema, detail), detail);
  assert.deepEqual(detail, {
    run,
    recipe,
    spec,
    provenance,
    dataset: null,
    weights: null,
    events: [],
    checkpoints: [],
    forks: [],
    series: [],
  });
  assert.match(run.id, /^[a-z][a-z2-7]{9}$/);
  assert.deepEqual(
    [run.name, run.status, run.group, run.colour, run.best, run.steps],
    [name, 'queued', 'g', 0, null, 100],
  );
});

test('every field that changes is read back', (context) => {
  const store = freshStore(context);
  const { id } = store.addRun(exampleRun());
  const changes = {
    name: 'Renamed',
    status: 'failed',
    phase: 'training',
    stopping: true,
    device: { kind: 'cpu', name: 'A processor', driver: null, engine: '2.21.0' },
    startedAtMs: 1.5,
    endedAtMs: 2.5,
    step: 7,
    steps: 8,
    epoch: 1.25,
    epochs: 2,
    imagesPerSecond: 1000.5,
    secondsLeft: 3,
    train: { loss: null, accuracy: 0.5 },
    test: { loss: 0.25, accuracy: 0.75 },
    best: { epoch: 1, test: { loss: 0.125, accuracy: 0.875 } },
    failure: { code: 'memory.full', details: { batch: 128, suggested: 64 } },
    removedAtMs: 9,
    tags: ['night', 'a "b"'] as string[],
    note: 'looks good',
    starred: true,
    archivedAtMs: 8,
  } as const;
  const changed = store.changeRun(id, { ...changes, weights: 'ff' });
  assert.deepEqual(changed, { ...changed, ...changes });
  assert.deepEqual(store.readRun(id), changed);
  assert.equal(store.readRunDetail(id).weights, 'ff');
  assert.deepEqual(store.changeRun(id, { best: null, train: null, failure: null }), {
    ...changed,
    best: null,
    train: null,
    failure: null,
  });
});

test('the trash and the list share out the runs, the newest first', (context) => {
  const store = freshStore(context);
  const [first, second, third] = [1, 2, 3].map(() => store.addRun(exampleRun()).id);
  store.changeRun(second!, { removedAtMs: 1 });
  const ids = (which?: { removed: boolean }) => store.listRuns(which).map((run) => run.id);
  assert.deepEqual([ids(), ids({ removed: true })], [[third, first], [second]]);
});

test('a run is found by the beginning of its id and by its name', (context) => {
  const store = freshStore(context);
  const runs = Array.from({ length: 40 }, (_, index) =>
    store.addRun(exampleRun({ name: index < 2 ? 'twin' : `run ${index}` })),
  );
  const wanted = runs[7]!;
  assert.deepEqual(
    [wanted.id, wanted.id.slice(0, 9).toUpperCase(), 'run 7'].map((text) => store.findRun(text)),
    [wanted, wanted, wanted],
  );
  // Of 40 ids, two begin with the same of 26 letters.
  const letters = runs.map((run) => run.id[0]!);
  const shared = letters.find((letter, place) => letters.indexOf(letter) !== place)!;
  for (const text of ['twin', shared]) assert.throws(() => store.findRun(text), code('run.ambiguous'));
  for (const text of ['', '  ', 'no such run', "' OR 1=1"])
    assert.throws(() => store.findRun(text), code('run.unknown'));
  assert.throws(() => store.changeRun('nosuchrun', { step: 1 }), code('run.unknown'));
});

test('a new run takes the first colour that the latest 23 do not have, and keeps it', (context) => {
  const store = freshStore(context);
  const colours = Array.from({ length: 30 }, () => store.addRun(exampleRun()).colour);
  assert.deepEqual(colours, [...Array(24).keys(), ...Array(6).keys()]);
  assert.deepEqual(
    store
      .listRuns()
      .map((run) => run.colour)
      .reverse(),
    colours,
  );
});

test('log lines stay in the order in which they came', (context) => {
  const store = freshStore(context);
  const { id } = store.addRun(exampleRun());
  const lines = [9, 3, 5].map((atMs) => ({ atMs, kind: 'phase', text: `at ${atMs}` }));
  for (const line of lines) store.addEvent(id, line);
  assert.deepEqual(store.readRunDetail(id).events, lines);
});

const checkpoint = (step: number, best = false, pinned = false) => ({
  step,
  file: `${step}.safetensors`,
  bytes: 10,
  sha256: 'ab',
  atMs: step,
  best,
  pinned,
});

test('checkpoints come and go, and lie where the data folder is now', (context) => {
  const store = freshStore(context);
  const { id } = store.addRun(exampleRun());
  for (const step of [20, 10, 30])
    store.addCheckpoint(id, { ...checkpoint(step), file: `/elsewhere/${step}.safetensors` });
  store.removeCheckpoint(id, 20, '20.safetensors');
  const stored = [10, 30].map((step) => ({
    ...checkpoint(step),
    file: join(store.folderOf(id), `${step}.safetensors`),
  }));
  assert.deepEqual(store.readRunDetail(id).checkpoints, stored);
});

test('of all checkpoints the newest two, the best and the pinned ones are kept', (context) => {
  const store = freshStore(context);
  const { id } = store.addRun(exampleRun());
  const retired: number[] = [];
  for (let step = 10; step <= 80; step += 10) {
    store.addCheckpoint(id, checkpoint(step, step === 20 || step === 40));
    if (step === 30) store.pinCheckpoint(id, 30, true);
    retired.push(...store.retireCheckpoints(id).map((each) => each.step));
  }
  // 20 was the best until 40 came, and was among the newest two no more.
  assert.deepEqual(retired, [10, 20, 50, 60]);
  const kept = store.readCheckpoints(id).map(({ step, best, pinned }) => [step, best, pinned]);
  assert.deepEqual(kept, [
    [30, false, true],
    [40, true, false],
    [70, false, false],
    [80, false, false],
  ]);
  assert.equal(store.pinCheckpoint(id, 99, true), false);
});

test('what a run told of later steps is taken back, sealed or not, and it goes on from there', (context) => {
  const store = freshStore(context);
  const { id } = store.addRun(exampleRun());
  const other = store.addRun(exampleRun()).id;
  const points = (from: number, to: number, value: (step: number) => number) =>
    Array.from({ length: to - from + 1 }, (_, at) => ({
      series: 'step/loss',
      step: from + at,
      value: value(from + at),
    }));
  for (const run of [id, other])
    store.appendPoints(
      run,
      points(1, 2700, (step) => step),
    );
  for (const step of [1000, 1500, 2500]) store.addCheckpoint(id, checkpoint(step));
  assert.deepEqual(
    store.supersedeAfter(id, 1500).map(({ step }) => step),
    [2500],
  );
  assert.equal(store.readCurve(id, 'step/loss', { points: 10_000 }).stored, 1500);
  store.appendPoints(
    id,
    points(1501, 3400, (step) => -step),
  );
  const { steps, values } = store.readCurve(id, 'step/loss', { points: 10_000 });
  assert.deepEqual(
    [...values],
    Array.from(steps, (step) => (step <= 1500 ? step : -step)),
  );
  store.supersedeAfter(id, 0);
  assert.equal(store.readCurve(id, 'step/loss', { points: 10 }).stored, 0);
  assert.equal(store.readCurve(other, 'step/loss', { points: 10 }).stored, 2700);
});

test('settings begin with their defaults and change one by one', (context) => {
  const store = freshStore(context);
  assert.deepEqual(store.readSettings(), {
    theme: 'system',
    language: 'system',
    device: 'auto',
    notify: true,
    views: [],
    queueHeld: false,
  });
  store.writeSettings({ theme: 'dark' });
  assert.deepEqual(store.writeSettings({ notify: false, views: [] }), {
    views: [],
    theme: 'dark',
    language: 'system',
    device: 'auto',
    notify: false,
    queueHeld: false,
  });
});

test('a transaction that fails leaves nothing, not even in memory', (context) => {
  const store = freshStore(context);
  const { id } = store.addRun(exampleRun());
  const points = Array.from({ length: 1500 }, (_, step) => ({ series: 'step/loss', step, value: step }));
  assert.throws(() =>
    store.transaction(() => {
      store.appendPoints(id, points);
      store.changeRun(id, { step: 1500 });
      throw new Error('no');
    }),
  );
  assert.deepEqual([store.readRun(id).step, store.readCurve(id, 'step/loss', { points: 10 }).stored], [0, 0]);
  store.appendPoints(id, points);
  assert.equal(store.readCurve(id, 'step/loss', { points: 10 }).stored, 1500);
});
