/** Ten kills; `npm run test:kill -- 200` makes more of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWorkplace } from '../core/service/fixtures/workplace.ts';
import { killTrials } from './trials.ts';

test(
  'trainer and core killed ten times lose nothing, and every resumed run ends bit by bit like the undisturbed one',
  { skip: process.platform !== 'linux' && 'children of a process are found in /proc' },
  async (context) => {
    const outcome = await killTrials(makeWorkplace(context), 10, 1, () => undefined);
    context.diagnostic(JSON.stringify(outcome));
    assert.equal(outcome.kills, 10);
  },
);
