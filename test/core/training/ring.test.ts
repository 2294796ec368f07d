/** Batches read ahead: always the right bytes, whatever order they are asked for in, in few buffers. */
import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { epochOrder, Sequence, stepImages } from '../../../src-main/core/batches/order.ts';
import { addDataset, openDataset } from '../../../src-main/core/dataset/library.ts';
import { Ring } from '../../../src-main/core/training/ring.ts';
import { stepsPerEpoch } from '../../../src-main/shared/duration.ts';
import { failureOf } from '../../../src-main/shared/failure.ts';
import { someImages } from '../../fixtures/datasets.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const images = someImages(500, 5, 7, 3, 10);
const imageBytes = 105;

function add(home: string): string {
  const { height, width, channels, pixels, labels } = images;
  return addDataset(home, {
    name: 'Noise',
    image: { height, width, channels },
    classes: Array.from({ length: 10 }, (_, index) => String(index)),
    mirrors: true,
    note: '',
    splits: [{ name: 'train', pixels: [pixels], labels }],
  }).id;
}

test('a sequence is the orders of its epochs, whatever is asked for first', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 40 }),
      fc.array(fc.nat(200), { minLength: 1, maxLength: 30 }),
      (count, batch, places) => {
        const sequence = new Sequence(count, batch, 7);
        const perEpoch = stepsPerEpoch(count, batch);
        for (const place of places) {
          const order = epochOrder(count, 7, Math.floor(place / perEpoch) + 1);
          assert.deepEqual(sequence.at(place), stepImages(order, batch, place % perEpoch));
        }
      },
    ),
  );
});

test('whatever is prepared next, the batch has its images and the buffers stay few', async (context) => {
  const home = temporaryFolder(context);
  const open = openDataset(home, add(home));
  context.after(() => open.close());
  const ring = new Ring(open, 'train');
  const sequence = new Sequence(500, 32, 3);
  const buffers = new Set<ArrayBufferLike>();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(40), { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 1, max: 60 }),
      async (places, end) => {
        for (const place of places) {
          await ring.prepare((ahead) => (place + ahead < end ? sequence.at(place + ahead) : null));
          const indices = sequence.at(place);
          const batch = ring.batch(indices);
          if (place >= end) continue;
          assert.ok(batch);
          buffers.add(batch.words.buffer);
          const wanted = Array.from(indices, (index) => [
            ...images.pixels.subarray(index * imageBytes, (index + 1) * imageBytes),
          ]);
          assert.deepEqual([...new Uint8Array(batch.words.buffer, 0, 32 * imageBytes)], wanted.flat());
          assert.deepEqual(
            batch.labels,
            indices.map((index) => images.labels[index] as number),
          );
        }
      },
    ),
    { numRuns: 30 },
  );
  assert.ok(buffers.size <= 16, `${buffers.size} buffers`);
});

test('a block that is gone is named by the step that needs it', async (context) => {
  const home = temporaryFolder(context);
  const open = openDataset(home, add(home));
  for (const name of readdirSync(join(home, 'blocks'))) rmSync(join(home, 'blocks', name));
  const ring = new Ring(open, 'train');
  const failure = await ring
    .prepare(() => Int32Array.of(1, 2))
    .then(
      () => 'none',
      (thrown: unknown) => failureOf(thrown).code,
    );
  assert.equal(failure, 'data.damaged');
});
