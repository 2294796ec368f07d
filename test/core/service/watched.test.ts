/** What is seen inside a run's network, from a real trainer to the calls that read it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDataset } from '../../../src-main/core/dataset/library.ts';
import { joinLooks } from '../../../src-main/shared/run/looks.ts';
import { plain } from '../../shared/run/anyLooks.ts';
import { Desk, makeWorkplace } from './fixtures/workplace.ts';
import { exampleSpec } from '../store/example.ts';

const network = {
  ...exampleSpec,
  name: 'watched',
  input: null,
  classes: null,
  stages: [{ blocks: 3, width: 8, stride: 1 as const }],
  survival: { kind: 'linear' as const, last: 0.5 },
};

test('a run is watched: blocks, clocks, evaluations, every image, and where two runs differ', async (context) => {
  const place = makeWorkplace(context);
  const desk = new Desk(context, place);
  const recipe = { duration: { epochs: 2 }, watchEvery: 4, batch: 128 };
  const [run, other] = [
    await desk.start({ network, recipe }),
    await desk.start({ network, recipe: { ...recipe, seed: 9 } }),
  ];
  const [end] = [await desk.ended(run.id), await desk.ended(other.id)];
  assert.deepEqual([end.status, end.failure], ['finished', null]);

  const blocks = await desk.client.call('run.blocks', { run: run.id });
  const { looks } = blocks;
  assert.deepEqual(
    [blocks.names, [...blocks.survival].map((value) => value.toFixed(3)), looks.blocks, blocks.stored],
    [['stage1/block1', 'stage1/block2', 'stage1/block3'], ['0.833', '0.667', '0.500'], 3, Math.floor(end.steps / 4)],
  );
  assert.deepEqual(
    [...looks.steps],
    Array.from({ length: blocks.stored }, (_, at) => 4 * (at + 1)),
  );
  const published = desk.changes.flatMap((change) =>
    change.kind === 'blocks' && change.run === run.id ? [change.looks] : [],
  );
  assert.deepEqual(plain(joinLooks(published)), plain(looks));
  const later = await desk.client.call('run.blocks', { run: run.id, afterStep: 8, rows: 2 });
  assert.deepEqual([later.stored, later.looks.steps.length], [blocks.stored - 2, 2]);

  const evaluations = await desk.client.call('run.evaluations', { run: run.id });
  const data = openDataset(place.home, 'digits');
  const labels = data.labels('test');
  assert.deepEqual(
    [evaluations.classes, evaluations.images, [...evaluations.epochs], [...evaluations.hasImages].at(-1)],
    [data.dataset.classes, labels.length, [1, 2], 1],
  );
  const best = Math.max(...evaluations.accuracy);
  assert.ok(end.best && best === end.best.test.accuracy && evaluations.topFive.every((share) => share >= 0.5));
  assert.deepEqual(
    desk.changes.flatMap((change) =>
      change.kind === 'evaluation' && change.run === run.id ? [...change.evaluation.byClass] : [],
    ),
    [...evaluations.byClass],
  );

  const images = await desk.client.call('run.images', { run: run.id, from: 0, count: labels.length });
  const right = images.predicted.filter((predicted, index) => predicted === labels[index]).length;
  assert.equal(right / labels.length, best);
  const confusion = await desk.client.call('run.confusion', { run: run.id });
  const wanted = new Int32Array(100);
  labels.forEach((label, index) => (wanted[label * 10 + images.predicted[index]!]! += 1));
  assert.deepEqual([confusion.step, confusion.counts], [images.step, wanted]);

  const mistakes = await desk.client.call('run.mistakes', { run: run.id, count: 5 });
  assert.equal(mistakes.mistakes, labels.length - right);
  assert.deepEqual(
    [mistakes.labels, mistakes.loss],
    [
      Int32Array.from(mistakes.indices, (at) => labels[at]!),
      Float32Array.from(mistakes.indices, (at) => images.loss[at]!),
    ],
  );
  const differences = await desk.client.call('run.differences', {
    runs: [run.id, other.id],
    kind: 'disagree',
    count: 9,
  });
  const { both, firstOnly, secondOnly, neither, results } = differences;
  assert.deepEqual([both + firstOnly, both + firstOnly + secondOnly + neither], [right, labels.length]);
  assert.ok(results[0]?.predicted.every((predicted, at) => predicted !== results[1]?.predicted[at]));

  const series = [
    'step/gradientNorm',
    'train/topFive',
    'test/topFive',
    'clock/trainingSeconds',
    'clock/wallSeconds',
  ] as const;
  const curves = await desk.client.call('run.curves', { runs: [run.id], series: [...series], points: 1000 });
  const [norm, train, top, training, wall] = curves.map(({ values }) => [...values]);
  assert.deepEqual([norm?.length, train?.length, top], [end.steps, 2, [...evaluations.topFive]]);
  assert.ok(norm?.every((value) => value > 0) && training?.every((seconds, at) => seconds <= wall![at]!));
  await assert.rejects(desk.client.call('run.confusion', { run: run.id, at: 1 }), /evaluation/);
});
