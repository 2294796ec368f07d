/** Runs out to files and back: what an archive, an event file or a table keeps, and what is refused. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { zipSync, strToU8 } from 'fflate';
import { eventFileOf } from '../../../src-main/core/service/eventFile.ts';
import { crc32c } from '../../../src-main/shared/crc32c.ts';
import type { Run, SeriesName } from '../../../src-main/shared/contract.ts';
import { Desk, makeWorkplace, scriptedTrainer } from './fixtures/workplace.ts';

function fileIn(context: TestContext, name: string, bytes: Uint8Array | string): string {
  const folder = mkdtempSync(join(tmpdir(), 'residua-transfer-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

const pointsOf = async (desk: Desk, run: string, series: SeriesName) => {
  const [curve] = await desk.client.call('run.curves', { runs: [run], series: [series], points: 100_000 });
  return { steps: [...curve!.steps], values: [...curve!.values] };
};

test('the sum is CRC-32C', () => {
  // RFC 3720, appendix B.4: 32 bytes of zeros, of ones, and rising.
  assert.deepEqual(
    [new Uint8Array(32), new Uint8Array(32).fill(255), Uint8Array.from({ length: 32 }, (_, i) => i)].map(crc32c),
    [0x8a9136aa, 0x62a8ab43, 0x46dd794e],
  );
});

test('an archive brings a run back with its settings and every point', async (context) => {
  const desk = new Desk(context, makeWorkplace(context), { trainer: scriptedTrainer('train') });
  const { id } = await desk.start({ recipe: { duration: { epochs: 2 }, learningRate: 0.3 } });
  await desk.ended(id);
  await desk.client.call('history.mark', { runs: [id], addTags: ['night'], note: 'kept' });
  const { bytes } = await desk.client.call('history.export', { runs: [id], form: 'archive' });
  const other = new Desk(context, makeWorkplace(context));
  const [back] = await other.client.call('history.import', {
    source: { paths: [fileIn(context, 'a.residua.zip', bytes)] },
  });
  const [before, after] = [
    await desk.client.call('run.show', { run: id }),
    await other.client.call('run.show', { run: back!.id }),
  ];
  const kept = ({ name, network, parameters, test: score, best, tags, note, seed, step, startedAtMs }: Run) => ({
    ...{ name, network, parameters, score, best, tags, note, seed, step, startedAtMs },
  });
  assert.deepEqual(
    [kept(after.run), after.recipe, after.spec, after.weights],
    [kept(before.run), before.recipe, before.spec, before.weights],
  );
  for (const series of ['step/loss', 'test/accuracy', 'step/learningRate'] as const)
    assert.deepEqual(await pointsOf(other, back!.id, series), await pointsOf(desk, id, series));
});

test('events come back under the same curves as 32-bit numbers', async (context) => {
  const desk = new Desk(context, makeWorkplace(context), { trainer: scriptedTrainer('train') });
  const { id } = await desk.start();
  await desk.ended(id);
  const { name, bytes } = await desk.client.call('history.export', { runs: [id], form: 'tensorboard' });
  assert.match(name, /^events\.out\.tfevents\.\d+\.residua-/);
  const [back] = await desk.client.call('history.import', { source: { paths: [fileIn(context, name, bytes)] } });
  const wanted = await pointsOf(desk, id, 'step/loss');
  assert.deepEqual(await pointsOf(desk, back!.id, 'step/loss'), {
    steps: wanted.steps,
    values: wanted.values.map(Math.fround),
  });
  assert.deepEqual(
    [back!.family, back!.test?.accuracy],
    ['imported', Math.fround((await desk.client.call('run.show', { run: id })).run.test!.accuracy)],
  );
});

test('a table becomes a run; usual names are understood, others are kept', async (context) => {
  const desk = new Desk(context, makeWorkplace(context));
  const csv = 'epoch,val_acc,loss,momentum\r\n1,0.5,2,0.9\r\n2,0.6,,0.9\r\n3,nan,1,0.9\r\n';
  const [run] = await desk.client.call('history.import', { source: { paths: [fileIn(context, 'old log.csv', csv)] } });
  assert.deepEqual(
    [
      run!.name,
      run!.test?.accuracy,
      await pointsOf(desk, run!.id, 'train/loss'),
      await pointsOf(desk, run!.id, 'tag/momentum'),
    ],
    ['old log.csv', 0.6, { steps: [1, 3], values: [2, 1] }, { steps: [1, 2, 3], values: [0.9, 0.9, 0.9] }],
  );
  const { bytes } = await desk.client.call('history.export', { runs: [run!.id], form: 'csv' });
  assert.deepEqual(new TextDecoder().decode(bytes).split('\r\n').slice(1, 3), [
    `${run!.id},old log.csv,test/accuracy,1,0.5`,
    `${run!.id},old log.csv,test/accuracy,2,0.6`,
  ]);
});

test('what is damaged or something else is refused with what was expected, and leaves nothing', async (context) => {
  const desk = new Desk(context, makeWorkplace(context));
  const events = eventFileOf([{ tag: 'a', steps: Float64Array.of(1, 2), values: Float64Array.of(1, 2) }], () => 1);
  const flipped = events.slice();
  flipped[events.length - 8]! ^= 1;
  const archive = zipSync({ 'residua.json': strToU8('{"format":"residua-runs","version":1,"runs":[]}') });
  const files: [string, Uint8Array | string][] = [
    ['flipped.tfevents', flipped],
    ['none.tfevents', eventFileOf([], () => 1)],
    ['word.csv', 'step,loss\n1,2\n2,high\n'],
    ['no steps.csv', 'a,b\n1,2\n'],
    ['empty.zip', archive],
    ['rubbish.bin', 'rubbish'],
  ];
  const said: string[] = [];
  for (const [name, content] of files)
    await desk.client.call('history.import', { source: { paths: [fileIn(context, name, content)] } }).then(
      () => said.push(`${name} was taken`),
      (thrown: Error) => said.push(thrown.message),
    );
  assert.deepEqual(
    said.map((text) => /expected|Expected|wanted|:/.test(text)),
    files.map(() => true),
  );
  assert.match(said[2]!, /row 3, column loss/);
  assert.deepEqual(await desk.client.call('run.list', {}), []);
  // A file that is still written ends anywhere: what is whole counts.
  const [run] = await desk.client.call('history.import', {
    source: { paths: [fileIn(context, 'cut.tfevents', events.slice(0, -3))] },
  });
  assert.deepEqual(await pointsOf(desk, run!.id, 'tag/a'), { steps: [1], values: [1] });
});
