import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeWorkplace } from '../core/service/fixtures/workplace.ts';
import { exampleSpec } from '../core/store/example.ts';
import { run } from './program.ts';

test('replay says where a diverged step went wrong, and that there is nothing to replay', async (context) => {
  const place = makeWorkplace(context);
  mkdirSync(place.home, { recursive: true });
  const spec = join(place.home, 'tiny.json');
  writeFileSync(spec, JSON.stringify({ ...exampleSpec, name: 'tiny', input: null, classes: null }));
  const shape = ['--steps', '30', '--batch', '64', '--device', 'cpu'];
  const ruinous = ['--lr', '1000', '--set', 'weightDecay=10'];
  const diverged = await run(place, 'train', spec, '--data', 'digits', ...shape, ...ruinous);
  assert.equal(diverged.status, 1);
  assert.match(diverged.notes, /The loss was no longer a number at step \d+\./);
  const replayed = await run(place, 'replay', 'latest');
  assert.equal(replayed.status, 0, replayed.notes);
  assert.match(
    replayed.out,
    /^Run again from .*, the first value that is no number arises at step \d+ in \S.*\.\non the way +largest +no number +of\n/,
  );
  const nothing = await run(place, 'replay', 'latest', '--step', '1');
  assert.equal(nothing.status, 1);
  assert.match(nothing.notes, /No batch of that step is kept for run \w+\. Kept are those of step \d+\./);
});
