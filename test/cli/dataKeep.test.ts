/** Keeping a library on the command line: names, validation splits, surveys, trash. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { join } from 'node:path';
import { makeWorkplace } from '../core/service/fixtures/workplace.ts';
import { imageFolder, someImages } from '../fixtures/datasets.ts';
import { writeFolder } from '../fixtures/files.ts';
import { run } from './program.ts';

test('a dataset is added with a validation split, looked at, split anew, renamed, removed and freed', async (context) => {
  const place = makeWorkplace(context);
  const images = someImages(41, 8, 8, 3, 2);
  // The last image is the first one again.
  images.pixels.copyWithin(40 * 192, 0, 192);
  const folder = writeFolder(join(place.cache, 'set'), await imageFolder(images, ['left', 'right'], 'png'));
  const added = await run(place, 'data', 'add', folder, '--validation', '0.2', '--hold-out', '0.1', '--json');
  const { id, splits } = JSON.parse(added.out) as { id: string; splits: { name: string; images: number }[] };
  assert.deepEqual([added.status, splits.map(({ name }) => name)], [0, ['train', 'validation', 'test']]);
  assert.equal(
    splits.reduce((sum, split) => sum + split.images, 0),
    41,
  );
  const survey = await run(place, 'data', 'survey', id);
  assert.match(survey.out, /^train: 2 classes of \d+/);
  assert.match(survey.out, /copy of an earlier image|1 image of \w+ in \w+, too/);
  const again = await run(place, 'data', 'split', id, '--validation', '0.1');
  assert.deepEqual([again.status, again.out], [1, '']);
  const split = await run(place, 'data', 'split', 'digits', '--validation', '0.1', '--name', 'Digits with validation');
  assert.match(
    split.out,
    /^Digits with validation \([0-9a-f]{16}\): train [\d,]+ images, validation [\d,]+ images, test/,
  );
  assert.equal((await run(place, 'data', 'rename', id, 'Hands')).out, `${id} is called Hands.\n`);
  await run(place, 'data', 'remove', 'Hands');
  assert.match((await run(place, 'data', 'empty')).out, /^Freed 8\.\d+ kB\.\n$/);
});

test('a dataset without a test split is not trained on, with the way out', async (context) => {
  const place = makeWorkplace(context);
  const folder = writeFolder(
    join(place.cache, 'set'),
    await imageFolder(someImages(20, 8, 8, 3, 2), ['left', 'right'], 'png'),
  );
  const { notes, status } = await run(place, 'train', 'resnet20', '--data', folder, '--steps', '1');
  assert.equal(status, 0, notes);
  const added = await run(place, 'data', 'add', folder, '--hold-out', '0', '--json');
  const { id } = JSON.parse(added.out) as { id: string };
  const refused = await run(place, 'train', 'resnet20', '--data', id, '--steps', '1');
  assert.equal(refused.status, 1);
  assert.match(refused.notes, /has no split to train on and one to test on \(it has train\)/);
});
