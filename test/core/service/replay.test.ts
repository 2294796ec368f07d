/** A run that really diverges, and what a replay of its last step finds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstNonFinite, replayInWords } from '../../../src-main/shared/run/replay.ts';
import { Desk, makeWorkplace } from './fixtures/workplace.ts';
import { exampleSpec } from '../store/example.ts';

const network = {
  ...exampleSpec,
  name: 'diverging',
  input: null,
  classes: null,
  survival: { kind: 'linear' as const, last: 0.5 },
};

test('a replay finds where the first value that is no number arises, and again the same', async (context) => {
  const desk = new Desk(context, makeWorkplace(context), { checkpointEveryMs: 0 });
  // A decay of 10 at a rate of 1,000 multiplies every weight by 10,000 at every step.
  const recipe = { duration: { steps: 40 }, batch: 64, learningRate: 1000, weightDecay: 10 };
  const run = await desk.start({ network, recipe });
  const ended = await desk.ended(run.id);
  assert.equal(ended.failure?.code, 'training.diverged');
  const step = Number(ended.failure.details['step']);
  assert.deepEqual(await desk.client.call('run.keptBatches', { run: run.id }), [step]);

  const replay = await desk.client.call('run.replay', { run: run.id });
  const first = firstNonFinite(replay);
  assert.ok(first, JSON.stringify(replay).slice(0, 2000));
  assert.equal(replay.step, step);
  context.diagnostic(replayInWords(replay));
  const before = replay.sites.slice(0, replay.sites.indexOf(first));
  assert.ok(before.every(({ nonFinite, largest }) => nonFinite === 0 && largest !== null));
  // The weights are not moved by looking: the same is found once more.
  assert.deepEqual(await desk.client.call('run.replay', { run: run.id, step }), replay);
  await assert.rejects(desk.client.call('run.replay', { run: run.id, step: 1 }), {
    failure: { code: 'replay.none', details: { run: run.id, known: String(step) } },
  });
});
