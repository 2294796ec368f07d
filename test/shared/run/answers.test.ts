import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ImageAnswers } from '../../../src-main/shared/run/answers.ts';
import { agreement, differenceKinds, differences, worstMistakes } from '../../../src-main/shared/run/answers.ts';

const classes = 3;
const answersOf = (count: number) =>
  fc.record({
    predicted: fc.int32Array({ min: 0, max: classes - 1, minLength: count, maxLength: count }),
    confidence: fc.float32Array({ min: 0, max: 1, minLength: count, maxLength: count, noNaN: true }),
    loss: fc.float32Array({ min: 0, max: 20, minLength: count, maxLength: count, noNaN: true }),
  });
const trial = fc
  .integer({ min: 0, max: 60 })
  .chain((count) =>
    fc.tuple(
      fc.int32Array({ min: 0, max: classes - 1, minLength: count, maxLength: count }),
      answersOf(count),
      answersOf(count),
    ),
  );

test('mistakes are all the wrong images, the worst first, and fall apart by class', () => {
  fc.assert(
    fc.property(trial, ([labels, answers]) => {
      const mistakes = worstMistakes(labels, answers);
      const wrong = [...labels.keys()].filter((index) => labels[index] !== answers.predicted[index]);
      assert.deepEqual(
        [...mistakes].sort((a, b) => a - b),
        wrong,
      );
      assert.ok(
        [...mistakes].every((index, at) => at === 0 || answers.loss[mistakes[at - 1]!]! >= answers.loss[index]!),
      );
      const parts = [0, 1, 2].flatMap((label) =>
        [0, 1, 2].flatMap((predicted) => [...worstMistakes(labels, answers, { label, predicted })]),
      );
      assert.deepEqual(
        parts.sort((a, b) => a - b),
        wrong,
      );
    }),
  );
});

test('kinds of difference count every image once, and name the runs the other way round when they change places', () => {
  fc.assert(
    fc.property(trial, ([labels, first, second]) => {
      const { both, firstOnly, secondOnly, neither, disagree } = agreement(labels, first, second);
      assert.equal(both + firstOnly + secondOnly + neither, labels.length);
      assert.deepEqual(
        differenceKinds.map((kind) => differences(labels, first, second, kind).length),
        [firstOnly, secondOnly, neither, disagree],
      );
      assert.deepEqual(
        differences(labels, first, second, 'firstOnly'),
        differences(labels, second, first, 'secondOnly'),
      );
    }),
  );
});

test('the images of a cell make up the difference of the two confusion matrices there', () => {
  fc.assert(
    fc.property(trial, ([labels, first, second]) => {
      for (const label of [0, 1, 2])
        for (const predicted of [0, 1, 2]) {
          const cell = { label, predicted };
          const isOf = (answers: ImageAnswers) => (index: number) => answers.predicted[index] === predicted;
          const ofClass = [...labels.keys()].filter((index) => labels[index] === label);
          const images = [...differences(labels, first, second, 'disagree', cell)];
          const balance = images
            .map((index) => (isOf(first)(index) ? 1 : -1))
            .reduce((sum: number, one) => sum + one, 0);
          assert.equal(balance, ofClass.filter(isOf(first)).length - ofClass.filter(isOf(second)).length);
          assert.ok(images.every((index) => labels[index] === label && isOf(first)(index) !== isOf(second)(index)));
        }
    }),
  );
});
