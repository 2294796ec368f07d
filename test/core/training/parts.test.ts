import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawMixing } from '../../../src-main/core/batches/mixup.ts';
import { openDataset } from '../../../src-main/core/dataset/library.ts';
import { writeProgram } from '../../../src-main/core/training/program.ts';
import { TrainingSession } from '../../../src-main/core/training/session.ts';
import type { StepInput } from '../../../src-main/core/training/session.ts';
import { Supply } from '../../../src-main/core/training/supply.ts';
import { evaluationBatch } from '../../../src-main/core/training/train.ts';
import { expand } from '../../../src-main/shared/network/expand.ts';
import { defaultRecipe } from '../../../src-main/shared/recipe.ts';
import type { Recipe } from '../../../src-main/shared/recipe.ts';
import { engine, scratch } from '../network/engine.ts';
import { smallSpec } from '../network/specs.ts';

const data = openDataset(scratch, 'digits');
const { dataset } = data;

function sessionOf(changes: Partial<Recipe>): TrainingSession {
  const recipe: Recipe = { ...defaultRecipe, batch: 12, ...changes };
  const fill = { input: dataset.image, classes: dataset.classes.length };
  const program = writeProgram({
    plan: expand({ ...smallSpec, input: null, classes: null }, fill),
    recipe,
    augmentation: { crop: 0, cropFill: 'zero', flip: false, cutout: 0 },
    mean: dataset.mean,
    deviation: dataset.deviation,
    held: dataset.splits.map(({ name, images }) => ({ name, images })),
    evaluationBatch: evaluationBatch(recipe),
  });
  const session = new TrainingSession(engine.binding, program, scratch);
  new Supply(data).fill(session);
  session.begin(3);
  return session;
}

const input = (indices: readonly number[], changes: Partial<StepInput> = {}): StepInput => ({
  images: { indices: Int32Array.from(indices) },
  choice: null,
  learningRate: 0.1,
  survival: null,
  seed: [0, 0],
  step: 1,
  ...changes,
});

const largestDifference = (a: readonly Float32Array[], b: readonly Float32Array[]): number =>
  Math.max(...a.flatMap((chunk, at) => Array.from(chunk, (value, index) => Math.abs(value - (b[at]?.[index] ?? NaN)))));

const four = [3, 141, 59, 265];

test('a batch in three equal parts moves every weight as the whole batch does', () => {
  // The parts hold the same images, so that batch normalisation sees the same statistics in each of them.
  const [whole, parts] = [sessionOf({ clipNorm: 0.5 }), sessionOf({ clipNorm: 0.5, accumulate: 3 })];
  for (let step = 1; step <= 3; step += 1) {
    const all = whole.train(input([...four, ...four, ...four], { step }));
    const gathered = [true, false].map((isFirst) => parts.gather(input(four, { step }), isFirst));
    const last = parts.train(input(four, { step }));
    assert.ok(Math.abs(all.loss - (gathered[0]!.loss + gathered[1]!.loss + last.loss) / 3) < 1e-5);
    assert.ok(Math.abs((all.gradientNorm ?? NaN) / (last.gradientNorm ?? NaN) - 1) < 1e-4);
  }
  // Running statistics move once for each part: they are left out.
  const moved = (session: TrainingSession) => {
    const saved = session.save();
    const statistics = new Set(session.program.variables.all.map(({ variable }) => variable.name));
    for (const { variable } of session.program.variables.learned) statistics.delete(variable.name);
    return session.program.snapshot.chunks.flatMap(({ variables }, chunk) => {
      let at = 0;
      return variables.flatMap(({ name, shape }) => {
        const size = shape.reduce((a, b) => a * b, 1);
        at += size;
        return statistics.has(name) ? [] : [(saved[chunk] as Float32Array).slice(at - size, at)];
      });
    });
  };
  const difference = largestDifference(moved(whole), moved(parts));
  whole.close();
  parts.close();
  assert.ok(difference < 1e-4, `${difference}`);
});

test('the loss of mixed images is shared between the two labels as the pixels are', () => {
  const session = sessionOf({ batch: 4, mixup: 1 });
  const mixing = drawMixing(1, 4, 7, 1);
  const { train } = session.program;
  const feeds = new Map([
    [train.feeds.indices!, Int32Array.from(four)],
    [train.mix!.shareBits, new Int32Array(Float32Array.of(mixing.share).buffer)],
    [train.mix!.partners, mixing.partners],
    [train.look!, Int32Array.of(0)],
    [train.rateBits, Int32Array.of(0)],
  ]);
  const [logits, metrics] = session.run(feeds, [train.logits, train.metrics]) as [Float32Array, Float32Array];
  session.close();
  const labels = Array.from(four, (index) => data.labels('train')[index] as number);
  const losses = labels.map((label, at) => {
    const row = [...logits.subarray(at * 10, (at + 1) * 10)];
    const total = Math.log(row.reduce((sum, value) => sum + Math.exp(value), 0));
    const of = (which: number) => total - (row[which] as number);
    return mixing.share * of(label) + (1 - mixing.share) * of(labels[mixing.partners[at] as number] as number);
  });
  const wanted = losses.reduce((sum, loss) => sum + loss, 0) / 4;
  assert.ok(mixing.share > 0.5 && mixing.share < 1);
  assert.ok(Math.abs((metrics[0] as number) - wanted) < 1e-5, `${metrics[0]} and ${wanted}`);
});

test('mixing shares are those of a Beta distribution, and partners a permutation', () => {
  for (const alpha of [0.05, 0.2, 1, 4]) {
    const shares = Array.from({ length: 20_000 }, (_, step) => drawMixing(alpha, 1, 11, step + 1).share);
    // Folded at a half, the mean square from there is the variance of Beta(α, α): 1 / (4 (2α + 1)).
    const squares = shares.map((share) => (share - 0.5) ** 2);
    const mean = squares.reduce((sum, value) => sum + value, 0) / squares.length;
    const spread = Math.sqrt(squares.reduce((sum, value) => sum + (value - mean) ** 2, 0)) / squares.length;
    const wanted = 1 / (4 * (2 * alpha + 1));
    assert.ok(Math.abs(mean - wanted) < 4 * spread, `${alpha}: ${mean} and ${wanted}`);
    assert.ok(shares.every((share) => share >= 0.5 && share <= 1));
  }
  const { partners } = drawMixing(0.4, 50, 1, 9);
  assert.deepEqual(
    [...partners].sort((a, b) => a - b),
    Array.from({ length: 50 }, (_, at) => at),
  );
  assert.notDeepEqual(drawMixing(0.4, 50, 1, 10).partners, partners);
  assert.deepEqual(drawMixing(0.4, 50, 1, 9).partners, partners);
});
