import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { addDataset, findDataset, listDatasets, openDataset } from '../../../src-main/core/dataset/library.ts';
import type { NewDataset } from '../../../src-main/core/dataset/library.ts';
import { datasetSchema } from '../../../src-main/shared/dataset.ts';
import { describeFailure, failureOf } from '../../../src-main/shared/failure.ts';
import { parse } from '../../../src-main/shared/schema.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const image = { height: 2, width: 3, channels: 3 };
const imageBytes = 18;

/** Three images whose bytes are 0, 1, 2 …, cut into chunks that end inside images. */
function example(change: Partial<NewDataset> = {}): NewDataset {
  const pixels = Uint8Array.from({ length: 3 * imageBytes }, (_, index) => index);
  return {
    name: 'Three of a kind',
    image,
    classes: ['cat', 'dog'],
    mirrors: true,
    note: 'Made for a test.',
    splits: [
      {
        name: 'train',
        pixels: [pixels.subarray(0, 5), pixels.subarray(5, 40), pixels.subarray(40)],
        labels: Int32Array.of(0, 1, 1),
      },
      { name: 'test', pixels: [pixels.subarray(0, imageBytes)], labels: Int32Array.of(1) },
    ],
    ...change,
  };
}

/** The title of the failure that `work` ends in. */
function failureTitle(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return describeFailure(failureOf(error)).title;
  }
  return 'no failure';
}

test('what is added is read back, described and listed', (context) => {
  const home = temporaryFolder(context);
  const added = addDataset(home, example());
  const opened = openDataset(home, added.id);
  context.after(() => opened.close());
  assert.deepEqual(parse(datasetSchema, added), added);
  assert.deepEqual(opened.dataset, added);
  assert.deepEqual(added.splits, [
    { name: 'train', images: 3 },
    { name: 'test', images: 1 },
  ]);
  assert.deepEqual(opened.labels('train'), Int32Array.of(0, 1, 1));
  assert.deepEqual(
    opened.readAll('train'),
    Uint8Array.from({ length: 3 * imageBytes }, (_, index) => index),
  );
  assert.deepEqual(added.mean, [25.5, 26.5, 27.5]);
  assert.deepEqual(
    listDatasets(home).map((dataset) => dataset.id),
    ['digits', 'shapes', added.id],
  );
});

test('any way of asking for images gives the same bytes', (context) => {
  const home = temporaryFolder(context);
  // 3 images to a block of 16 MiB, so that ranges and indices cross blocks.
  const large = { height: 1, width: 5_000_000, channels: 1 };
  const row = (index: number) => new Uint8Array(large.width).fill(index + 1);
  const pixels = Array.from({ length: 7 }, (_, index) => row(index));
  const { id } = addDataset(
    home,
    example({ image: large, splits: [{ name: 'train', pixels, labels: new Int32Array(7) }] }),
  );
  const opened = openDataset(home, id);
  context.after(() => opened.close());
  assert.equal(readdirSync(join(home, 'blocks')).length, 4);
  const ends = (bytes: Uint8Array) =>
    Array.from({ length: bytes.length / large.width }, (_, place) => [
      bytes[place * large.width],
      bytes[(place + 1) * large.width - 1],
    ]);
  const wanted = (indices: readonly number[]) => indices.map((index) => [index + 1, index + 1]);
  fc.assert(
    fc.property(fc.array(fc.nat(6), { maxLength: 5 }), fc.nat(6), fc.nat(7), (indices, from, most) => {
      const into = new Uint8Array(indices.length * large.width);
      opened.readImages('train', indices, into);
      assert.deepEqual(ends(into), wanted(indices));
      const count = Math.min(most, 7 - from);
      assert.deepEqual(
        ends(opened.readRange('train', from, count)),
        wanted(Array.from({ length: count }, (_, place) => from + place)),
      );
    }),
    { numRuns: 10 },
  );
});

test('the same content is found, whatever its name and its chunks', (context) => {
  const home = temporaryFolder(context);
  const first = addDataset(home, example());
  const [train, second] = example().splits;
  const again = addDataset(
    home,
    example({ name: 'Another name', splits: [{ ...train!, pixels: [Buffer.concat([...train!.pixels])] }, second!] }),
  );
  assert.deepEqual(again, first);
  const other = addDataset(home, example({ classes: ['dog', 'cat'] }));
  assert.notEqual(other.id, first.id);
  // Two splits of pixels and of labels, shared by both sets.
  assert.equal(readdirSync(join(home, 'blocks')).length, 4);
});

test('pixels that do not fit the labels leave no dataset behind', (context) => {
  const home = temporaryFolder(context);
  const [train] = example().splits;
  assert.throws(
    () => addDataset(home, example({ splits: [{ ...train!, labels: Int32Array.of(0, 1) }] })),
    /54 bytes of pixels for 2 labels/,
  );
  assert.throws(
    () => addDataset(home, example({ splits: [{ ...train!, labels: Int32Array.of(0, 1, 2) }] })),
    /Label 2 is none of 2 classes/,
  );
  assert.deepEqual(
    listDatasets(home).map((dataset) => dataset.id),
    ['digits', 'shapes'],
  );
});

test('damage is named, and adding the set again mends it', async (context) => {
  const home = temporaryFolder(context);
  const { id, name } = addDataset(home, example());
  const manifest = readFileSync(join(home, 'datasets', id, 'manifest.json'), 'utf8');
  const block = (JSON.parse(manifest) as { splits: { pixels: { sha256: string }[] }[] }).splits[0]!.pixels[0]!.sha256;
  const path = join(home, 'blocks', block);
  const short = block.slice(0, 8);
  const damages: [string, () => void, string][] = [
    [
      'a changed byte',
      () => writeFileSync(path, new Uint8Array(3 * imageBytes)),
      `The dataset "${name}" is damaged: block ${short} has changed on the disk.`,
    ],
    [
      'a cut block',
      () => truncateSync(path, 10),
      `The dataset "${name}" is damaged: block ${short} has 10 bytes instead of 54.`,
    ],
    ['a missing block', () => rmSync(path), `The dataset "${name}" is damaged: block ${short} is missing.`],
    [
      'a manifest with something behind it',
      () => appendFileSync(join(home, 'datasets', id, 'manifest.json'), '}'),
      `The dataset "${id}" is damaged: its manifest cannot be read`,
    ],
  ];
  for (const [what, damage, title] of damages) {
    await context.test(what, () => {
      damage();
      assert.ok(
        failureTitle(() => openDataset(home, id)).startsWith(title),
        failureTitle(() => openDataset(home, id)),
      );
      addDataset(home, example());
      assert.equal(openDataset(home, id).images('train'), 3);
    });
  }
});

test('a damaged set does not hide the others', (context) => {
  const home = temporaryFolder(context);
  const { id } = addDataset(home, example());
  const other = addDataset(home, example({ classes: ['hen', 'dog'] }));
  writeFileSync(join(home, 'datasets', id, 'manifest.json'), '{"format":1}');
  const damaged: string[] = [];
  assert.deepEqual(
    listDatasets(home, (damagedId) => damaged.push(damagedId)).map((dataset) => dataset.id),
    ['digits', 'shapes', other.id],
  );
  assert.deepEqual(damaged, [id]);
});

test('a damaged built-in set is made anew', (context) => {
  const home = temporaryFolder(context);
  const before = openDataset(home, 'digits').readAll('test');
  for (const block of readdirSync(join(home, 'blocks'))) truncateSync(join(home, 'blocks', block), 1);
  assert.deepEqual(openDataset(home, 'digits').readAll('test'), before);
  writeFileSync(join(home, 'datasets', 'digits', 'manifest.json'), '');
  assert.equal(findDataset(home, 'digits').id, 'digits');
  assert.deepEqual(openDataset(home, 'digits').readAll('test'), before);
});

test('a set is found by id, by the beginning of its id and by name; a mistyped one is guessed', (context) => {
  const home = temporaryFolder(context);
  const { id } = addDataset(home, example());
  for (const text of [id, id.slice(0, 5), 'three of a KIND ']) assert.equal(findDataset(home, text).id, id);
  const failures = ['digit', 'Three of akind', '../../etc', id.slice(0, 3)].map((text) =>
    failureOf(catchError(() => findDataset(home, text))),
  );
  assert.deepEqual(
    failures.map(({ code, details }) => [code, details['near']]),
    [
      ['data.unknown', 'digits'],
      ['data.unknown', 'Three of a kind'],
      ['data.unknown', ''],
      ['data.unknown', ''],
    ],
  );
  assert.equal(
    failureTitle(() => openDataset(home, '../digits')),
    'There is no dataset called "../digits".',
  );
});

function catchError(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}
