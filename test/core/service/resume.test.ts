/** Forks, pins and damaged checkpoints, with the real trainer. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { smallSpec } from '../network/specs.ts';
import { inWords } from '../../../src-main/shared/failure.ts';
import { Desk, makeWorkplace } from './fixtures/workplace.ts';

const tiny = {
  network: { ...smallSpec, input: null, classes: null },
  recipe: { duration: { epochs: 3 }, batch: 256, seed: 4 },
} as const;

test('a finished run is forked from a checkpoint; both know of each other, and a pinned checkpoint stays', async (context) => {
  const place = makeWorkplace(context);
  const desk = new Desk(context, place);
  const parent = await desk.start(tiny);
  assert.equal((await desk.ended(parent.id)).status, 'finished');
  const { checkpoints } = await desk.client.call('run.show', { run: parent.id });
  const { step } = checkpoints.at(-1)!;
  await desk.client.call('run.pin', { run: parent.id, step, pinned: true });
  await assert.rejects(desk.client.call('run.resume', { run: parent.id }), /has finished\. Fork it/);
  await assert.rejects(
    desk.client.call('run.fork', { run: parent.id, step: 9999, recipe: {} }),
    /has no checkpoint of step 9999/,
  );
  await assert.rejects(
    desk.client.call('run.fork', { run: parent.id, recipe: {} }),
    /the checkpoint has 3 epochs behind it already/,
  );
  const recipe = { duration: { epochs: 4 }, learningRate: 0.01 };
  const fork = await desk.client.call('run.fork', { run: parent.id, recipe });
  assert.deepEqual(fork.parent, { run: parent.id, step });
  const end = await desk.ended(fork.id);
  assert.deepEqual([end.status, end.epoch], ['finished', 4]);
  const shown = await desk.client.call('run.show', { run: parent.id });
  assert.deepEqual(
    [shown.forks, shown.checkpoints.find(({ pinned }) => pinned)?.step],
    [[{ run: fork.id, name: fork.name, step }], step],
  );
  const [curve] = await desk.client.call('run.curves', { runs: [fork.id], series: ['step/loss'], points: 1000 });
  assert.equal(curve!.steps[0], step + 1);

  // A fork stands by itself: it outlives its parent, and still says where it came from.
  await desk.client.call('history.remove', { runs: [parent.id], removed: true });
  await desk.client.call('history.purge', {});
  const left = await desk.client.call('run.show', { run: fork.id });
  assert.deepEqual([left.run.parent, left.checkpoints.every(({ file }) => existsSync(file))], [fork.parent, true]);
  const again = await desk.client.call('run.fork', { run: fork.id, recipe: { duration: { epochs: 5 } } });
  assert.equal((await desk.ended(again.id)).status, 'finished');
  await desk.client.call('history.remove', { runs: [again.id], removed: true });
  assert.deepEqual((await desk.client.call('run.show', { run: fork.id })).forks, []);
});

test('a damaged checkpoint is struck out, what a killed program left is swept, and the run goes on', async (context) => {
  const place = makeWorkplace(context);
  const first = new Desk(context, place);
  const run = await first.start({ ...tiny, recipe: { ...tiny.recipe, duration: { epochs: 400 } } });
  await first.until(() => (first.published(run.id)?.epoch ?? 0) > 3);
  await first.client.call('run.stop', { run: run.id, now: false });
  assert.equal((await first.ended(run.id)).status, 'stopped');
  const { checkpoints } = await first.client.call('run.show', { run: run.id });
  await first.core.close();
  truncateSync(checkpoints.at(-1)!.file, 1000);
  const folder = join(place.home, 'runs', run.id);
  for (const name of ['step-000099999.safetensors', 'step-000000007.safetensors.part'])
    writeFileSync(join(folder, name), 'left over');

  const second = new Desk(context, place);
  await second.client.call('run.list', {});
  assert.deepEqual(
    readdirSync(folder).filter((name) => /99999|\.part$/.test(name)),
    [],
  );
  await second.client.call('run.resume', { run: run.id });
  await second.until(() => (second.published(run.id)?.step ?? 0) > checkpoints.at(-1)!.step + 5);
  await second.client.call('run.stop', { run: run.id, now: true });
  await second.ended(run.id);
  const shown = await second.client.call('run.show', { run: run.id });
  const texts = shown.events.map(({ text }) => inWords(text));
  assert.ok(
    texts.some((text) => text.endsWith('is not as it was written.')),
    texts.join('\n'),
  );
  assert.ok(
    texts.some((text) => text.startsWith(`Goes on from step ${checkpoints.at(-2)!.step}; step`)),
    texts.join('\n'),
  );
  assert.ok(shown.checkpoints.every(({ file }) => existsSync(file)));
});
