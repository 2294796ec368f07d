import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDataset } from '../../../src-main/core/dataset/library.ts';
import type { OpenDataset } from '../../../src-main/core/dataset/library.ts';
import { drawShapes } from '../../../src-main/core/dataset/shapes.ts';
import { softmaxRegression } from './softmaxRegression.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

/** Images of each class in a split. */
function classCounts(data: OpenDataset, split: string): number[] {
  const counts = data.dataset.classes.map(() => 0);
  for (const label of data.labels(split)) counts[label]! += 1;
  return counts;
}

test('digits are the 1,797 images of UCI, a fifth of every class for testing', (context) => {
  const data = openDataset(temporaryFolder(context), 'digits');
  context.after(() => data.close());
  const [train, held] = [classCounts(data, 'train'), classCounts(data, 'test')];
  assert.deepEqual(
    train.map((count, digit) => count + held[digit]!),
    [178, 182, 177, 183, 181, 182, 181, 179, 174, 180],
  );
  assert.deepEqual(held, [36, 36, 35, 37, 36, 36, 36, 36, 35, 36]);
  assert.equal(data.dataset.mirrors, false);
  assert.equal(data.dataset.hash, 'ac56eab2710744795ff73ac7ae43cd19879cdfd81ddc259b6e61516fc905a636');
});

test('a digit looks like itself', (context) => {
  const data = openDataset(temporaryFolder(context), 'digits');
  context.after(() => data.close());
  const first = data.readRange('train', 0, 1);
  const rows = Array.from({ length: 8 }, (_, row) =>
    Array.from(first.subarray(row * 8, row * 8 + 8), (value) => (value > 127 ? '#' : '.')).join(''),
  );
  assert.equal(data.labels('train')[0], 0);
  assert.deepEqual(rows, [
    '...##...',
    '..####..',
    '..#..##.',
    '..#..##.',
    '..#..##.',
    '..#..#..',
    '..#.##..',
    '...##...',
  ]);
});

test('shapes are the same on every machine and balanced', (context) => {
  const data = openDataset(temporaryFolder(context), 'shapes');
  context.after(() => data.close());
  assert.equal(data.dataset.hash, 'b81c73047c22472638ed38df598e7748e5c75728dfcdb1d32e051a7cb1957291');
  assert.deepEqual([classCounts(data, 'train'), classCounts(data, 'test')], [Array(10).fill(500), Array(10).fill(100)]);
  assert.equal(data.dataset.mirrors, true);
});

test('a picture depends on its split and index alone', (context) => {
  const data = openDataset(temporaryFolder(context), 'shapes-300');
  context.after(() => data.close());
  assert.deepEqual(data.dataset.splits, [
    { name: 'train', images: 300 },
    { name: 'test', images: 60 },
  ]);
  assert.deepEqual(data.readRange('train', 290, 10), drawShapes(0, 290, 10));
  assert.deepEqual(data.readRange('test', 7, 1), drawShapes(1, 7, 1));
  assert.notDeepEqual(drawShapes(0, 7, 1), drawShapes(1, 7, 1));
});

test('a linear model recognises less than half of the shapes', (context) => {
  const data = openDataset(temporaryFolder(context), 'shapes');
  context.after(() => data.close());
  const part = (split: string) => ({ pixels: data.readAll(split), labels: data.labels(split) });
  const model = softmaxRegression(
    { ...part('train'), classes: 10, dataset: data.dataset },
    { epochs: 6, learningRate: 0.002 },
  );
  const accuracy = model.accuracy(part('test'));
  assert.ok(accuracy < 0.5, `${accuracy}`);
});

test('the same linear model does learn where a class has its place', (context) => {
  // Without this, the test above would also pass with a model that learns nothing.
  const data = openDataset(temporaryFolder(context), 'digits');
  context.after(() => data.close());
  const part = (split: string) => ({ pixels: data.readAll(split), labels: data.labels(split) });
  const model = softmaxRegression(
    { ...part('train'), classes: 10, dataset: data.dataset },
    { epochs: 10, learningRate: 0.01 },
  );
  assert.ok(model.accuracy(part('test')) > 0.9);
});
