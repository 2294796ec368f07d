/** Tiny sets in every format, in the layout of the official distributions, read back bit for bit. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { decode } from '../../src-main/intake/image.ts';
import { recognise } from '../../src-main/intake/recognise.ts';
import { openSource } from '../../src-main/intake/source.ts';
import { planSplits } from '../../src-main/intake/draw.ts';
import { ordinaryLimits } from '../../src-main/shared/import.ts';
import { temporaryFolder } from '../core/temporaryFolder.ts';
import {
  bmp,
  cifar100Binary,
  cifar100Names,
  cifar10Binary,
  cifar10Names,
  imageAt,
  imageFile,
  imageFolder,
  mnist,
  part,
  someImages,
} from '../fixtures/datasets.ts';
import type { ImageFormat, Images } from '../fixtures/datasets.ts';
import { writeFolder } from '../fixtures/files.ts';
import { asRead, inEveryContainer, readBack } from './reading.ts';

test('CIFAR-10 in its binary distribution is read bit for bit, from a folder, tar.gz, tar and zip', async (context) => {
  const [train, testing] = [someImages(50, 32, 32, 3, 10), someImages(10, 32, 32, 3, 10, 9)];
  await inEveryContainer(context, cifar10Binary(train, testing), {
    format: 'cifar10-binary',
    classes: cifar10Names,
    image: { height: 32, width: 32, channels: 3 },
    splits: { train: asRead(train), test: asRead(testing) },
  });
});

test('CIFAR-100 in its binary distribution is read with its fine classes', async (context) => {
  const [train, testing] = [someImages(60, 32, 32, 3, 100), someImages(12, 32, 32, 3, 100, 5)];
  await inEveryContainer(context, cifar100Binary(train, testing), {
    format: 'cifar100-binary',
    classes: cifar100Names,
    image: { height: 32, width: 32, channels: 3 },
    splits: { train: asRead(train), test: asRead(testing) },
  });
});

test('The four files of MNIST are read, packed and unpacked', async (context) => {
  const [train, testing] = [someImages(40, 28, 28, 1, 10), someImages(20, 28, 28, 1, 10, 3)];
  for (const packed of [true, false])
    await inEveryContainer(context, mnist(train, testing, packed), {
      format: 'idx',
      classes: Array.from({ length: 10 }, (_, index) => String(index)),
      image: { height: 28, width: 28, channels: 1 },
      splits: { train: asRead(train), test: asRead(testing) },
    });
});

test('IDX files of any size and number come back as they were written', async (context) => {
  const size = fc.integer({ min: 1, max: 12 });
  await fc.assert(
    fc.asyncProperty(size, size, fc.integer({ min: 4, max: 30 }), fc.nat(1e6), async (height, width, count, seed) => {
      const folder = temporaryFolder(context);
      const [train, testing] = [
        someImages(count, height, width, 1, 3, seed),
        someImages(3, height, width, 1, 3, seed + 1),
      ];
      const { splits } = await readBack(
        writeFolder(join(folder, 'idx'), mnist(train, testing, seed % 2 === 0)),
        folder,
      );
      assert.deepEqual(splits, { train: asRead(train), test: asRead(testing) });
    }),
    { numRuns: 25 },
  );
});

test('A folder of images for each class, in train and test, is read without a lost bit', async (context) => {
  const names = ['bird', 'cat'];
  for (const format of ['png', 'webp'] as const satisfies readonly ImageFormat[]) {
    const images = someImages(8, 9, 7, 3, 2);
    // A folder is read class by class, so the images are put into that order.
    const order = [...images.labels.keys()].sort((a, b) => (images.labels[a] ?? 0) - (images.labels[b] ?? 0) || a - b);
    const sorted: Images = {
      ...images,
      pixels: Buffer.concat(order.map((index) => imageAt(images, index))),
      labels: Int32Array.from(order, (index) => images.labels[index] as number),
    };
    const files = {
      ...(await imageFolder(images, names, format, 'data/train/')),
      ...(await imageFolder(images, names, format, 'data/test/')),
    };
    await inEveryContainer(context, files, {
      format: 'image-folder',
      classes: names,
      image: { height: 9, width: 7, channels: 3 },
      splits: { train: asRead(sorted), test: asRead(sorted) },
    });
  }
});

test('PNG, lossless WebP and BMP of any size decode to the bytes that were encoded', async () => {
  const size = fc.integer({ min: 1, max: 40 });
  await fc.assert(
    fc.asyncProperty(size, size, fc.nat(1e6), async (height, width, seed) => {
      const image = someImages(1, height, width, 3, 1, seed);
      const wanted = { height, width, channels: 3, pixels: new Uint8Array(image.pixels) };
      const files = [await imageFile(image, 0, 'png'), await imageFile(image, 0, 'webp'), bmp(image, 0)];
      for (const file of files) {
        const decoded = await decode(file, 'image', ordinaryLimits);
        assert.deepEqual({ ...decoded, pixels: new Uint8Array(decoded.pixels) }, wanted);
      }
    }),
    { numRuns: 30 },
  );
});

test('Held-out images are a share of every class, the same for the same seed, and leave training', () => {
  const labels = Int32Array.from({ length: 100 }, (_, index) => index % 4);
  const treatment = { image: { height: 1, width: 1, channels: 1 }, fit: 'crop' as const, holdOut: 0.2, seed: 7 };
  const plan = planSplits([{ name: 'train', labels }], treatment);
  const [train, testing] = plan.map(({ indices }) => [...indices]);
  assert.deepEqual(
    [0, 1, 2, 3].map((label) => testing?.filter((index) => labels[index] === label).length),
    [5, 5, 5, 5],
  );
  assert.deepEqual(
    [...(train ?? []), ...(testing ?? [])].sort((a, b) => a - b),
    [...labels.keys()],
  );
  assert.deepEqual(planSplits([{ name: 'train', labels }], treatment), plan);
  assert.notDeepEqual(planSplits([{ name: 'train', labels }], { ...treatment, seed: 8 }), plan);
});

test('A part of a set of records is read without the rest', async (context) => {
  const folder = temporaryFolder(context);
  const train = someImages(50, 32, 32, 3, 10);
  const path = writeFolder(join(folder, 'cifar'), cifar10Binary(train, someImages(10, 32, 32, 3, 10, 2)));
  const source = await openSource([{ path, name: 'cifar' }], folder, ordinaryLimits, () => undefined);
  const found = await recognise(source, ordinaryLimits);
  const treatment = { image: found.image, fit: 'crop' as const, holdOut: 0, seed: 0 };
  const taken: number[] = [];
  for await (const { pixels } of found.read('train', Int32Array.from([3, 4, 27, 49]), treatment)) taken.push(...pixels);
  assert.deepEqual(
    Uint8Array.from(taken),
    new Uint8Array(Buffer.concat([part(train, 3, 5).pixels, imageAt(train, 27), imageAt(train, 49)])),
  );
});
