/** Sweeps: their trials, and successive halving with real trainings that pause and go on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { trialsOf } from '../../../src-main/core/service/trials.ts';
import { findPreset } from '../../../src-main/shared/network/presets.ts';
import type { Spec } from '../../../src-main/shared/network/spec.ts';
import type { SweepPlan } from '../../../src-main/shared/sweep.ts';
import { Desk, makeWorkplace, scriptedTrainer } from './fixtures/workplace.ts';

const { spec, recipe } = findPreset('resnet20');
const base = { spec, recipe };
const plan = (changes: Partial<SweepPlan>): SweepPlan => ({
  vary: [],
  trials: null,
  seed: 1,
  halving: null,
  ...changes,
});

test('a grid has every combination, and each trial only its own changes', () => {
  const vary = [
    { path: 'recipe.learningRate', values: [0.1, 0.2] },
    { path: 'network.widen', values: [1, 2] },
  ];
  const trials = trialsOf(plan({ vary }), base);
  assert.deepEqual(
    trials.map((trial) => [trial.recipe.learningRate, trial.spec.widen]),
    [
      [0.1, 1],
      [0.1, 2],
      [0.2, 1],
      [0.2, 2],
    ],
  );
  assert.deepEqual([trials[0]!.spec, trials[3]!.recipe], [spec, { ...recipe, learningRate: 0.2 }]);
});

test('random trials lie in their ranges and depend on the seed only', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 40 }), (seed, trials) => {
      const vary: SweepPlan['vary'] = [
        { path: 'recipe.learningRate', from: 0.001, to: 1, scale: 'logarithmic' },
        { path: 'recipe.batch', from: 8, to: 11, scale: 'whole' },
        { path: 'recipe.nesterov', values: [true, false] },
      ];
      const drawn = trialsOf(plan({ vary, trials, seed }), base);
      assert.ok(
        drawn.every(
          ({ recipe: { learningRate, batch } }) =>
            learningRate >= 0.001 && learningRate <= 1 && batch >= 8 && batch <= 11,
        ),
      );
      // A longer sweep begins with the trials of a shorter one.
      assert.deepEqual(trialsOf(plan({ vary, trials: trials + 1, seed }), base).slice(0, trials), drawn);
    }),
  );
});

test('what cannot be varied is named', () => {
  const problem = (vary: SweepPlan['vary']) => {
    try {
      return trialsOf(plan({ vary }), base);
    } catch (thrown) {
      return (thrown as Error).message;
    }
  };
  assert.deepEqual(
    [
      problem([{ path: 'recipe.learningrate', values: [1] }]),
      problem([{ path: 'recipe.batch', values: [0.5] }]),
      problem([{ path: 'recipe.momentum', from: 0, to: 1, scale: 'linear' }]),
      problem([
        { path: 'recipe.batch', values: Array.from({ length: 1000 }, (_, n) => n + 1) },
        { path: 'recipe.seed', values: [1, 2] },
      ]),
    ].map((text) => String(text).split(' Fields are')[0]),
    [
      'recipe.learningrate cannot be varied like that: there is no such field in this recipe or network.',
      'recipe.batch cannot be varied like that: Invalid integer: Received 0.5.',
      'recipe.momentum cannot be varied like that: a grid needs values; a range is for random trials.',
      'recipe.seed cannot be varied like that: a grid of more than 1000 trials is too large.',
    ],
  );
});

test('a batch that no device can hold is refused before anything is stored, with one that fits', async (context) => {
  const desk = new Desk(context, makeWorkplace(context), { trainer: scriptedTrainer('finish') });
  const asked = { network: 'resnet1202', data: 'digits', device: 'cpu', seeds: 1 } as const;
  await assert.rejects(desk.client.call('run.start', { ...asked, recipe: { batch: 65_536 } }), /A batch of \d+ fits/);
  assert.deepEqual(await desk.client.call('run.list', {}), []);
});

test('successive halving gives up the weaker half at every pause, and the best ends the recipe exactly', async (context) => {
  const desk = new Desk(context, makeWorkplace(context));
  const tiny: Spec = {
    ...spec,
    name: 'tiny',
    stem: { ...spec.stem, width: 4 },
    stages: [{ blocks: 1, width: 4, stride: 1 }],
  };
  const { id: data } = await desk.client.call('data.splitValidation', { data: 'digits', share: 0.3, seed: 1 });
  const asked = {
    network: tiny,
    data,
    recipe: { duration: { epochs: 4 }, batch: 64 },
    device: 'cpu',
    seeds: 1,
  } as const;
  const { sweep } = await desk.client.call('sweep.start', {
    ...asked,
    plan: plan({
      vary: [{ path: 'recipe.learningRate', values: [1e-6, 0.1, 1e-5, 1e-7] }],
      halving: { factor: 2, epochs: 1 },
    }),
  });
  const over = async () => (await desk.client.call('sweep.show', { sweep: sweep.id })).isOver;
  while (!(await over())) await new Promise((resolve) => setTimeout(resolve, 100));
  const { trials, judgedOn } = await desk.client.call('sweep.show', { sweep: sweep.id });
  assert.equal(judgedOn, 'validation');
  assert.deepEqual(
    [trials[0]!.changes, trials.map(({ state, epoch }) => [state, epoch])],
    [
      { 'recipe.learningRate': 0.1 },
      [
        ['finished', 4],
        ['given up', 2],
        ['given up', 1],
        ['given up', 1],
      ],
    ],
  );
  const best = await desk.client.call('run.show', { run: trials[0]!.runs[0]! });
  const [alone] = await desk.client.call('run.start', asked);
  await desk.ended(alone!.id);
  assert.equal((await desk.client.call('run.show', { run: alone!.id })).weights, best.weights);
});
