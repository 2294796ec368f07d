/** Pickles, arrays, tables and MATLAB files, as their own programs write them, read back bit for bit. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { knownSet } from '../../src-main/intake/known.ts';
import { openSource } from '../../src-main/intake/source.ts';
import { ordinaryLimits } from '../../src-main/shared/import.ts';
import { temporaryFolder } from '../core/temporaryFolder.ts';
import {
  cifar100Names,
  cifar100Python,
  cifar10Meta,
  cifar10Names,
  cifar10Python,
  imageAt,
  imageFile,
  kerasArrays,
  mnist,
  pixelTable,
  someImages,
  svhnFiles,
} from '../fixtures/datasets.ts';
import type { Images } from '../fixtures/datasets.ts';
import { writeFolder, zipOf } from '../fixtures/files.ts';
import type { Files } from '../fixtures/files.ts';
import { svhnFile } from '../fixtures/mat.ts';
import { npy, npz } from '../fixtures/numpy.ts';
import { parquet } from '../fixtures/parquet.ts';
import type { ParquetChoices } from '../fixtures/parquet.ts';
import { asRead, inEveryContainer, readBack, written } from './reading.ts';

const colour = { height: 32, width: 32, channels: 3 };
const digits = Array.from({ length: 10 }, (_, index) => String(index));
const size = fc.integer({ min: 1, max: 9 });

/** Images whose labels hold every class, so that no class is missing from a file. */
const everyClass = (images: Images, classes: number): Images => ({
  ...images,
  labels: images.labels.map((_, index) => index % classes),
});

test('The pickle of the names of CIFAR-10 is byte for byte the official one', () => {
  // The MD5 that torchvision checks `batches.meta` with.
  assert.equal(createHash('md5').update(cifar10Meta()).digest('hex'), '5ff9c542aee3614f3951f8cda6e48888');
});

test('CIFAR-10 and CIFAR-100 in their Python distributions are read bit for bit', async (context) => {
  const [train, testing] = [someImages(50, 32, 32, 3, 10), someImages(10, 32, 32, 3, 10, 9)];
  await inEveryContainer(context, cifar10Python(train, testing), {
    format: 'cifar10-python',
    classes: cifar10Names,
    image: colour,
    splits: { train: asRead(train), test: asRead(testing) },
  });
  const [fine, fineTest] = [someImages(60, 32, 32, 3, 100), someImages(12, 32, 32, 3, 100, 5)];
  await inEveryContainer(context, cifar100Python(fine, fineTest), {
    format: 'cifar100-python',
    classes: cifar100Names,
    image: colour,
    splits: { train: asRead(fine), test: asRead(fineTest) },
  });
});

test('SVHN’s digits are read from packed and plain variables, with class 10 as the digit 0', async (context) => {
  const [train, testing] = [someImages(40, 32, 32, 3, 10), someImages(20, 32, 32, 3, 10, 3)];
  const wanted = {
    format: 'svhn',
    classes: digits,
    image: colour,
    splits: { train: asRead(train), test: asRead(testing) },
  };
  await inEveryContainer(context, svhnFiles(train, testing), wanted);
  const folder = temporaryFolder(context);
  const plain = { 'train.mat': svhnFile(train, false), 'test.mat': svhnFile(testing, false) };
  assert.deepEqual(await readBack(writeFolder(join(folder, 'plain'), plain), folder), wanted);
});

test('Arrays of any size, type and order come back as they were written', async (context) => {
  const types = fc.constantFrom('|u1', '<i2', '>i4', '<i8', '<f4', '<f8');
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(size, size, fc.constantFrom(1, 3), fc.integer({ min: 4, max: 20 }), fc.nat(1e6)),
      types,
      fc.boolean(),
      fc.boolean(),
      async ([height, width, channels, count, seed], dtype, byColumns, packed) => {
        const folder = temporaryFolder(context);
        const train = everyClass(someImages(count, height, width, channels, 3, seed), 3);
        // Floating-point pixels of 0 and 1 alone could mean either scale.
        if (dtype.includes('f')) train.pixels[0] = 200;
        const shape = [count, height, width, ...(channels === 1 ? [] : [channels])];
        const bytes = npz(
          {
            x_train: { dtype, shape, values: train.pixels, byColumns },
            y_train: { dtype: '<i4', shape: [count], values: train.labels },
          },
          packed,
        );
        const { splits } = await readBack(written(join(folder, 'any.npz'), bytes), folder);
        assert.deepEqual(splits, { train: asRead(train) });
      },
    ),
    { numRuns: 60 },
  );
});

test('Keras’ arrays are read alone, in folders and archives, with pixels from 0 to 1 as well', async (context) => {
  const train = everyClass(someImages(30, 28, 28, 1, 10), 10);
  const testing = everyClass(someImages(20, 28, 28, 1, 10, 3), 10);
  const wanted = {
    format: 'npz',
    classes: digits,
    image: { height: 28, width: 28, channels: 1 },
    splits: { train: asRead(train), test: asRead(testing) },
  };
  const folder = temporaryFolder(context);
  for (const [name, bytes] of Object.entries({
    'mnist.npz': npz(kerasArrays(train, testing)),
    'plain.npz': npz(kerasArrays(train, testing), false),
    'floats.npz': npz(kerasArrays(train, testing, '<f4')),
    // A name says nothing: the content does.
    'something.dat': npz(kerasArrays(train, testing)),
  }))
    assert.deepEqual(await readBack(written(join(folder, name), bytes), folder), wanted);
  await inEveryContainer(context, { 'data/mnist.npz': npz(kerasArrays(train, testing)), 'readme.md': 'MNIST' }, wanted);
  const arrays = kerasArrays(train, testing);
  const single = Object.fromEntries(
    Object.entries(arrays).map(([name, content]) => [`${name}.npy`, npy(content)]),
  ) as Files;
  await inEveryContainer(context, single, wanted);
});

test('Planes, one-hot rows and words as labels are understood', async (context) => {
  const images = everyClass(someImages(9, 5, 5, 3, 3), 3);
  const area = 25;
  const planes = Uint8Array.from(
    images.pixels,
    (_, at) => images.pixels[Math.floor(at / 75) * 75 + (at % area) * 3 + (Math.floor(at / area) % 3)] as number,
  );
  const oneHot = Array.from(images.labels, (label) => [0, 1, 2].map((place) => Number(place === label))).flat();
  const folder = temporaryFolder(context);
  const bytes = npz({
    images: { dtype: '|u1', shape: [9, 3, 5, 5], values: planes },
    labels: { dtype: '<f8', shape: [9, 3], values: oneHot },
  });
  const { splits, image } = await readBack(written(join(folder, 'planes.npz'), bytes), folder);
  assert.deepEqual([splits, image], [{ train: asRead(images) }, { height: 5, width: 5, channels: 3 }]);
});

test('Tables of pixels come back as they were written, with and without titles, whatever parts them', async (context) => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 5, max: 8 }),
      fc.constantFrom(1, 3),
      fc.integer({ min: 4, max: 20 }),
      fc.record({
        titles: fc.boolean(),
        separator: fc.constantFrom(',', ';', '\t'),
        ending: fc.constantFrom('\n', '\r\n', '\r'),
      }),
      async (side, channels, count, how) => {
        const folder = temporaryFolder(context);
        const train = everyClass(someImages(count, side, side, channels, 3, count), 3);
        const testing = everyClass(someImages(3, side, side, channels, 3, 5), 3);
        // 3 × side² may be a square of its own: 3 × 3 × 3 is none, so colour is told by its sides.
        const files = { 'set_train.csv': pixelTable(train, how), 'set_test.csv': pixelTable(testing, how) };
        const { splits } = await readBack(writeFolder(join(folder, 'tables'), files), folder);
        assert.deepEqual(splits, { train: asRead(train), test: asRead(testing) });
      },
    ),
    { numRuns: 40 },
  );
});

test('A table with all pixels in one column and the split in another is read (FER2013)', async (context) => {
  const images = everyClass(someImages(12, 8, 8, 1, 3), 3);
  const usage = ['Training', 'PublicTest', 'PrivateTest'];
  const rows = Array.from(
    images.labels,
    (label, index) => `${label},${[...imageAt(images, index)].join(' ')},${usage[Math.floor(index / 4)]}`,
  );
  const folder = temporaryFolder(context);
  const path = written(join(folder, 'fer2013.csv'), Buffer.from(['emotion,pixels,Usage', ...rows, ''].join('\n')));
  const { splits } = await readBack(path, folder);
  assert.deepEqual(Object.fromEntries(Object.entries(splits).map(([name, { labels }]) => [name, labels])), {
    train: [0, 1, 2, 0],
    val: [1, 2, 0, 1],
    test: [2, 0, 1, 2],
  });
});

test('A table that names image files gives them their classes, by path or by name without ending', async (context) => {
  const images = everyClass(someImages(6, 9, 7, 3, 2), 2);
  const files: Record<string, Uint8Array | string> = {};
  for (let index = 0; index < 6; index++)
    files[`pictures/no ${index}, "best".png`] = await imageFile(images, index, 'png');
  const breeds = ['beagle', 'pug'];
  const cell = (index: number, ending: string) => `"no ${index}, ""best""${ending}"`;
  for (const ending of ['', '.png']) {
    const rows = Array.from(images.labels, (label, index) => `${cell(index, ending)},${breeds[label]}`);
    await inEveryContainer(
      context,
      { ...files, 'labels.csv': ['id,breed', ...rows].join('\r\n') },
      {
        format: 'csv-paths',
        classes: breeds,
        image: { height: 9, width: 7, channels: 3 },
        splits: { train: asRead(images) },
      },
    );
  }
});

test('Parquet comes back as it was written, in every packing and kind of page', async (context) => {
  const names = ['cat', 'dog', 'owl'];
  const choices: fc.Arbitrary<ParquetChoices> = fc.record({
    codec: fc.constantFrom('none', 'snappy', 'gzip', 'zstd'),
    groupRows: fc.integer({ min: 2, max: 30 }),
    dictionary: fc.boolean(),
    secondPages: fc.boolean(),
    label: fc.constantFrom('label', 'fine_label'),
  });
  await fc.assert(
    fc.asyncProperty(size, size, fc.integer({ min: 6, max: 40 }), choices, async (height, width, count, chosen) => {
      const folder = temporaryFolder(context);
      const images = everyClass(someImages(count, height, width, 3, 3, count), 3);
      const encoded = await Promise.all(Array.from(images.labels, (_, index) => imageFile(images, index, 'png')));
      const bytes = parquet(encoded, [...images.labels], { ...chosen, names });
      const files = { 'data/train-00000-of-00001.parquet': bytes, 'data/test-00000-of-00001.parquet': bytes };
      const { splits, classes } = await readBack(writeFolder(join(folder, 'set'), files), folder);
      assert.deepEqual([splits, classes], [{ train: asRead(images), test: asRead(images) }, names]);
    }),
    { numRuns: 40 },
  );
});

test('A part of each kind of file is read without the rest', async (context) => {
  const images = everyClass(someImages(40, 32, 32, 3, 10), 10);
  const encoded = await Promise.all(Array.from(images.labels, (_, index) => imageFile(images, index, 'png')));
  const kinds: Record<string, Uint8Array> = {
    'a.npz': npz({
      x_train: { dtype: '|u1', shape: [40, 32, 32, 3], values: images.pixels },
      y_train: { dtype: '<i8', shape: [40], values: images.labels },
    }),
    'train.mat': svhnFile(images),
    'train.csv': Buffer.from(pixelTable(images)),
    'train.parquet': parquet(encoded, [...images.labels], { groupRows: 7 }),
  };
  const { inspect } = await import('../../src-main/intake/work.ts');
  for (const [name, bytes] of Object.entries(kinds)) {
    const folder = temporaryFolder(context);
    const path = written(join(folder, name), bytes);
    const source = await openSource([{ path, name }], folder, ordinaryLimits, () => undefined);
    const { found, finding } = await inspect(source, ordinaryLimits);
    const treatment = { image: found.image, fit: 'crop' as const, holdOut: 0, seed: 0 };
    const taken: Uint8Array[] = [];
    for await (const { pixels } of found.read('train', Int32Array.from([3, 4, 27, 39]), treatment)) taken.push(pixels);
    assert.deepEqual(
      new Uint8Array(Buffer.concat(taken)),
      new Uint8Array(Buffer.concat([3, 4, 27, 39].map((index) => imageAt(images, index)))),
      name,
    );
    assert.equal(finding.preview.labels.length, 24);
  }
});

test('An archive of an archive’s folder and a folder with one archive are opened, and names do not matter', async (context) => {
  const [train, testing] = [someImages(40, 28, 28, 1, 10), someImages(20, 28, 28, 1, 10, 3)];
  const folder = temporaryFolder(context);
  const inside = writeFolder(join(folder, 'Größe 😀 v1.0'), { 'ein archiv .zip.bin': zipOf(mnist(train, testing)) });
  const { splits } = await readBack(inside, folder);
  assert.deepEqual(splits, { train: asRead(train), test: asRead(testing) });
});

test('A public set is known by the sums of its files, in a folder, packed or in an archive, and only whole', async (context) => {
  const files = mnist(someImages(4, 28, 28, 1, 2), someImages(4, 28, 28, 1, 2, 3), false);
  const sum = (bytes: Uint8Array | string) => createHash('md5').update(bytes).digest('hex');
  const sets = [
    { name: 'This', files: Object.values(files).map((bytes) => [bytes.length, sum(bytes)] as const) },
    { name: 'Archive', files: [[zipOf(files).length, sum(zipOf(files))] as const] },
  ];
  const folder = temporaryFolder(context);
  const known = async (path: string) => {
    const source = await openSource([{ path, name: 'x' }], folder, ordinaryLimits, () => undefined);
    const set = await knownSet(source, sets);
    source.close();
    return set?.name ?? null;
  };
  const packed = mnist(someImages(4, 28, 28, 1, 2), someImages(4, 28, 28, 1, 2, 3), true);
  const [first] = Object.keys(files) as [string];
  const changed = { ...files, [first]: new Uint8Array((files[first] as Uint8Array).length) };
  writeFileSync(join(folder, 'set.zip'), zipOf(files));
  assert.deepEqual(
    await Promise.all([
      known(writeFolder(join(folder, 'plain'), files)),
      known(writeFolder(join(folder, 'packed'), packed)),
      known(join(folder, 'set.zip')),
      known(writeFolder(join(folder, 'changed'), changed)),
    ]),
    ['This', 'This', 'Archive', null],
  );
});
