import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDataset } from '../../../src-main/core/dataset/library.ts';
import { elements } from '../../../src-main/core/graph/tensor.ts';
import { writeProgram } from '../../../src-main/core/training/program.ts';
import { TrainingSession } from '../../../src-main/core/training/session.ts';
import type { StepInput } from '../../../src-main/core/training/session.ts';
import { Supply } from '../../../src-main/core/training/supply.ts';
import { evaluationBatch } from '../../../src-main/core/training/train.ts';
import { expand } from '../../../src-main/shared/network/expand.ts';
import { defaultRecipe } from '../../../src-main/shared/recipe.ts';
import { engine, scratch } from '../network/engine.ts';
import { smallSpec } from '../network/specs.ts';

const data = openDataset(scratch, 'digits');
const { dataset } = data;

function sessionOf(watchesFlow: boolean): TrainingSession {
  const recipe = { ...defaultRecipe, batch: 16 };
  const spec = { ...smallSpec, input: null, classes: null, survival: { kind: 'uniform', value: 0.5 } } as const;
  const program = writeProgram({
    plan: expand(spec, { input: dataset.image, classes: dataset.classes.length }),
    recipe,
    augmentation: { crop: 0, cropFill: 'zero', flip: false, cutout: 0 },
    mean: dataset.mean,
    deviation: dataset.deviation,
    held: dataset.splits.map(({ name, images }) => ({ name, images })),
    evaluationBatch: evaluationBatch(recipe),
    watchesFlow,
  });
  const session = new TrainingSession(engine.binding, program, scratch);
  new Supply(data).fill(session);
  session.begin(5);
  return session;
}

const input = (session: TrainingSession, flag: number): StepInput => ({
  images: { indices: Int32Array.from({ length: 16 }, (_, at) => at * 7) },
  choice: null,
  learningRate: 0.1,
  survival: new Int32Array(session.program.train.gated.length).fill(flag),
  seed: [0, 0],
});

/** Fills a variable of the session with one value. */
function fill(session: TrainingSession, name: string, value: number): void {
  const chunks = session.save();
  session.program.snapshot.chunks.forEach(({ variables }, index) => {
    let at = 0;
    for (const variable of variables) {
      const end = at + elements(variable.shape);
      if (variable.name === name) chunks[index]!.fill(value, at, end);
      at = end;
    }
  });
  session.restore(chunks);
}

test('the first place with a value that is no number is the layer that made it; a dropped block makes none', () => {
  const session = sessionOf(true);
  const block = session.program.train.gated[1]!.name;
  const whole = session.flow(input(session, 1));
  assert.ok(whole.every(({ nonFinite, largest }) => nonFinite === 0 && Number.isFinite(largest)));
  assert.ok(whole.filter(({ what }) => what === 'output').every(({ largest }) => largest > 0));
  fill(session, `${block}/conv2/filter`, 3e38);
  const ruined = session.flow(input(session, 1));
  const first = ruined.find(({ nonFinite }) => nonFinite > 0);
  assert.deepEqual([first?.what, first?.name], ['output', `${block}/conv2`]);
  const dropped = session.flow(input(session, 0));
  assert.ok(dropped.every(({ nonFinite }) => nonFinite === 0));
  assert.ok(dropped.filter(({ name }) => name.startsWith(block)).some(({ largest }) => largest === 0));
  session.close();
});

test('watching what flows changes no weight', () => {
  const [bare, watching] = [sessionOf(false), sessionOf(true)];
  watching.flow(input(watching, 1));
  for (const session of [bare, watching]) for (const flag of [1, 0]) session.train(input(session, flag));
  assert.equal(watching.hash(), bare.hash());
  bare.close();
  watching.close();
});
