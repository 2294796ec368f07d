import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { blockImages } from '../../../src-main/core/store/evaluations.ts';
import { openStore } from '../../../src-main/core/store/open.ts';
import { packCounts, packLooks, unpackCounts, unpackLooks } from '../../../src-main/core/store/packedLooks.ts';
import { cutLooks } from '../../../src-main/shared/run/looks.ts';
import type { EvaluationEvent } from '../../../src-main/shared/run/event.ts';
import { anyLooks, plain } from '../../shared/run/anyLooks.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { exampleRun } from './example.ts';

test('looks and counts come out of their blobs as they went in', () => {
  fc.assert(fc.property(anyLooks(), (looks) => assert.deepEqual(plain(unpackLooks(packLooks(looks))), plain(looks))));
  const counts = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2 ** 31 - 1 })), { maxLength: 300 });
  fc.assert(
    fc.property(counts, (values) => {
      const array = Int32Array.from(values);
      assert.deepEqual(unpackCounts(packCounts(array), array.length), array);
    }),
  );
});

test('a confusion matrix of 1,000 classes and 50,000 images takes less than 2 bytes an image', () => {
  const counts = new Int32Array(1_000_000);
  for (let image = 0; image < 50_000; image++) counts[(image % 1000) * 1001 + (image % 4 === 0 ? image % 97 : 0)]! += 1;
  assert.ok(packCounts(counts).length < 100_000);
});

test('looks are read after any step, however they were committed, and a run that goes on from a step forgets the later ones', (context) => {
  const home = temporaryFolder(context);
  fc.assert(
    fc.property(anyLooks(1), fc.integer({ min: 1, max: 3 }), fc.nat(), fc.nat(), (looks, batch, from, to) => {
      const store = openStore(home);
      const { id } = store.addRun(exampleRun());
      const rows = looks.steps.length;
      for (let at = 0; at < rows; at += batch)
        store.watched.appendLooks(id, cutLooks(looks, at, Math.min(rows, at + batch)));
      const after = from % rows;
      assert.deepEqual(plain(store.watched.looks(id, -1)), plain(looks));
      assert.deepEqual(store.watched.looks(id, looks.steps[after]!).steps, looks.steps.slice(after + 1));
      const last = to % rows;
      store.supersedeAfter(id, looks.steps[last]!);
      assert.deepEqual(plain(store.watched.looks(id, -1)), plain(cutLooks(looks, 0, last + 1)));
      store.watched.appendLooks(id, cutLooks(looks, last + 1, rows));
      assert.deepEqual(plain(store.watched.looks(id, -1)), plain(looks));
      store.close();
    }),
    { numRuns: 20 },
  );
});

const images = blockImages + 1000;

/** An evaluation of two classes in which every image has a result of its own. */
const evaluationAt = (step: number, accuracy: number): EvaluationEvent => ({
  type: 'evaluation',
  split: 'test',
  epoch: step / 10,
  step,
  score: { loss: null, accuracy, topFive: 1 },
  confusion: Int32Array.of(images - 7, 3, 4, 0),
  predicted: Int32Array.from({ length: images }, (_, at) => (at + step) % 2),
  confidence: Float32Array.from({ length: images }, (_, at) => ((at + step) % 65_536) / 65_535),
  loss: Float32Array.from({ length: images }, (_, at) => at / step),
});

test('the images of a pinned checkpoint stay', (context) => {
  const store = openStore(temporaryFolder(context));
  const { id } = store.addRun(exampleRun());
  store.watched.addEvaluation(id, evaluationAt(10, 0.5));
  store.addCheckpoint(id, { step: 10, file: 'c', bytes: 1, sha256: 'a', atMs: 1, best: true, pinned: true });
  for (const step of [20, 30]) store.watched.addEvaluation(id, evaluationAt(step, 0.75));
  store.watched.addEvaluation(id, evaluationAt(40, 0.6));
  assert.deepEqual(
    store.watched.evaluations(id, 'test', -1).map(({ hasImages }) => hasImages),
    [true, true, false, true],
  );
  store.close();
});

test('evaluations stay with their matrices, images with the best and the last of them', (context) => {
  const home = temporaryFolder(context);
  const store = openStore(home);
  const { id } = store.addRun(exampleRun());
  const all = [evaluationAt(10, 0.5), evaluationAt(20, 0.75), evaluationAt(30, 0.75), evaluationAt(40, 0.25)];
  for (const evaluation of all) store.watched.addEvaluation(id, evaluation);
  assert.deepEqual(
    store.watched.evaluations(id, 'test', 10),
    all.slice(1).map(({ step, epoch, score, confusion }) => ({
      step,
      epoch,
      images,
      ...score,
      classes: 2,
      confusion,
      hasImages: step === 20 || step === 40,
    })),
  );
  const { predicted, confidence, loss } = all[1]!;
  assert.deepEqual(store.watched.images(id, 'test', 20, { from: 0, count: 10 * images }), {
    predicted,
    confidence,
    loss,
  });
  assert.deepEqual(store.watched.images(id, 'test', 20, { from: blockImages - 5, count: 10 }), {
    predicted: predicted.slice(blockImages - 5, blockImages + 5),
    confidence: confidence.slice(blockImages - 5, blockImages + 5),
    loss: loss.slice(blockImages - 5, blockImages + 5),
  });
  assert.deepEqual(
    [
      store.watched.images(id, 'test', 10, { from: 0, count: 1 }),
      store.watched.images(id, 'test', 20, { from: images, count: 5 }),
    ].map((range) => range.loss.length),
    [0, 0],
  );
  store.supersedeAfter(id, 20);
  assert.deepEqual(
    store.watched.evaluations(id, 'test', -1).map(({ step, hasImages }) => [step, hasImages]),
    [
      [10, false],
      [20, true],
    ],
  );
  store.close();
});
