/** A card that is present and not reached is never passed over: every command that has to do with it says so. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { makeWorkplace } from '../core/service/fixtures/workplace.ts';
import { run } from './program.ts';

/** A workplace on a machine whose driver reports a card, with the CPU build of the engine. */
function machineWithCard(context: TestContext) {
  const place = makeWorkplace(context);
  const programs = join(place.cache, 'bin');
  mkdirSync(programs);
  const answer = `case "$1" in *driver_version*) echo 'NVIDIA Test Card, 24576, 550.54';; *) echo '1000, 24576';; esac`;
  writeFileSync(join(programs, 'nvidia-smi'), `#!/bin/sh\n${answer}\n`, { mode: 0o755 });
  return { ...place, environment: { PATH: `${programs}${delimiter}${process.env['PATH']}`, RESIDUA_ENGINE: 'cpu' } };
}

test('doctor names the card, why it is not used, and the mend, with status 1', async (context) => {
  const { status, out } = await run(machineWithCard(context), 'doctor');
  assert.match(out, /^card {10}NVIDIA Test Card, 24 GiB, driver 550\.54$/m);
  assert.match(out, /the CPU build of the engine is installed.* npm start -- doctor --install/);
  assert.strictEqual(status, 1);
});

test('a training on whatever is there says that the card is not used, and trains', async (context) => {
  const { status, notes } = await run(
    machineWithCard(context),
    'train',
    'resnet20',
    '--data',
    'digits',
    '--steps',
    '1',
  );
  assert.match(
    notes,
    /^residua: The graphics card is not used: the CPU build of the engine is installed\. .*doctor --install$/m,
  );
  assert.strictEqual(status, 0);
});

test('a training that wants the card fails with status 1, the reason and the mend', async (context) => {
  const place = machineWithCard(context);
  const { status, notes, out } = await run(place, 'train', 'resnet20', '--data', 'digits', '--device', 'gpu');
  assert.match(
    notes,
    /^residua: The engine does not reach a GPU: the CPU build of the engine is installed\. .*doctor --install\n$/,
  );
  assert.deepStrictEqual([status, out, (await run(place, 'runs', '--json')).out], [1, '', '{"runs":[]}\n']);
});
