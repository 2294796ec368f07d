import assert from 'node:assert/strict';
import { test } from 'node:test';
import Database from 'better-sqlite3';
import { ReadHandle } from '../../../src-main/core/store/handle.ts';
import { databaseFile, openStore, openStoreReader } from '../../../src-main/core/store/open.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { exampleRun } from './example.ts';

test('a reader sees what was committed while a writer goes on', (context) => {
  const home = temporaryFolder(context);
  assert.equal(openStoreReader(home), null);
  const store = openStore(home);
  context.after(() => store.close());
  const { id } = store.addRun(exampleRun());
  const reader = openStoreReader(home)!;
  context.after(() => reader.close());
  const stored = () => reader.readCurve(id, 'step/loss', { points: 2 }).stored;
  store.transaction(() => {
    store.appendPoints(id, [{ series: 'step/loss', step: 1, value: 1 }]);
    assert.equal(stored(), 0);
  });
  assert.equal(stored(), 1);
});

test('a handle for reading does not write', (context) => {
  const home = temporaryFolder(context);
  openStore(home).close();
  const handle = new ReadHandle(new Database(databaseFile(home)));
  context.after(() => handle.close());
  assert.throws(() => handle.all('DELETE FROM runs'), /Not a reading statement/);
});
