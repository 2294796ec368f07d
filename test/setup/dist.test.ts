/** What `npm run dist` refuses before it makes anything. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { checkRuntime } from '../../src-main/setup/dist.mjs';
import { checkoutFolder } from '../../src-main/setup/paths.mjs';
import { temporaryFolder } from '../core/temporaryFolder.ts';

const pinned = (
  JSON.parse(readFileSync(join(checkoutFolder(), 'package.json'), 'utf8')) as { devDependencies: { electron: string } }
).devDependencies.electron;

test('only the pinned Electron is packaged, and it is written down once', () => {
  assert.doesNotThrow(() => checkRuntime({ version: pinned, pinned, configured: pinned }));
  assert.throws(() => checkRuntime({ version: '22.3.25', pinned, configured: pinned }), {
    title: `Only Electron ${pinned} is packaged, and the one at hand is 22.3.25.`,
  });
  assert.throws(() => checkRuntime({ version: pinned, pinned, configured: '44.0.0' }), {
    title: `electron-builder.yml names Electron 44.0.0, package.json ${pinned}.`,
  });
});

test('another Electron that the environment names is refused, and nothing is made', (context) => {
  const runtime = join(temporaryFolder(context), 'electron-22');
  const output = join(temporaryFolder(context), 'output');
  mkdirSync(runtime);
  cpSync(process.execPath, join(runtime, 'electron'));
  writeFileSync(join(runtime, 'version'), '22.3.25');
  const program = fileURLToPath(new URL('../../src-main/setup/dist.mjs', import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [program, '--output', output], {
    encoding: 'utf8',
    env: { ...process.env, ELECTRON_OVERRIDE_DIST_PATH: runtime },
  });
  assert.equal(status, 1);
  assert.match(stderr, new RegExp(`Only Electron ${pinned} is packaged, and the one at hand is 22\\.3\\.25\\.`));
  assert.equal(existsSync(output), false);
});
