import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  accuracyByClass,
  accuracyInFive,
  emptyTally,
  mergeTallies,
  score,
  tallyAnswers,
} from '../../../src-main/shared/run/tally.ts';

const classes = 7;
/** Images with whole-number losses and scores, so that sums are exact and ties happen. */
const images = fc.array(
  fc.record({
    label: fc.nat(classes - 1),
    loss: fc.nat(100),
    scores: fc.array(fc.nat(5), { minLength: classes, maxLength: classes }),
  }),
  { maxLength: 30 },
);
type Images = typeof images extends fc.Arbitrary<infer T> ? T : never;

const tallyOf = (part: Images) =>
  tallyAnswers(
    {
      labels: part.map((image) => image.label),
      losses: part.map((image) => image.loss),
      scores: part.flatMap((image) => image.scores),
    },
    classes,
  );

test('a tally is the same however the images are grouped', () => {
  fc.assert(
    fc.property(images, images, images, (a, b, c) => {
      const whole = tallyOf([...a, ...b, ...c]);
      assert.deepEqual(mergeTallies(mergeTallies(tallyOf(a), tallyOf(b)), tallyOf(c)), whole);
      assert.deepEqual(mergeTallies(tallyOf(a), mergeTallies(tallyOf(b), tallyOf(c))), whole);
      assert.deepEqual(mergeTallies(emptyTally(classes), whole), whole);
    }),
  );
});

test('what is counted agrees with sorting the scores', () => {
  fc.assert(
    fc.property(images, (all) => {
      const tally = tallyOf(all);
      const ranks = all.map(({ label, scores }) =>
        scores
          .map((_, place) => place)
          .sort((a, b) => scores[b]! - scores[a]! || a - b)
          .indexOf(label),
      );
      const diagonal = Array.from({ length: classes }, (_, label) => tally.confusion[label * classes + label]!);
      assert.equal(tally.correct, ranks.filter((rank) => rank === 0).length);
      assert.equal(tally.correctInFive, ranks.filter((rank) => rank < 5).length);
      assert.equal(
        diagonal.reduce((sum, count) => sum + count, 0),
        tally.correct,
      );
      assert.equal(
        tally.confusion.reduce((sum, count) => sum + count, 0),
        all.length,
      );
    }),
  );
});

test('scores are means, and null where there is nothing to say', () => {
  const tally = tallyAnswers({ labels: [0, 1, 1, 1], losses: [1, 2, 3, 6], scores: [9, 1, 0, 5, 7, 2, 0, 1] }, 2);
  assert.deepEqual(
    [score(tally), accuracyInFive(tally), accuracyByClass(tally)],
    [{ loss: 3, accuracy: 0.75 }, 1, [1, 2 / 3]],
  );
  assert.deepEqual(score(emptyTally()), { loss: null, accuracy: 0 });
  assert.deepEqual(score({ ...tally, loss: Infinity }), { loss: null, accuracy: 0.75 });
});

test('tallies of different classes are not merged', () => {
  assert.throws(() => mergeTallies(emptyTally(2), emptyTally(3)), /different classes/);
});
