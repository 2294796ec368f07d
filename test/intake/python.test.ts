/** Files that NumPy, SciPy, PyArrow and Python's pickle wrote (reference/make.py), read bit for bit. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../core/temporaryFolder.ts';
import { readBack } from './reading.ts';

const folder = fileURLToPath(new URL('reference', import.meta.url));
const count = 12;
const pixels = Uint8Array.from({ length: count * 3072 }, (_, index) => (index * 7 + 3) % 251);
const threes = Array.from({ length: count }, (_, index) => index % 3);
const insects = ['ant', 'bee', 'cat'];
const digits = Array.from({ length: 10 }, (_, index) => String(index));

/** Format, names of classes and labels of a file, by the beginning of its name. */
const wanted: readonly (readonly [string, string, readonly string[], readonly number[]])[] = [
  ['cifar10-', 'cifar10-python', digits, threes],
  ['numpy-words', 'npz', insects, threes],
  ['numpy', 'npz', ['0', '1', '2'], threes],
  ['scipy', 'svhn', digits, Array.from({ length: count }, (_, index) => (index + 1) % 10)],
  ['pyarrow', 'parquet', insects, threes],
];

for (const name of readdirSync(folder).filter((each) => each !== 'make.py'))
  test(`${name} is read as it was meant`, async (context) => {
    const [, format, classes, labels] = wanted.find(([begin]) => name.startsWith(begin)) ?? [];
    assert.deepEqual(await readBack(join(folder, name), temporaryFolder(context)), {
      format,
      classes,
      image: { height: 32, width: 32, channels: 3 },
      splits: { train: { pixels, labels } },
    });
  });

test('Every kind of reference file is there', () => {
  assert.deepEqual(
    wanted.map(([begin]) => readdirSync(folder).some((name) => name.startsWith(begin))),
    wanted.map(() => true),
  );
});
