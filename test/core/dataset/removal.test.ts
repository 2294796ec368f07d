/** Blocks are shared and never taken from under somebody; what nobody needs is freed. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  addDataset,
  DatasetWriter,
  emptyRemoved,
  openDataset,
  removeDataset,
  usedSpace,
} from '../../../src-main/core/dataset/library.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const head = {
  name: 'Grey',
  image: { height: 1, width: 4, channels: 1 },
  classes: ['a', 'b'],
  mirrors: true,
  note: '',
};
const pixels = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const labels = Int32Array.of(0, 1);

function written(home: string): DatasetWriter {
  const writer = new DatasetWriter(home, head);
  writer.beginSplit('train');
  writer.append(pixels);
  writer.endSplit(labels);
  return writer;
}

test('an import that is given up takes nothing from another one of the same images', (context) => {
  const home = temporaryFolder(context);
  const [first, second] = [written(home), written(home)];
  first.abandon();
  const { id } = second.finish();
  const open = openDataset(home, id);
  assert.deepEqual(open.readAll('train'), pixels);
  open.close();
  second.abandon();
  assert.equal(readdirSync(join(home, 'blocks')).length, 2);
});

test('emptying the trash takes nothing from an import that is being read', (context) => {
  const home = temporaryFolder(context);
  const { id } = addDataset(home, { ...head, splits: [{ name: 'train', pixels: [pixels], labels }] });
  removeDataset(home, id);
  const writer = written(home);
  assert.equal(emptyRemoved(home), 0);
  const open = openDataset(home, writer.finish().id);
  assert.deepEqual(open.readAll('train'), pixels);
  open.close();
});

test('what a killed import left is counted and freed once it is old', (context) => {
  const home = temporaryFolder(context);
  addDataset(home, { ...head, splits: [{ name: 'train', pixels: [pixels], labels }] });
  const [old, young] = [join(home, 'blocks', 'a'.repeat(64)), join(home, 'blocks', '.0123.part')];
  for (const path of [old, young]) writeFileSync(path, new Uint8Array(100));
  const before = Date.now() / 1000 - 7200;
  utimesSync(old, before, before);
  assert.deepEqual(usedSpace(home), { usedBytes: 16 + 100, removedBytes: 100 });
  assert.equal(emptyRemoved(home), 100);
  assert.deepEqual([existsSync(old), existsSync(young)], [false, true]);
});

test('a block that vanished while it was imported is said, and no dataset without it appears', (context) => {
  const home = temporaryFolder(context);
  const writer = written(home);
  const other = written(home);
  other.abandon();
  writer.abandon();
  assert.throws(() => writer.finish(), { name: 'Expected' });
  assert.equal(existsSync(join(home, 'datasets')), false);
});
