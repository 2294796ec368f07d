import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { electronRuntime, findInstalledRuntime } from '../../src-main/setup/electron.mjs';
import { temporaryFolder } from '../core/temporaryFolder.ts';

const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

/** An unpacked runtime whose program is a script. */
function runtimeIn(folder: string, hasDefaultApp: boolean): string {
  mkdirSync(join(folder, 'resources'), { recursive: true });
  writeFileSync(join(folder, 'electron'), '#!/bin/sh\n');
  chmodSync(join(folder, 'electron'), 0o755);
  writeFileSync(join(folder, 'version'), '99.1.0\n');
  writeFileSync(join(folder, 'icudtl.dat'), 'data');
  if (hasDefaultApp) writeFileSync(join(folder, 'resources', 'default_app.asar'), '');
  return folder;
}

test('a named runtime with a default app is given the checkout', async (context) => {
  const folder = runtimeIn(temporaryFolder(context), true);
  const { executable, args, version, standIn } = await electronRuntime({
    checkout: '/some/checkout',
    cache: temporaryFolder(context),
    environment: { ...process.env, ELECTRON_OVERRIDE_DIST_PATH: folder },
  });
  assert.deepEqual(
    { executable, args, version, standIn },
    { executable: join(folder, 'electron'), args: [...sandbox, '/some/checkout'], version: '99.1.0', standIn: false },
  );
});

test('a runtime without one starts from a folder of links that leads to the checkout', async (context) => {
  const folder = runtimeIn(temporaryFolder(context), false);
  const checkout = temporaryFolder(context);
  const options = {
    checkout,
    cache: temporaryFolder(context),
    environment: { ...process.env, ELECTRON_OVERRIDE_DIST_PATH: folder },
  };
  const first = await electronRuntime(options);
  const second = await electronRuntime(options);
  const launch = dirname(first.executable);
  assert.equal(second.executable, first.executable);
  assert.deepEqual(
    [
      realpathSync(join(launch, 'resources', 'app')),
      realpathSync(join(launch, 'electron')),
      readFileSync(join(launch, 'icudtl.dat'), 'utf8'),
      first.args,
    ],
    [realpathSync(checkout), join(realpathSync(launch), 'electron'), 'data', sandbox],
  );
});

test('a named folder without a runtime is said so', () => {
  const environment = { ELECTRON_OVERRIDE_DIST_PATH: '/nowhere' };
  assert.throws(() => findInstalledRuntime({ checkout: '/', environment }), {
    message: 'ELECTRON_OVERRIDE_DIST_PATH names /nowhere, where no Electron is. Correct or unset it.',
  });
});
