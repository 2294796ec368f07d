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
  const train = (...rest: string[]) =>
    run(place, 'train', spec, '--data', 'digits', '--steps', '30', '--batch', '64', '--device', 'cpu', ...rest);
  const diverged = await train('--lr', '1000', '--set', 'weightDecay=10');
  assert.equal(diverged.status, 1);
  assert.match(diverged.notes, /The loss was no longer a number at step \d+\./);
  const replayed = await run(place, 'replay', 'latest');
  assert.equal(replayed.status, 0, replayed.notes);
  assert.match(
    replayed.out,
    /^Run again from .*, the first value that is no number arises at step \d+ in \S.*\.\non the way +largest +no number +of\n/,
  );
  await train();
  const nothing = await run(place, 'replay', 'latest');
  assert.deepEqual([nothing.status, /No batch of that step is kept/.test(nothing.notes)], [1, true]);
});
