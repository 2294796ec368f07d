/** Runs from their start to every kind of end: real store, real frames, real child processes that train nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Run } from '../../../src-main/shared/contract.ts';
import { openStore } from '../../../src-main/core/store/open.ts';
import type { EvaluationEvent } from '../../../src-main/shared/run/event.ts';
import { exampleRun } from '../store/example.ts';
import { tell } from '../../../src-main/shared/told.ts';
import { inWords } from '../../../src-main/shared/failure.ts';
import { Desk, makeWorkplace, scriptedTrainer } from './fixtures/workplace.ts';

const losses = async (desk: Desk, run: string) => {
  const [curve] = await desk.client.call('run.curves', { runs: [run], series: ['step/loss'], points: 1000 });
  return { steps: [...curve!.steps], values: [...curve!.values] };
};
const outcome = ({ status, phase, stopping, step, failure }: Run) => ({ status, phase, stopping, step, failure });
const ended = { phase: null, stopping: false, failure: null };

test('a finished run is stored and published with all its points, gaps included', async (context) => {
  const desk = new Desk(context, makeWorkplace(context), { trainer: scriptedTrainer('finish') });
  const run = await desk.start({ recipe: { duration: { epochs: 2 }, seed: 5 } });
  const end = await desk.ended(run.id);
  const expected = Array.from({ length: 20 }, (_, index) => (index === 2 ? NaN : 2 / (index + 1)));
  assert.deepStrictEqual(await losses(desk, run.id), {
    steps: expected.map((_, index) => index + 1),
    values: expected,
  });
  assert.deepStrictEqual(desk.publishedPoints(run.id, 'step/loss'), await losses(desk, run.id));
  const { best, test: score, seed, steps, epochs, group } = end;
  assert.deepStrictEqual(
    { ...outcome(end), best, score, seed, steps, epochs, group },
    {
      ...ended,
      status: 'finished',
      step: 20,
      best: { epoch: 2, test: { loss: 0.5, accuracy: 1 - 1 / 3 } },
      score: { loss: 0.5, accuracy: 1 - 1 / 3 },
      seed: 5,
      steps: 20,
      epochs: 2,
      group: null,
    },
  );
  const { weights, provenance, events } = await desk.client.call('run.show', { run: run.id.slice(0, 6) });
  assert.deepStrictEqual(
    [weights, provenance['version'], provenance['commit'], provenance['node'], events.map(({ kind }) => kind)],
    ['a'.repeat(64), '1.2.3', 'abc', process.version, ['start', 'finished']],
  );
});

test('a trainer that dies leaves an interrupted run with its points and its last words', async (context) => {
  const desk = new Desk(context, makeWorkplace(context), { trainer: scriptedTrainer('crash') });
  const run = await desk.start();
  const failure = {
    code: 'trainer.died',
    details: { how: tell('exit status {code}{words}', { code: '7', words: ': Error: out of luck' }) },
  };
  assert.deepStrictEqual(outcome(await desk.ended(run.id)), { ...ended, status: 'interrupted', step: 2, failure });
  assert.deepStrictEqual(await losses(desk, run.id), { steps: [1, 2], values: [2, 1] });
});

test('a trainer that speaks no frames is ended and the run interrupted', async (context) => {
  const desk = new Desk(context, makeWorkplace(context), { trainer: scriptedTrainer('rubbish') });
  const { status, step } = await desk.ended((await desk.start()).id);
  assert.deepStrictEqual({ status, step }, { status: 'interrupted', step: 10 });
});

test('a trainer that cannot be started is said so', async (context) => {
  const desk = new Desk(context, makeWorkplace(context), { trainer: ['/no/such/program'] });
  const { status, failure } = await desk.ended((await desk.start()).id);
  assert.deepStrictEqual([status, failure?.code], ['interrupted', 'trainer.died']);
});

test('stop finishes the step and waits for the checkpoint; every point before it is kept', async (context) => {
  const desk = new Desk(context, makeWorkplace(context), { trainer: scriptedTrainer('slow') });
  const run = await desk.start({ recipe: { duration: { epochs: 1000 } } });
  await desk.until(() => desk.events.some((event) => event.type === 'step'));
  const stopping = await desk.client.call('run.stop', { run: run.id, now: false });
  const end = await desk.ended(run.id);
  const { steps } = await losses(desk, run.id);
  const { checkpoints } = await desk.client.call('run.show', { run: run.id });
  assert.deepStrictEqual(
    [stopping.stopping, outcome(end), steps.length, checkpoints.length],
    [true, { ...ended, status: 'stopped', step: steps.length }, end.step, 1],
  );
});

test('a trainer that does not answer to stop is ended', async (context) => {
  const desk = new Desk(context, makeWorkplace(context), { trainer: scriptedTrainer('hang') });
  const run = await desk.start();
  await desk.until(() => desk.events.some((event) => event.type === 'start'));
  await desk.client.call('run.stop', { run: run.id, now: false });
  assert.deepStrictEqual(outcome(await desk.ended(run.id)), { ...ended, status: 'stopped', step: 0 });
});

test('the second press ends a trainer at once', async (context) => {
  const ladder = { answer: 1e8, save: 1e8, terminate: 1e8 };
  const desk = new Desk(context, makeWorkplace(context), { trainer: scriptedTrainer('hang'), ladder });
  const run = await desk.start();
  await desk.until(() => desk.events.some((event) => event.type === 'start'));
  await desk.client.call('run.stop', { run: run.id, now: false });
  await desk.client.call('run.stop', { run: run.id, now: true });
  assert.deepStrictEqual(outcome(await desk.ended(run.id)), { ...ended, status: 'stopped', step: 0 });
});

test('several seeds make a group that is performed in order, and a waiting run can be stopped', async (context) => {
  const desk = new Desk(context, makeWorkplace(context), { trainer: scriptedTrainer('slow') });
  const runs = await desk.client.call('run.start', {
    network: 'resnet20',
    data: 'digits',
    recipe: { duration: { epochs: 1 }, seed: 7 },
    device: 'cpu',
    seeds: 3,
  });
  await desk.client.call('run.stop', { run: runs[1]!.id, now: false });
  const ends = await Promise.all(runs.map((run) => desk.ended(run.id)));
  assert.deepStrictEqual(
    ends.map(({ seed, status, startedAtMs }) => [seed, status, startedAtMs !== null]),
    [
      [7, 'finished', true],
      [8, 'stopped', false],
      [9, 'finished', true],
    ],
  );
  assert.deepStrictEqual([new Set(ends.map(({ group }) => group)).size, ends[0]!.group === null], [1, false]);
  assert.ok(ends[0]!.endedAtMs! <= ends[2]!.startedAtMs!);
});

test('closing core interrupts the run, keeps its points, and leaves waiting runs queued for the next program', async (context) => {
  const place = makeWorkplace(context);
  const first = new Desk(context, place, { trainer: scriptedTrainer('slow') });
  const [performed, waiting] = await first.client.call('run.start', {
    network: 'resnet20',
    data: 'digits',
    recipe: { duration: { epochs: 1000 } },
    device: 'cpu',
    seeds: 2,
  });
  await first.until(() => first.events.some((event) => event.type === 'step'));
  await first.core.close();
  const next = new Desk(context, place, { trainer: scriptedTrainer('finish') });
  const runs = await next.client.call('run.list', {});
  assert.deepStrictEqual(
    runs.map(({ id, status }) => [id, status]),
    [
      [waiting!.id, 'queued'],
      [performed!.id, 'interrupted'],
    ],
  );
  assert.ok((await losses(next, performed!.id)).steps.length > 0);
});

test('a second program waits for the device and says who holds it', async (context) => {
  const place = makeWorkplace(context);
  const [first, second] = [
    new Desk(context, place, { trainer: scriptedTrainer('wait') }),
    new Desk(context, place, { trainer: scriptedTrainer('finish') }),
  ];
  const holding = await first.start();
  await first.until(() => first.events.some((event) => event.type === 'epoch'));
  const waiting = await second.start();
  await second.until(() => second.changes.some((change) => change.kind === 'notice'));
  const [notice] = second.changes.flatMap((change) => (change.kind === 'notice' ? [inWords(change.text)] : []));
  await first.client.call('run.stop', { run: holding.id, now: true });
  const { status } = await second.ended(waiting.id);
  assert.deepStrictEqual(
    [status, notice],
    ['finished', `Waiting: the CPU is in use by resnet20 on Digits (run ${holding.id}) (process ${process.pid}).`],
  );
});

test("another program's run is seen live, and cannot be stopped from here", async (context) => {
  const place = makeWorkplace(context);
  const [other, here] = [new Desk(context, place, { trainer: scriptedTrainer('wait') }), new Desk(context, place)];
  await here.client.call('run.list', {});
  const run = await other.start();
  await here.until(() => here.publishedPoints(run.id, 'step/loss').steps.length === 10);
  await assert.rejects(here.client.call('run.stop', { run: run.id, now: true }), {
    failure: { code: 'run.elsewhere', details: { run: run.id } },
  });
  assert.deepStrictEqual([here.published(run.id)?.step, here.published(run.id)?.status], [10, 'training']);
  await other.client.call('run.stop', { run: run.id, now: true });
  assert.strictEqual((await here.ended(run.id)).status, 'stopped');
});

test("another program's evaluation is told of once, though it is stored after the step that it belongs to", async (context) => {
  const place = makeWorkplace(context);
  const here = new Desk(context, place);
  await here.client.call('run.list', {});
  const store = openStore(place.home);
  context.after(() => store.close());
  const { id } = store.addRun(exampleRun());
  const evaluated = () =>
    here.changes.flatMap((change) => (change.kind === 'evaluation' ? [change.evaluation.step] : []));
  const evaluation: Omit<EvaluationEvent, 'step' | 'epoch'> = {
    type: 'evaluation',
    split: 'test',
    score: { loss: 2, accuracy: 1 },
    confusion: Int32Array.of(1, 0, 0, 1),
    predicted: Int32Array.of(0, 1),
    confidence: Float32Array.of(1, 1),
    loss: Float32Array.of(2, 2),
  };
  for (const step of [10, 20]) {
    store.appendPoints(id, [{ series: 'step/loss', step, value: 1 }]);
    store.changeRun(id, { status: 'training', step });
    await here.until(() => here.published(id)?.step === step);
    store.appendPoints(id, [{ series: 'test/loss', step, value: 2 }]);
    store.watched.addEvaluation(id, { ...evaluation, step, epoch: step / 10 });
    store.changeRun(id, { epoch: step / 10 });
    await here.until(() => here.published(id)?.epoch === step / 10);
  }
  assert.deepStrictEqual(
    [evaluated(), here.publishedPoints(id, 'test/loss').steps],
    [
      [10, 20],
      [10, 20],
    ],
  );
});
