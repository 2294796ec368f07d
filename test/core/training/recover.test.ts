import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openDataset } from '../../../src-main/core/dataset/library.ts';
import { writeProgram } from '../../../src-main/core/training/program.ts';
import { TrainingSession } from '../../../src-main/core/training/session.ts';
import type { StepInput, StepResult } from '../../../src-main/core/training/session.ts';
import { Supply } from '../../../src-main/core/training/supply.ts';
import { evaluationBatch, train } from '../../../src-main/core/training/train.ts';
import { expand } from '../../../src-main/shared/network/expand.ts';
import { defaultRecipe } from '../../../src-main/shared/recipe.ts';
import type { Recipe } from '../../../src-main/shared/recipe.ts';
import type { EndEvent, RunEvent } from '../../../src-main/shared/run/event.ts';
import { engine, scratch } from '../network/engine.ts';
import { inWords } from '../../../src-main/shared/failure.ts';
import { smallSpec } from '../network/specs.ts';

const data = openDataset(scratch, 'digits');
const { dataset } = data;
const augmentation = { crop: 0, cropFill: 'zero', flip: false, cutout: 0 } as const;

/** A session whose weights are ruined by the steps of these numbers, each time one of them comes up to `times` times. */
class Ruined extends TrainingSession {
  steps: readonly number[] = [];
  times = 1;

  override train(input: StepInput): StepResult {
    if (this.times < 1 || !this.steps.includes(input.step ?? 0)) return super.train(input);
    this.times -= 1;
    return super.train({ ...input, learningRate: NaN });
  }
}

interface Options {
  readonly ruin?: readonly number[];
  readonly times?: number;
  readonly folder?: string;
  readonly resumeFrom?: string;
  readonly run?: string;
  readonly stopAfter?: number;
}

async function trained(changes: Partial<Recipe>, options: Options = {}): Promise<RunEvent[]> {
  const recipe: Recipe = {
    ...defaultRecipe,
    duration: { steps: 12 },
    batch: 128,
    schedule: { kind: 'constant' },
    learningRate: 0.05,
    ...changes,
  };
  const program = writeProgram({
    plan: expand(
      { ...smallSpec, input: null, classes: null, survival: { kind: 'uniform', value: 0.5 } },
      { input: dataset.image, classes: dataset.classes.length },
    ),
    recipe,
    augmentation,
    mean: dataset.mean,
    deviation: dataset.deviation,
    held: dataset.splits.map(({ name, images }) => ({ name, images })),
    evaluationBatch: evaluationBatch(recipe),
  });
  const session = new Ruined(engine.binding, program, scratch);
  session.steps = options.ruin ?? [];
  session.times = options.times ?? 1;
  const events: RunEvent[] = [];
  try {
    for await (const event of train({
      run: options.run ?? 'run',
      session,
      data,
      supply: new Supply(data),
      recipe,
      augmentation,
      folder: options.folder ?? null,
      resumeFrom: options.resumeFrom ?? null,
      checkpointEveryMs: 30_000,
      shouldStop: () => events.filter(({ type }) => type === 'step').length === options.stopAfter,
    }))
      events.push(event);
  } finally {
    session.close();
  }
  return events;
}

const stepsOf = (events: readonly RunEvent[]) => events.flatMap((event) => (event.type === 'step' ? [event] : []));
const numbers = (events: readonly RunEvent[]) => stepsOf(events).map(({ step }) => step);
const notes = (events: readonly RunEvent[]) =>
  events.flatMap((event) => (event.type === 'note' ? [inWords(event.text)] : []));
const endOf = (events: readonly RunEvent[]) => events.at(-1) as EndEvent;
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);

test('a run that diverges fails, and keeps everything that its batch was made of', async () => {
  const folder = mkdtempSync(join(scratch, 'diverged-'));
  await assert.rejects(trained({}, { ruin: [4], folder }), {
    failure: { code: 'training.diverged', details: { step: 5 } },
  });
  const kept = JSON.parse(readFileSync(join(folder, 'diverged-step-000000005.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  assert.deepEqual([kept['step'], kept['epoch'], kept['loss'], kept['learningRate']], [5, 1, 'NaN', 0.05]);
  assert.equal((kept['images'] as number[]).length, 128);
});

test('a batch that diverges is left out, and the steps before it are what they were', async () => {
  const events = await trained({ whenDiverged: { kind: 'skip', most: 2 } }, { ruin: [4] });
  assert.deepEqual(numbers(events), [1, 2, 3, 4, ...range(1, 4), ...range(6, 12)]);
  const losses = stepsOf(events).map(({ loss }) => loss);
  assert.deepEqual(losses.slice(0, 4), losses.slice(4, 8));
  assert.deepEqual(notes(events), [
    'The loss was no longer a number at step 5. The run went back to step 0 and leaves that batch out.',
  ]);
  assert.deepEqual([endOf(events).status, losses.every(Number.isFinite)], ['finished', true]);
});

test('a run that is rolled back goes on with a smaller rate, as often as it may', async () => {
  const whenDiverged = { kind: 'rollBack', factor: 0.1, most: 2 } as const;
  const events = await trained({ whenDiverged }, { ruin: [3, 6], times: 2 });
  assert.deepEqual(
    stepsOf(events).map(({ step, learningRate }) => [step, Number(learningRate.toPrecision(6))]),
    [
      ...range(1, 3).map((step) => [step, 0.05]),
      ...range(1, 3).map((step) => [step, 0.005]),
      ...range(1, 12).map((step) => [step, 0.0005]),
    ],
  );
  await assert.rejects(trained({ whenDiverged }, { ruin: [3], times: 3 }), {
    failure: { code: 'training.diverged', details: { step: 4 } },
  });
});

test('a run goes back to its newest checkpoint, not to its beginning', async () => {
  const folder = mkdtempSync(join(scratch, 'back-'));
  const events = await trained(
    { duration: { steps: 24 }, whenDiverged: { kind: 'skip', most: 1 } },
    { ruin: [14], folder },
  );
  const [, rewind] = events.flatMap((event) => (event.type === 'rewind' ? [event] : []));
  const saved = events.find((event) => event.type === 'checkpoint');
  assert.deepEqual([saved?.type === 'checkpoint' && saved.step, rewind?.step], [11, 11]);
  assert.deepEqual(numbers(events), [...range(1, 14), ...range(12, 14), ...range(16, 24)]);
});

test('a run stops early when evaluations stay behind, and says so', async () => {
  const events = await trained({ duration: { epochs: 50 }, earlyStopping: { patience: 2, least: 0.9 } });
  assert.deepEqual(
    [endOf(events).status, numbers(events).length, notes(events)],
    [
      'finished',
      33,
      [`Stopped early: the last 2 evaluations were not better than that of epoch ${endOf(events).best?.epoch ?? ''}.`],
    ],
  );
});

test('stopped within an epoch and resumed, every number of the epoch is the same', async () => {
  const folder = mkdtempSync(join(scratch, 'within-'));
  const whole = await trained({ duration: { epochs: 2 } });
  await trained({ duration: { epochs: 2 } }, { folder, stopAfter: 15 });
  const resumed = await trained(
    { duration: { epochs: 2 } },
    { resumeFrom: join(folder, 'step-000000015.safetensors') },
  );
  const facts = (events: readonly RunEvent[]) =>
    events.flatMap((event): unknown[] => {
      if (event.type === 'epoch' && event.epoch === 2) return [[event.train, event.test, event.meanDepth]];
      return event.type === 'end' ? [[event.best, event.last, event.weights]] : [];
    });
  assert.deepEqual(facts(resumed), facts(whole));
});

test('a fork takes over the weights, begins the bests anew, and may change batch and optimiser', async () => {
  const folder = mkdtempSync(join(scratch, 'fork-'));
  await trained({ duration: { epochs: 10 } }, { folder, run: 'parent' });
  const resumeFrom = join(folder, readdirSync(folder).sort().at(-1) as string);
  const fork = await trained(
    {
      duration: { epochs: 11 },
      batch: 64,
      optimiser: { kind: 'adamW', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
      learningRate: 1e-3,
      averageDecay: 0.9,
    },
    { resumeFrom, run: 'fork' },
  );
  const perEpoch = Math.floor(data.images('train') / 64);
  const rewind = fork.find((event) => event.type === 'rewind');
  assert.deepEqual(
    [rewind?.type === 'rewind' && [rewind.step, rewind.best], numbers(fork)],
    [[10 * perEpoch, null], range(10 * perEpoch + 1, 11 * perEpoch)],
  );
  // It goes on from what the parent had learned.
  assert.ok((stepsOf(fork)[0]?.loss ?? 9) < 1.5, String(stepsOf(fork)[0]?.loss));
});
