/** Networks of one's own: kept, changed, removed, had back, and read out of files by intake alone. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findPreset } from '../../../src-main/shared/network/presets.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { Desk, makeWorkplace } from './fixtures/workplace.ts';

const spec = { ...findPreset('wrn-16-4').spec, name: 'mine' };

test('a design is kept over a restart, changed, removed and had back, and what there is is published', async (context) => {
  const place = makeWorkplace(context);
  const desk = new Desk(context, place);
  const { client } = desk;
  const saved = await client.call('network.save', { spec, tags: ['wide'], basedOn: 'wrn-16-4' });
  const changed = await client.call('network.save', { id: saved.id, spec: { ...spec, widen: 2 } });
  assert.deepEqual({ ...changed, changedAtMs: 0 }, { ...saved, spec: { ...spec, widen: 2 }, changedAtMs: 0 });
  const other = new Desk(context, place).client;
  assert.deepEqual(await other.call('network.list', {}), [changed]);
  await client.call('network.remove', { id: saved.id });
  assert.deepEqual(await client.call('network.list', {}), []);
  assert.deepEqual(
    (await client.call('network.list', { removed: true })).map(({ id }) => id),
    [saved.id],
  );
  assert.deepEqual(await client.call('network.restore', { id: saved.id }), changed);
  await assert.rejects(client.call('network.save', { id: 'nobody', spec }), /There is no saved network nobody/);
  const told = () => desk.changes.findLast((change) => change.kind === 'networks')?.designs;
  await desk.until(() => told()?.length === 1);
  assert.deepEqual(told(), [changed]);
});

test('an exported network and a bare spec are read, anything else is refused with its place', async (context) => {
  const { client } = new Desk(context, makeWorkplace(context));
  const folder = temporaryFolder(context);
  const read = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return client.call('network.import', { source: { paths: [path] } });
  };
  const file = { format: 'residua-network', version: 1, spec, tags: ['wide'] };
  const [exported, bare] = [
    await read('a.json', JSON.stringify(file)),
    await read('b.json', JSON.stringify(spec, null, 2)),
  ];
  assert.deepEqual(
    [exported, bare].map(({ spec, tags }) => [spec, tags]),
    [
      [spec, ['wide']],
      [spec, []],
    ],
  );
  await assert.rejects(read('c.json', '{\n  "name": nothing }'), /expected a value in line 2, column 11, found “n”/);
  await assert.rejects(read('d.json', JSON.stringify({ ...spec, widen: 'much' })), /d\.json is damaged.*widen/);
  await assert.rejects(read('e.json', JSON.stringify({ ...file, version: 2 })), /version/);
  await assert.rejects(read('f.json', ' '.repeat(1_000_001)), /at most 1000000 bytes/);
  assert.equal((await client.call('network.list', {})).length, 2);
});
