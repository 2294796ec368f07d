/** Calls about the history: marks, the trash and what is left of a run that is deleted for ever. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Desk, makeWorkplace, scriptedTrainer } from './fixtures/workplace.ts';

test('what is said of runs is kept and told; the trash gives its bytes back when it is emptied', async (context) => {
  const place = makeWorkplace(context);
  const desk = new Desk(context, place, { trainer: scriptedTrainer('train') });
  const { client } = desk;
  const [first, second] = [await desk.start(), await desk.start({ recipe: { duration: { epochs: 2 }, seed: 2 } })];
  await Promise.all([desk.ended(first.id), desk.ended(second.id)]);
  const runs = [first.id, second.id];
  await client.call('history.mark', { runs, addTags: ['night', ' sweep '], starred: true });
  const [marked] = await client.call('history.mark', {
    runs: [first.id],
    removeTags: ['night'],
    note: 'kept',
    archived: true,
  });
  assert.deepEqual(
    [marked!.tags, marked!.note, marked!.starred, marked!.archivedAtMs !== null],
    [['sweep'], 'kept', true, true],
  );
  await desk.until(() => desk.published(first.id)?.note === 'kept');

  const { values } = await client.call('history.summaries', {
    runs,
    series: ['test/accuracy'],
    rule: { kind: 'last' },
  });
  const listed = await client.call('run.list', {});
  assert.deepEqual(
    [...values],
    runs.map((id) => listed.find((run) => run.id === id)?.test?.accuracy),
  );
  const seeds = await client.call('history.seeds', { runs, series: 'test/accuracy', rule: { kind: 'last' } });
  assert.deepEqual(
    seeds.map(({ asked, members }) => [asked, members.map(({ run }) => run).sort()]),
    [[runs, [...runs].sort()]],
  );

  await client.call('history.remove', { runs, removed: true });
  await client.call('history.remove', { runs: [second.id], removed: false });
  const trash = await client.call('history.trash', {});
  assert.deepEqual(
    trash.map(({ run }) => run.id),
    [first.id],
  );
  const purged = await client.call('history.purge', {});
  assert.deepEqual(purged, { runs: [first.id], bytes: trash[0]!.bytes });
  assert.deepEqual(
    [existsSync(join(place.home, 'runs', first.id)), existsSync(join(place.home, 'runs', second.id))],
    [false, true],
  );
  assert.deepEqual(
    (await client.call('run.list', {})).map(({ id }) => id),
    [second.id],
  );
});
