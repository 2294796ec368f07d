import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Draws } from '../../../src-main/core/batches/random.ts';
import { drawSurvival } from '../../../src-main/core/batches/survival.ts';
import { openDataset } from '../../../src-main/core/dataset/library.ts';
import { readCheckpoint } from '../../../src-main/core/training/checkpoint.ts';
import { writeProgram } from '../../../src-main/core/training/program.ts';
import type { Program } from '../../../src-main/core/training/program.ts';
import { TrainingSession } from '../../../src-main/core/training/session.ts';
import { Supply } from '../../../src-main/core/training/supply.ts';
import { evaluationBatch, train } from '../../../src-main/core/training/train.ts';
import type { Tensor } from '../../../src-main/core/graph/tensor.ts';
import { FormatError } from '../../../src-main/shared/safetensors.ts';
import { expand } from '../../../src-main/shared/network/expand.ts';
import type { Spec } from '../../../src-main/shared/network/spec.ts';
import { defaultRecipe } from '../../../src-main/shared/recipe.ts';
import type { Augmentation, Recipe } from '../../../src-main/shared/recipe.ts';
import type { EndEvent, RunEvent } from '../../../src-main/shared/run/event.ts';
import { engine, scratch } from '../network/engine.ts';
import { smallSpec } from '../network/specs.ts';

const data = openDataset(scratch, 'digits');
const { dataset } = data;
const fill = { input: dataset.image, classes: dataset.classes.length };

/** Everything random at once: stochastic depth, dropout drawn in the graph, moved pixels. */
const spec: Spec = {
  ...smallSpec,
  input: null,
  classes: null,
  survival: { kind: 'linear', last: 0.5 },
  dropout: { rate: 0.3, place: 'between' },
};
const augmentation: Augmentation = { crop: 1, cropFill: 'zero', flip: true, cutout: 2 };
const recipe: Recipe = { ...defaultRecipe, duration: { steps: 20 }, batch: 32, evaluateEvery: 1 };

function programOf(changes: Partial<Recipe>, supply: Supply): Program {
  const own = { ...recipe, ...changes };
  return writeProgram({
    plan: expand(spec, fill),
    recipe: own,
    augmentation,
    mean: dataset.mean,
    deviation: dataset.deviation,
    held: supply.held ? dataset.splits.map(({ name, images }) => ({ name, images })) : [],
    evaluationBatch: evaluationBatch(own),
  });
}

interface Trained {
  readonly events: readonly RunEvent[];
  readonly end: EndEvent;
}

/** Trains in a session of its own. @param stopAfter steps after which it is told to stop. */
async function trained(
  changes: Partial<Recipe>,
  options: {
    readonly supply?: Supply;
    readonly folder?: string;
    readonly resumeFrom?: string;
    readonly stopAfter?: number;
  } = {},
): Promise<Trained> {
  const supply = options.supply ?? new Supply(data);
  const session = new TrainingSession(engine.binding, programOf(changes, supply), scratch);
  const events: RunEvent[] = [];
  const steps = () => events.filter(({ type }) => type === 'step').length;
  for await (const event of train({
    run: 'run',
    session,
    data,
    supply,
    recipe: { ...recipe, ...changes },
    augmentation,
    folder: options.folder ?? null,
    resumeFrom: options.resumeFrom ?? null,
    checkpointEveryMs: 30_000,
    shouldStop: () => steps() === options.stopAfter,
  }))
    events.push(event);
  session.close();
  return { events, end: events.at(-1) as EndEvent };
}

const losses = ({ events }: Trained) => events.flatMap((event) => (event.type === 'step' ? [event.loss] : []));

test('a seed decides every weight and every loss, another seed gives others', async () => {
  const [first, again, other] = [await trained({ seed: 1 }), await trained({ seed: 1 }), await trained({ seed: 2 })];
  assert.equal(losses(first).length, 20);
  assert.match(first.end.weights ?? '', /^[0-9a-f]{64}$/);
  assert.deepEqual([again.end.weights, losses(again)], [first.end.weights, losses(first)]);
  assert.notEqual(other.end.weights, first.end.weights);
});

test('a run that is stopped and resumed ends with the weights it would have had', async () => {
  const folder = mkdtempSync(join(scratch, 'checkpoints-'));
  const whole = await trained({});
  const begun = await trained({}, { folder, stopAfter: 7 });
  assert.deepEqual([begun.end.status, losses(begun)], ['stopped', losses(whole).slice(0, 7)]);
  const [file] = readdirSync(folder);
  assert.equal(file, 'step-000000007.safetensors');
  const resumed = await trained({}, { resumeFrom: join(folder, file) });
  assert.deepEqual(losses(resumed), losses(whole).slice(7));
  assert.equal(resumed.end.weights, whole.end.weights);
  assert.deepEqual(resumed.end.last, whole.end.last);
});

test('looking into the blocks changes no weight, and counts what was computed', async () => {
  const [never, often] = [await trained({ watchEvery: 0 }), await trained({ watchEvery: 3 })];
  const usual = await trained({});
  assert.deepEqual([often.end.weights, losses(often)], [never.end.weights, losses(never)]);
  assert.equal(usual.end.weights, never.end.weights);
  const looks = often.events.flatMap((event) => (event.type === 'blocks' ? [event] : []));
  assert.deepEqual(
    looks.map(({ step, steps }) => [step, steps]),
    [3, 6, 9, 12, 15, 18].map((step) => [step, 3]),
  );
  const drawn = Array.from({ length: 18 }, (_, step) => drawSurvival([5 / 6, 4 / 6, 3 / 6], 1, step + 1));
  const sums = (rows: readonly Int32Array[]) => [0, 1, 2].map((at) => rows.reduce((sum, row) => sum + row[at]!, 0));
  assert.deepEqual(sums(looks.map(({ computed }) => computed)), sums(drawn));
  for (const { step, gradientNorm, ratio } of looks)
    assert.deepEqual(
      [gradientNorm, ratio].map((values) => [...values].map((value) => (value > 0 ? 1 : 0))),
      [[...drawn[step - 1]!], [...drawn[step - 1]!]],
    );
  assert.ok(never.events.every((event) => event.type !== 'step' || event.gradientNorm === undefined));
  assert.ok(often.events.every((event) => event.type !== 'step' || (event.gradientNorm ?? 0) > 0));
});

test('images that are fed with every step train as those that the session holds', async () => {
  // 44 steps an epoch: what is read ahead goes over its end.
  const longer = { duration: { steps: 50 } };
  const [held, fed] = [await trained(longer), await trained(longer, { supply: new Supply(data, 0) })];
  assert.equal(fed.end.weights, held.end.weights);
  assert.deepEqual(fed.end.last, held.end.last);
});

test('a checkpoint that is cut short or of another network is refused', async () => {
  const folder = mkdtempSync(join(scratch, 'damaged-'));
  await trained({ duration: { steps: 1 } }, { folder });
  const [file] = readdirSync(folder);
  const path = join(folder, file as string);
  const whole = readFileSync(path);
  const program = programOf({}, new Supply(data));
  assert.equal(readCheckpoint(path, program).progress.step, 1);

  for (const length of [0, 5, 100, whole.length - 1]) {
    writeFileSync(path, whole.subarray(0, length));
    assert.throws(() => readCheckpoint(path, program), FormatError);
  }
  writeFileSync(path, whole);
  const other = writeProgram({
    plan: expand({ ...spec, widen: 2 }, fill),
    recipe,
    augmentation,
    mean: dataset.mean,
    deviation: dataset.deviation,
    held: [],
    evaluationBatch: 32,
  });
  assert.throws(
    () => readCheckpoint(path, other),
    /stage1\/block1\/conv1\/filter with 1152 values of float32 was expected/,
  );
});

/** The masks of all dropout layers that one step draws. */
function masksOf(session: TrainingSession, program: Program, seed: readonly [number, number]): Uint8Array[] {
  const { feeds, rateBits, survival, seed: seedFeed, gated } = program.train;
  const masks = program.graph.nodes
    .filter(({ op, name }) => op === 'GreaterEqual' && name.includes('/dropout/'))
    .map(({ name }): Tensor => ({ node: name, port: 0, dtype: 'bool', shape: [] }));
  const values = new Map<Tensor, Int32Array>([[rateBits, Int32Array.of(0)]]);
  const images = [
    feeds.indices,
    feeds.choice?.rows,
    feeds.choice?.columns,
    feeds.choice?.cutRows,
    feeds.choice?.cutColumns,
  ];
  for (const feed of images) if (feed) values.set(feed, new Int32Array(feed.shape.reduce((a, b) => a * b, 1)));
  if (survival) values.set(survival, new Int32Array(gated.length).fill(1));
  if (seedFeed) values.set(seedFeed, Int32Array.from(seed));
  return session.run(values, masks) as Uint8Array[];
}

test('dropout that is drawn in the graph keeps its share, in every layer and step anew', () => {
  const supply = new Supply(data);
  const program = programOf({ batch: 512 }, supply);
  const session = new TrainingSession(engine.binding, program, scratch);
  supply.fill(session);
  session.begin(1);
  const atStep = (step: number) => {
    const draws = new Draws(1, 'dropout', 0, step);
    return masksOf(session, program, [draws.seed(), draws.seed()]);
  };
  const [first, again, next] = [atStep(1), atStep(1), atStep(2)];
  session.close();
  assert.equal(first.length, 3);
  assert.deepEqual(again, first);
  const drawn = [...first, ...next];
  assert.equal(new Set(drawn.map((mask) => Buffer.from(mask).toString('latin1'))).size, 6);
  const share = 179 / 256;
  for (const mask of drawn) {
    const kept = mask.reduce((sum, value) => sum + value, 0);
    const deviations = (kept - mask.length * share) / Math.sqrt(mask.length * share * (1 - share));
    assert.ok(Math.abs(deviations) < 4, `${kept} of ${mask.length}: ${deviations} standard deviations`);
  }
});

test('weights begin with the deviations of their layers, statistics and velocities at rest', () => {
  const supply = new Supply(data);
  const program = programOf({}, supply);
  const session = new TrainingSession(engine.binding, program, scratch);
  session.begin(1);
  const values = new Map<string, Float32Array>();
  const saved = session.save();
  session.close();
  program.snapshot.chunks.forEach(({ variables }, chunk) => {
    let at = 0;
    for (const { name, shape } of variables) {
      const size = shape.reduce((a, b) => a * b, 1);
      values.set(name, (saved[chunk] as Float32Array).subarray(at, at + size));
      at += size;
    }
  });
  const learned = new Set(program.variables.all.map(({ variable }) => variable.name));
  const alike = (wanted: number, name: string) => values.get(name)?.every((value) => value === wanted) ?? false;
  const odd = program.variables.all.filter(({ variable: { name, shape }, beginning }) => {
    if (beginning.kind === 'constant')
      return !alike(name.endsWith('/scale') || name.endsWith('/variance') ? 1 : 0, name);
    const [kernel = 0, , , out = 0] = shape;
    const wanted = shape.length === 4 ? 2 / (kernel * kernel * out) : 1 / (3 * (shape[0] ?? 0));
    const own = values.get(name) as Float32Array;
    const squares = own.reduce((sum, value) => sum + value * value, 0) / own.length;
    // The mean of n squares of normal values spreads by the square root of 2/n.
    return Math.abs(squares / wanted - 1) > 4 * Math.sqrt(2 / own.length);
  });
  assert.deepEqual(
    odd.map(({ variable }) => variable.name),
    [],
  );
  assert.deepEqual(
    [...values.keys()].filter((name) => !learned.has(name) && !alike(0, name)),
    [],
  );
});
