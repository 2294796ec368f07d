/** What is computed of whole datasets: surveys, validation splits, thumbnails; and that they are read in any way alike. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { drawValidation, splitValidation } from '../../../src-main/core/batches/validation.ts';
import {
  addDataset,
  discardDataset,
  emptyRemoved,
  openDataset,
  removeDataset,
  renameDataset,
  usedSpace,
} from '../../../src-main/core/dataset/library.ts';
import { surveyDataset } from '../../../src-main/core/dataset/survey.ts';
import { thumbnails } from '../../../src-main/core/dataset/thumbnails.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const image = { height: 2, width: 2, channels: 3 };
/** An image for each number, all of its bytes that number. */
const pixelsOf = (values: readonly number[]) =>
  Uint8Array.from(values.flatMap((value) => Array<number>(12).fill(value)));

function add(home: string, splits: Readonly<Record<string, readonly [values: number[], labels: number[]]>>) {
  return addDataset(home, {
    name: 'Numbers',
    image,
    classes: ['even', 'odd'],
    mirrors: true,
    note: '',
    splits: Object.entries(splits).map(([name, [values, labels]]) => ({
      name,
      pixels: [pixelsOf(values)],
      labels: Int32Array.from(labels),
    })),
  });
}

test('a survey counts classes, colours and equal images within and between splits', async (context) => {
  const home = temporaryFolder(context);
  const { id } = add(home, {
    train: [
      [1, 2, 1, 2, 1, 3],
      [1, 0, 1, 0, 0, 1],
    ],
    test: [
      [3, 9, 3, 2],
      [1, 1, 1, 0],
    ],
  });
  const open = openDataset(home, id);
  const { balance, histogram, duplicates } = await surveyDataset(open);
  open.close();
  assert.deepEqual(balance, [
    { split: 'train', images: [3, 3] },
    { split: 'test', images: [1, 3] },
  ]);
  assert.deepEqual(
    histogram.map((channel) => channel.slice(0, 4)),
    Array<number[]>(3).fill([0, 12, 8, 4]),
  );
  assert.deepEqual(
    {
      ...duplicates,
      examples: duplicates.examples.map((group) => group.map(({ split, index }) => `${split} ${index}`)),
    },
    {
      within: [
        { split: 'train', images: 3 },
        { split: 'test', images: 1 },
      ],
      between: [{ splits: ['train', 'test'], images: 3 }],
      contradictions: 1,
      groups: 3,
      examples: [
        ['train 0', 'train 2', 'train 4'],
        ['train 1', 'train 3', 'test 3'],
        ['train 5', 'test 0', 'test 2'],
      ],
    },
  );
});

test('a validation split is stratified, decided by its seed, and takes nothing twice', () => {
  const labels = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(labels, fc.double({ min: 0.001, max: 0.5, noNaN: true }), fc.nat(), (list, share, seed) => {
      const all = Int32Array.from(list);
      const chosen = drawValidation(all, share, seed);
      assert.deepEqual(chosen, drawValidation(all, share, seed));
      assert.deepEqual(
        [...chosen],
        [...new Set(chosen)].sort((a, b) => a - b),
      );
      for (const label of new Set(list)) {
        const count = list.filter((each) => each === label).length;
        const wanted = count < 2 ? 0 : Math.min(count - 1, Math.max(1, Math.round(count * share)));
        assert.equal([...chosen].filter((index) => list[index] === label).length, wanted);
      }
    }),
  );
  const many = Int32Array.from({ length: 400 }, (_, index) => index % 4);
  assert.notDeepEqual(drawValidation(many, 0.1, 1), drawValidation(many, 0.1, 2));
});

test('a validation split shares the images, is read like any other, and outlives the set it was made of', async (context) => {
  const home = temporaryFolder(context);
  const values = Array.from({ length: 40 }, (_, index) => index);
  const labels = values.map((value) => value % 2);
  const whole = add(home, {
    train: [values, labels],
    test: [
      [7, 8],
      [1, 0],
    ],
  });
  const blocks = readdirSync(join(home, 'blocks')).length;
  const made = await splitValidation(home, whole, { share: 0.2, seed: 3, name: 'With validation' });
  assert.deepEqual(made.splits, [
    { name: 'train', images: 32 },
    { name: 'validation', images: 8 },
    { name: 'test', images: 2 },
  ]);
  assert.equal((await splitValidation(home, whole, { share: 0.2, seed: 3, name: 'Again' })).name, 'With validation');
  const added = readdirSync(join(home, 'blocks')).length - blocks;
  assert.ok(added <= 5, `${added} blocks`);
  const freed = (removeDataset(home, whole.id), emptyRemoved(home));
  // The labels of its training split; those of the test split are shared, too.
  assert.equal(freed, 40 * 4);
  const open = openDataset(home, made.id);
  const firstBytes = (pixels: Uint8Array) =>
    Array.from({ length: pixels.length / 12 }, (_, at) => pixels[at * 12] as number);
  const [train, validation] = [firstBytes(open.readAll('train')), firstBytes(open.readAll('validation'))];
  assert.deepEqual(
    [...train, ...validation].sort((a, b) => a - b),
    values,
  );
  assert.deepEqual(
    [...open.labels('validation')],
    validation.map((value) => value % 2),
  );
  const ahead = new Uint8Array(3 * 12);
  await open.readAhead('train', [5, 6, 0], ahead);
  assert.deepEqual(firstBytes(ahead), [train[5], train[6], train[0]]);
  const mean = train.reduce((sum, value) => sum + value, 0) / train.length;
  assert.ok(made.mean.every((value) => Math.abs(value - mean) < 1e-9));
  open.close();
  await assert.rejects(splitValidation(home, made, { share: 0.1, seed: 1, name: 'x' }), { name: 'Expected' });
  assert.equal(renameDataset(home, made.id, 'Renamed').name, 'Renamed');
  assert.deepEqual(usedSpace(home).removedBytes, 0);
  discardDataset(home, made.id);
  assert.deepEqual(readdirSync(join(home, 'blocks')), []);
});

test('large images are shown as means over squares, small ones as they are', () => {
  const shape = { height: 200, width: 100, channels: 1 };
  const pixels = Uint8Array.from({ length: 2 * 20_000 }, (_, at) => (at < 20_000 ? 10 : (at % 3) * 100));
  const small = thumbnails(pixels, shape);
  assert.deepEqual(small.image, { height: 66, width: 33, channels: 1 });
  assert.deepEqual(
    [...new Set(small.pixels.subarray(0, 66 * 33)), ...new Set(small.pixels.subarray(66 * 33))],
    [10, 100],
  );
  assert.equal(thumbnails(pixels.subarray(0, 12), image).pixels.length, 12);
});
