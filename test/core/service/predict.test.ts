/** Images that a person brings, through intake and a trainer that answers. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { Engine } from '../../../src-main/core/device/engine.ts';
import { openDataset } from '../../../src-main/core/dataset/library.ts';
import { Inference } from '../../../src-main/core/service/inference.ts';
import { chooseCheckpoint, modelOf } from '../../../src-main/core/service/predict.ts';
import { Desk, makeWorkplace } from './fixtures/workplace.ts';
import { exampleSpec } from '../store/example.ts';
import { tell } from '../../../src-main/shared/told.ts';

const network = { ...exampleSpec, name: 'predicting', input: null, classes: null };

test('images are judged as the evaluation judged them, by one run or several, and bad ones are named', async (context) => {
  const place = makeWorkplace(context);
  const desk = new Desk(context, place, { inferenceIdleMs: 200 });
  const recipe = { duration: { epochs: 2 }, batch: 64 };
  const run = await desk.start({ network, recipe });
  const bare = await desk.start({ network, recipe });
  assert.equal((await desk.ended(run.id)).status, 'finished');
  await desk.ended(bare.id);

  const data = openDataset(place.home, 'digits');
  const { height, width, channels } = data.dataset.image;
  const folder = join(place.home, 'pictures');
  mkdirSync(folder);
  const indices = [0, 7, 200];
  const paths = await Promise.all(
    indices.map(async (index) => {
      const pixels = data.readRange('test', index, 1);
      const path = join(folder, `${index}.png`);
      await sharp(pixels, { raw: { width, height, channels: channels as 1 } })
        .png()
        .toFile(path);
      return path;
    }),
  );
  const all = await desk.client.call('run.images', { run: run.id, at: 'last', from: 0, count: 1000 });
  const { results } = await desk.client.call('run.predict', { runs: [run.id], source: { paths }, at: 'last' });
  assert.deepEqual(
    results[0]?.images.map(({ name, top }) => [name, top.length, top[0]?.class, top[0]?.name]),
    indices.map((index) => [`${index}.png`, 5, all.predicted[index], data.dataset.classes[all.predicted[index]!]]),
  );
  results[0]?.images.forEach(({ top }, at) => {
    assert.ok(Math.abs(top[0]!.confidence - all.confidence[indices[at]!]!) < 2e-5);
  });

  // A picture of another shape is brought to that of the dataset.
  const large = join(folder, 'large.jpg');
  await sharp({ create: { width: 300, height: 200, channels: 3, background: '#808080' } })
    .jpeg()
    .toFile(large);
  const two = await desk.client.call('run.predict', { runs: [run.id, bare.id, 'nobody'], source: { paths: [large] } });
  assert.deepEqual(
    two.results.map(({ images, failure }) => [images.length, failure?.code ?? null]),
    [
      [1, null],
      [1, null],
      [0, 'run.unknown'],
    ],
  );

  // A trainer that nobody asks goes; the next question starts another.
  const detail = await desk.client.call('run.show', { run: run.id });
  const { engine } = await new Engine().choose('cpu');
  const inference = new Inference({ home: place.home, engine: engine.folder, device: 'cpu', idleMs: 50 });
  const question = {
    kind: 'predict',
    model: modelOf(detail, chooseCheckpoint(detail)),
    pixels: new Uint8Array(data.readRange('test', 0, 1)),
  } as const;
  const first = await inference.ask(question);
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.equal(inference.isRunning, false);
  assert.deepEqual(await inference.ask(question), { ...first, id: 2 });
  await inference.close();

  const broken = join(folder, 'broken.png');
  writeFileSync(broken, 'no picture at all');
  await assert.rejects(desk.client.call('run.predict', { runs: [run.id], source: { paths: [paths[0]!, broken] } }), {
    failure: {
      code: 'import.malformed',
      details: {
        file: 'broken.png',
        expected: tell('a PNG, JPEG, WebP, GIF or BMP image'),
        found: tell('something else'),
      },
    },
  });
  await assert.rejects(
    desk.client.call('run.predict', { runs: [run.id], source: { paths: [paths[0]!] }, at: 123456 }),
    /checkpoint/,
  );
});
