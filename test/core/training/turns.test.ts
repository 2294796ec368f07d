/** Steps timed in turns: what a step takes in the mean of its draws, whatever disturbs single steps. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { secondsAtWork, timeInTurns } from '../../../src-main/core/training/turns.ts';
import { expand } from '../../../src-main/shared/network/expand.ts';
import { cifarResNet } from '../../../src-main/shared/network/families.ts';
import type { Spec } from '../../../src-main/shared/network/spec.ts';
import { turnRounds } from '../../../src-main/shared/study/pace.ts';
import { engine, scratch } from '../network/engine.ts';

test('the time at the expected work is found though steps leave out as many blocks as chance has it, and some are disturbed', () => {
  const blocks = 9;
  const point = fc.record({
    kept: fc.integer({ min: 1, max: blocks }),
    noise: fc.double({ min: -1, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(
      fc.array(point, { minLength: 20, maxLength: 60 }),
      fc.double({ min: 0.01, max: 0.1, noNaN: true }),
      fc.double({ min: 0.05, max: 0.5, noNaN: true }),
      (points, perBlock, rest) => {
        fc.pre(new Set(points.map(({ kept }) => kept)).size >= 5);
        const at = (kept: number) => rest + perBlock * kept;
        const times = points.map(({ kept, noise }, place) => ({
          work: kept,
          // Every seventh step waits for another program.
          seconds: at(kept) * (place % 7 === 3 ? 3 : 1 + 0.001 * noise),
        }));
        const found = secondsAtWork(times, blocks * 0.75);
        assert.ok(Math.abs(found / at(blocks * 0.75) - 1) < 0.15, `${found} instead of ${at(blocks * 0.75)}`);
      },
    ),
  );
});

test('a network that leaves out most of its blocks takes less than the same with all of them, by what those blocks cost', async () => {
  const net = (survival: Spec['survival']) =>
    expand(cifarResNet(20, { survival }), { input: { height: 16, width: 16, channels: 3 }, classes: 10 });
  const rounds: number[] = [];
  const [whole, dropping] = await timeInTurns(
    engine.binding,
    [
      { plan: net({ kind: 'always' }), batch: 32, byStage: false },
      { plan: net({ kind: 'uniform', value: 0.1 }), batch: 32, byStage: true },
    ],
    1,
    scratch,
    (done, total) => void rounds.push(done / total),
  );
  const saved = 1 - dropping!.seconds / whole!.seconds;
  assert.deepEqual([whole!.skippedShare, saved > 0.4, dropping!.skippedShare! > 0.4], [null, true, true]);
  assert.ok(rounds.length >= turnRounds.least && rounds.at(-1) === 1);
});
