/** A dataset with a validation split: that chooses the best checkpoint and the early end, and the test split only looks on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Desk, makeWorkplace } from './fixtures/workplace.ts';
import { exampleSpec } from '../store/example.ts';

test('the validation split chooses the best evaluation, its checkpoint and the end of the run', async (context) => {
  const desk = new Desk(context, makeWorkplace(context));
  const { id: data, splits } = await desk.client.call('data.splitValidation', { data: 'digits', share: 0.3, seed: 4 });
  const run = await desk.start({
    network: { ...exampleSpec, name: 'judged', input: null, classes: null },
    data,
    recipe: {
      duration: { epochs: 60 },
      batch: 64,
      learningRate: 0.5,
      schedule: { kind: 'constant' },
      earlyStopping: { patience: 2, least: 0 },
    },
  });
  const end = await desk.ended(run.id);
  assert.equal(end.status, 'finished');
  const [validation, tested] = [
    await desk.client.call('run.evaluations', { run: run.id, split: 'validation' }),
    await desk.client.call('run.evaluations', { run: run.id }),
  ];
  assert.deepEqual(
    ['validation', 'test'].map((split) => splits.find(({ name }) => name === split)?.images),
    [validation.images, tested.images],
  );
  const best = validation.accuracy.indexOf(Math.max(...validation.accuracy));
  // Two evaluations behind the best one end the run.
  assert.equal(validation.accuracy.length, best + 3);
  assert.deepEqual(
    [end.best?.epoch, end.best?.validation?.accuracy, end.best?.test.accuracy],
    [best + 1, validation.accuracy[best], tested.accuracy[best]],
  );
  const detail = await desk.client.call('run.show', { run: run.id });
  assert.deepEqual(
    detail.checkpoints.filter((checkpoint) => checkpoint.best).map(({ step }) => step),
    [validation.steps[best]],
  );
  const images = await desk.client.call('run.images', { run: run.id, at: 'best', from: 0, count: 10 });
  assert.equal(images.step, validation.steps[best]);
  const [curve] = await desk.client.call('run.curves', {
    runs: [run.id],
    series: ['validation/accuracy'],
    points: 100,
  });
  assert.deepEqual([...curve!.values], [...validation.accuracy]);
});
