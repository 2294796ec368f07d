/** With the engine of this machine, which `npm test` has installed. */
import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { checkGradients, deviceReport, engineFlavour, locateEngine } from '../../src-main/setup/engine.mjs';
import { compileAddon } from '../../src-main/setup/addon.mjs';
import { inEnglish } from '../../src-main/setup/told.mjs';
import { temporaryFolder } from '../core/temporaryFolder.ts';
import { plain } from '../fixtures/plain.ts';

const engine = locateEngine({ flavour: await engineFlavour() });

test('the engine is whole, loads, and its grouped gradients are right', async () => {
  const { state, version, groupedGradients } = engine;
  const { loads } = await deviceReport(engine);
  assert.deepEqual(
    { state, version, groupedGradients, loads },
    { state: 'ready', version: '2.21.0', groupedGradients: true, loads: true },
  );
  assert.equal(await checkGradients({ addon: engine.addon }), true);
});

test('a card that the CPU build cannot reach is never passed over', async () => {
  const card = { name: 'NVIDIA GeForce RTX 3090', memoryMiB: 24576, driver: '550.54.15' };
  const report = await deviceReport(
    { ...engine, flavour: 'cpu' },
    { card, environment: { ...process.env, CUDA_VISIBLE_DEVICES: '-1' } },
  );
  assert.deepEqual(plain(report), {
    loads: true,
    gpu: false,
    card,
    problem: {
      reason: 'the CPU build of the engine is installed',
      mend: 'Install the build for cards: npm start -- doctor --install',
    },
  });
});

test('a missing library is found by loading, and named', { skip: engine.flavour === 'cuda' }, async () => {
  const card = { name: 'NVIDIA GeForce RTX 3090', memoryMiB: 24576, driver: '550.54.15' };
  const { problem } = await deviceReport({ ...engine, flavour: 'cuda' }, { card });
  // Where no driver is, its library is the first that does not load; else the first of the engine's.
  assert.match(
    inEnglish(problem?.reason ?? ''),
    /^(libcuda\.so\.1, a part of the NVIDIA driver, is missing|libcudart\.so\.12 is missing from the engine)$/,
  );
});

test('the addon compiles in a folder with spaces and letters beyond ASCII, and loads from there', async (context) => {
  const folder = temporaryFolder(context);
  symlinkSync(engine.libraries, join(folder, 'tensorflow'));
  const addon = join(folder, 'tfjs_binding.node');
  await compileAddon({ tensorflow: join(folder, 'tensorflow'), output: addon });
  assert.equal(await checkGradients({ addon }), true);
});

test('an engine that cannot be loaded says why', async (context) => {
  const folder = temporaryFolder(context);
  mkdirSync(join(folder, 'tensorflow'));
  const addon = join(folder, 'tfjs_binding.node');
  writeFileSync(addon, 'no library');
  const { loads, problem } = await deviceReport({ folder, addon, flavour: 'cpu' }, { card: null });
  assert.equal(loads, false);
  assert.match(inEnglish(problem?.reason ?? ''), /file too short|invalid ELF header/);
  await assert.rejects(
    checkGradients({ addon }),
    /^SetupFailure: The engine was installed but cannot be loaded: .*(file too short|invalid ELF header)/,
  );
});
