import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDataset } from '../../../src-main/core/dataset/library.ts';
import { evaluateSplit } from '../../../src-main/core/training/evaluate.ts';
import { writeProgram } from '../../../src-main/core/training/program.ts';
import { TrainingSession } from '../../../src-main/core/training/session.ts';
import type { ImageResults } from '../../../src-main/core/training/session.ts';
import { Supply } from '../../../src-main/core/training/supply.ts';
import { expand } from '../../../src-main/shared/network/expand.ts';
import { defaultRecipe } from '../../../src-main/shared/recipe.ts';
import { engine, scratch } from '../network/engine.ts';
import { smallSpec } from '../network/specs.ts';

const data = openDataset(scratch, 'digits');
const { dataset } = data;
const batch = 64;

function sessionOf(supply: Supply): TrainingSession {
  const program = writeProgram({
    plan: expand(
      { ...smallSpec, input: null, classes: null },
      { input: dataset.image, classes: dataset.classes.length },
    ),
    recipe: { ...defaultRecipe, batch },
    augmentation: { crop: 1, cropFill: 'zero', flip: false, cutout: 0 },
    mean: dataset.mean,
    deviation: dataset.deviation,
    held: supply.held ? dataset.splits.map(({ name, images }) => ({ name, images })) : [],
    evaluationBatch: batch,
  });
  const session = new TrainingSession(engine.binding, program, scratch);
  supply.fill(session);
  session.begin(3);
  return session;
}

/** The logits of some test images, and what follows from them for each. */
function fromLogits(session: TrainingSession, indices: Int32Array): ImageResults {
  const way = session.program.evaluate.find(({ split }) => split === 'test');
  assert.ok(way?.feeds.indices && indices.length === batch);
  const [logits] = session.run(new Map([[way.feeds.indices, indices]]), [way.logits]) as [Float32Array];
  const labels = data.labels('test');
  const classes = dataset.classes.length;
  const rows = Array.from(indices, (index, at) => {
    const own = [...logits.subarray(at * classes, (at + 1) * classes)];
    const label = labels[index] as number;
    const total = own.reduce((sum, value) => sum + Math.exp(value), 0);
    const largest = Math.max(...own);
    return {
      loss: Math.log(total) - (own[label] as number),
      predicted: own.indexOf(largest),
      confidence: Math.exp(largest) / total,
      rank: own.filter((value) => value > (own[label] as number)).length,
    };
  });
  const column = (name: 'loss' | 'predicted' | 'confidence' | 'rank') => Float32Array.from(rows, (row) => row[name]);
  return {
    loss: column('loss'),
    predicted: column('predicted'),
    confidence: column('confidence'),
    rank: column('rank'),
  };
}

const near = (found: Float32Array, wanted: Float32Array) =>
  found.length === wanted.length && found.every((value, at) => Math.abs(value - (wanted[at] as number)) <= 1e-5);

test('an evaluated image has its loss, its predicted class with its probability, and the rank of the true one', () => {
  const session = sessionOf(new Supply(data));
  const indices = Int32Array.from({ length: batch }, (_, at) => (at * 5) % data.images('test'));
  const [found, wanted] = [session.evaluate('test', { indices }), fromLogits(session, indices)];
  session.close();
  assert.deepEqual([found.predicted, found.rank], [wanted.predicted, wanted.rank]);
  assert.ok(new Set(found.predicted).size > 1 && new Set(found.rank).size > 1);
  assert.ok(near(found.loss, wanted.loss));
  assert.ok(near(found.confidence, wanted.confidence));
});

test('a batch that is not full has the results of its images alone', () => {
  const session = sessionOf(new Supply(data));
  const indices = Int32Array.from({ length: batch }, (_, at) => at);
  const whole = session.evaluate('test', { indices });
  const part = session.evaluate('test', { indices: indices.slice(3, 20) });
  session.close();
  const cut = (values: Float32Array) => values.slice(3, 20);
  assert.deepEqual([part.predicted, part.rank], [cut(whole.predicted), cut(whole.rank)]);
  assert.ok(near(part.loss, cut(whole.loss)));
});

test('the score of a split is the mean over all its images, held or fed', () => {
  const [held, fed] = [new Supply(data), new Supply(data, 0)];
  const images = data.images('test');
  assert.ok(held.held && !fed.held && images % batch !== 0);
  const scores = [held, fed].map((supply) => {
    const session = sessionOf(supply);
    const { score } = evaluateSplit(session, supply, data, 'test', batch);
    const { score: single } = evaluateSplit(session, supply, data, 'test', 7);
    session.close();
    return [score, single];
  });
  const [[first] = []] = scores;
  assert.ok(first);
  for (const score of scores.flat()) {
    assert.equal(score.accuracy, first.accuracy);
    assert.ok(Math.abs((score.loss ?? NaN) - (first.loss ?? NaN)) < 1e-5);
  }
  assert.equal(Math.round(first.accuracy * images) / images, first.accuracy);
});

test('the statistics of evaluation stay where training left them', () => {
  const supply = new Supply(data);
  const session = sessionOf(supply);
  const before = session.hash();
  evaluateSplit(session, supply, data, 'test', batch);
  assert.equal(session.hash(), before);
  session.close();
});
