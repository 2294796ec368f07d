/** Imports through core: a real intake process, the real library. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openDataset } from '../../../src-main/core/dataset/library.ts';
import type { Import } from '../../../src-main/shared/import.ts';
import { describeFailure, Expected } from '../../../src-main/shared/failure.ts';
import { cifar10Binary, imageFolder, someImages } from '../../fixtures/datasets.ts';
import { tarGzOf, writeFolder, zipOf } from '../../fixtures/files.ts';
import { Desk, makeWorkplace } from '../service/fixtures/workplace.ts';
import type { CoreOptions } from '../../../src-main/core/service/core.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

function begin(test: TestContext, options: Partial<CoreOptions> = {}) {
  const place = makeWorkplace(test);
  const desk = new Desk(test, place, options);
  const newest = (id: string) =>
    desk.changes
      .flatMap((change) => (change.kind === 'import' && change.import.id === id ? [change.import] : []))
      .at(-1);
  const over = async (id: string): Promise<Import> => {
    await desk.until(() => ['done', 'failed', 'cancelled'].includes(newest(id)?.state ?? ''));
    return newest(id) as Import;
  };
  const inspect = (path: string) => desk.client.call('data.inspect', { source: { paths: [path] } });
  return { ...place, desk, over, inspect };
}

/** Files below a folder of the data folder; none where it is not there. */
const filesIn = (home: string, folder: string) =>
  existsSync(join(home, folder)) ? readdirSync(join(home, folder)) : [];

const refusal = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
  } catch (thrown) {
    if (thrown instanceof Expected) return describeFailure(thrown.failure).title;
    throw thrown;
  }
  return 'accepted';
};

test('A dropped archive becomes a dataset, and the same images are found again under another name', async (context) => {
  const { home, desk, over, inspect } = begin(context);
  const folder = temporaryFolder(context);
  const train = someImages(50, 32, 32, 3, 10);
  const files = cifar10Binary(train, someImages(20, 32, 32, 3, 10, 4));
  writeFileSync(join(folder, 'set.tar.gz'), tarGzOf(files));
  const found = await inspect(join(folder, 'set.tar.gz'));
  assert.deepEqual(
    [found.format, found.container, found.splits, found.preview.labels.length],
    [
      'cifar10-binary',
      'tar.gz',
      [
        { name: 'train', images: 50 },
        { name: 'test', images: 20 },
      ],
      24,
    ],
  );
  await desk.client.call('data.add', { import: found.import, options: {} });
  const added = await over(found.import);
  assert.deepEqual([added.state, added.images, added.wasThere], ['done', 70, false]);
  const open = openDataset(home, added.dataset as string);
  assert.deepEqual(new Uint8Array(open.readAll('train')), new Uint8Array(train.pixels));
  open.close();

  const again = await inspect(writeFolder(join(folder, 'other name'), files));
  await desk.client.call('data.add', { import: again.import, options: { name: 'Twice' } });
  const twice = await over(again.import);
  assert.deepEqual([twice.state, twice.dataset, twice.wasThere], ['done', added.dataset, true]);
  assert.deepEqual(filesIn(home, 'imports'), []);
});

test('Images are stored in the size and channels that were chosen, and a test split is held out', async (context) => {
  const { home, desk, over, inspect } = begin(context);
  const files = await imageFolder(someImages(40, 20, 30, 3, 2), ['a1', 'b1'], 'png');
  const folder = temporaryFolder(context);
  writeFileSync(join(folder, 'pictures.zip'), zipOf(files));
  const { import: id, holdsOut } = await inspect(join(folder, 'pictures.zip'));
  assert.equal(holdsOut, true);
  const options = { size: { height: 8, width: 8 }, fit: 'letterbox', channels: 'grey', name: 'Small' } as const;
  const preview = await desk.client.call('data.preview', { import: id, options });
  assert.deepEqual(preview.image, { height: 8, width: 8, channels: 1 });
  await desk.client.call('data.add', { import: id, options });
  const { dataset } = openDataset(home, (await over(id)).dataset as string);
  assert.deepEqual(
    [dataset.name, dataset.image, dataset.splits],
    [
      'Small',
      { height: 8, width: 8, channels: 1 },
      [
        { name: 'train', images: 36 },
        { name: 'test', images: 4 },
      ],
    ],
  );
});

test('An import that is cancelled leaves nothing', async (context) => {
  const { home, desk, over, inspect } = begin(context);
  const folder = writeFolder(
    join(temporaryFolder(context), 'cifar'),
    cifar10Binary(someImages(20_000, 32, 32, 3, 10), someImages(100, 32, 32, 3, 10, 2)),
  );
  const { import: id } = await inspect(folder);
  const reading = desk.client.call('data.add', { import: id, options: {} });
  await desk.until(
    () =>
      filesIn(home, 'blocks').length > 0 ||
      desk.changes.some((change) => change.kind === 'import' && change.import.images > 0),
  );
  await reading;
  await desk.client.call('data.cancel', { import: id });
  const state = await over(id);
  assert.deepEqual(
    [state.state, filesIn(home, 'blocks'), filesIn(home, 'imports'), filesIn(home, 'datasets')],
    ['cancelled', [], [], []],
  );
});

test('A removed dataset is out of sight, comes back, and its space is freed when the removed are emptied', async (context) => {
  const { home, desk, over, inspect } = begin(context);
  const files = cifar10Binary(someImages(20, 32, 32, 3, 10), someImages(10, 32, 32, 3, 10, 4));
  const { import: id } = await inspect(writeFolder(join(temporaryFolder(context), 'set'), files));
  await desk.client.call('data.add', { import: id, options: {} });
  const data = (await over(id)).dataset as string;
  const ids = async (removed: boolean) => (await desk.client.call('data.list', { removed })).map((set) => set.id);
  await desk.client.call('data.remove', { data });
  assert.deepEqual([(await ids(false)).includes(data), await ids(true)], [false, [data]]);
  await desk.client.call('data.restore', { data });
  assert.deepEqual([(await ids(false)).includes(data), await ids(true)], [true, []]);
  await desk.client.call('data.remove', { data });
  const before = filesIn(home, 'blocks').length;
  const { freedBytes } = await desk.client.call('data.empty', {});
  assert.deepEqual([freedBytes, before - filesIn(home, 'blocks').length], [30 * 3072 + 30 * 4, 4]);
});

test('An intake that dies or hangs costs one import and says so', async (context) => {
  const folder = writeFolder(join(temporaryFolder(context), 'x'), { 'a.txt': 'a' });
  const program = fileURLToPath(new URL('../../fixtures/lostIntake.ts', import.meta.url));
  const dying = begin(context, { intake: [process.execPath, program, 'die'] });
  assert.match(await refusal(dying.inspect(folder)), /^The process that reads files ended unexpectedly/);
  const hanging = begin(context, { intake: [process.execPath, program, 'hang'], intakeSilenceMs: 1500 });
  assert.match(await refusal(hanging.inspect(folder)), /did not answer for 2 seconds and was ended/);
  assert.deepEqual([...filesIn(dying.home, 'imports'), ...filesIn(hanging.home, 'imports')], []);
  assert.equal((await dying.desk.client.call('data.imports', {})).at(-1)?.state, 'failed');
});

test('A caller that may not name paths is refused, and so is a token that the shell did not make', async (context) => {
  const { desk, inspect } = begin(context, { takesPaths: false, pathKey: '00'.repeat(32) });
  const sentence = 'These files were not chosen in this window.';
  assert.equal(await refusal(inspect('/etc')), sentence);
  assert.equal(await refusal(desk.client.call('data.inspect', { source: { tokens: ['L2V0Yy9wYXNzd2Q'] } })), sentence);
});
