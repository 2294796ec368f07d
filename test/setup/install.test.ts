import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import test from 'node:test';
import { InstallControl, installEngine, locateEngine, planEngine, removeEngine } from '../../src-main/setup/engine.mjs';
import type { Wheel } from '../../src-main/setup/engine-wheels.mjs';
import { inEnglish } from '../../src-main/setup/told.mjs';
import type { Progress } from '../../src-main/setup/progress.mjs';
import { temporaryFolder } from '../core/temporaryFolder.ts';
import { wheelSource } from './wheels.ts';
import type { TestContext } from 'node:test';

const flavour = 'cpu';

/** A cache of its own and a source of small wheels. `check` is off: the small libraries cannot be loaded. */
function setting(context: TestContext) {
  const folder = temporaryFolder(context);
  const cache = join(folder, 'cache');
  const source = wheelSource(join(folder, 'source'));
  return { folder, cache, source, options: { flavour, cache, check: false, ...source } as const };
}

const filesBelow = (folder: string) =>
  existsSync(folder) ? readdirSync(folder, { recursive: true }).map(String).sort() : [];

test('an installation leaves the libraries, the headers, the addon and a note, and nothing else', async (context) => {
  const { cache, source, options } = setting(context);
  const phases: string[] = [];
  const engine = await installEngine({
    ...options,
    onProgress: ({ phase }) => phases.at(-1) !== inEnglish(phase) && phases.push(inEnglish(phase)),
  });
  assert.deepEqual(
    filesBelow(engine.folder).filter((name) => name.includes('.')),
    [
      'engine.json',
      'tensorflow/include/tensorflow/c/c_api.h',
      'tensorflow/libtensorflow_cc.so.2',
      'tensorflow/libtensorflow_framework.so.2',
      'tfjs_binding.node',
    ],
  );
  assert.equal(engine.state, 'ready');
  assert.deepEqual(locateEngine({ flavour, cache, wheels: source.wheels }), engine);
  assert.deepEqual(filesBelow(join(cache, 'downloads')), []);
  assert.deepEqual(phases, [
    'Downloading tensorflow-cpu',
    'Unpacking the engine',
    'Copying the addon',
    'Checking the engine',
  ]);
});

test('a wheel with another content than the pinned one is refused, and nothing is installed', async (context) => {
  const { cache, source, options } = setting(context);
  const wheels = source.wheels.map((wheel): Wheel => ({ ...wheel, sha256: 'a'.repeat(64) }));
  await assert.rejects(installEngine({ ...options, wheels }), {
    name: 'SetupFailure',
    title:
      'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl was downloaded with a content that differs from the pinned SHA-256.',
    advice: 'Nothing was installed. Try another network or package mirror, then start again.',
  });
  assert.deepEqual([filesBelow(join(cache, 'engine')), filesBelow(join(cache, 'downloads'))], [[], []]);
});

test('a damaged wheel in the cache is downloaded anew', async (context) => {
  const { cache, source, options } = setting(context);
  mkdirSync(join(cache, 'downloads'), { recursive: true });
  writeFileSync(join(cache, 'downloads', source.wheels[0]!.file), 'half a wheel');
  assert.equal((await installEngine(options)).state, 'ready');
});

test('a cancelled installation leaves no engine, and the next one needs no network for what arrived whole', async (context) => {
  const { cache, source, options } = setting(context);
  const control = new InstallControl();
  const onProgress = ({ phase }: Progress) => void (inEnglish(phase) === 'Unpacking the engine' && control.cancel());
  await assert.rejects(installEngine({ ...options, control, onProgress }), { name: 'Interrupted' });
  assert.equal(locateEngine({ flavour, cache, wheels: source.wheels }).state, 'missing');
  assert.deepEqual(filesBelow(join(cache, 'engine')), []);
  assert.equal((await installEngine({ ...options, pipArguments: ['--no-index'] })).state, 'ready');
});

for (const phase of ['Downloading tensorflow-cpu', 'Unpacking the engine', 'Checking the engine']) {
  test(`a process killed while "${phase}" leaves no half engine, and the next installation sweeps and completes`, async (context) => {
    const { cache, source, options } = setting(context);
    const module = new URL('../../src-main/setup/engine.mjs', import.meta.url).href;
    const words = new URL('../../src-main/setup/told.mjs', import.meta.url).href;
    const script = `Promise.all([${JSON.stringify(module)}, ${JSON.stringify(words)}].map((each) => import(each))).then(([{ installEngine }, { inEnglish }]) => installEngine({ ...${JSON.stringify(options)},
      onProgress: ({ phase }) => inEnglish(phase) === ${JSON.stringify(phase)} && process.kill(process.pid, 'SIGKILL') }))`;
    const [, signal] = await once(spawn(process.execPath, ['-e', script], { stdio: 'ignore' }), 'exit');
    assert.equal(signal, 'SIGKILL');
    assert.equal(locateEngine({ flavour, cache, wheels: source.wheels }).state, 'missing');
    assert.equal((await installEngine(options)).state, 'ready');
    assert.deepEqual(readdirSync(join(cache, 'engine')), ['cpu-2.21.0']);
    assert.deepEqual(filesBelow(join(cache, 'downloads')), []);
  });
}

test('an engine with a library cut short is broken, and a repair makes it whole', async (context) => {
  const { cache, source, options } = setting(context);
  const { libraries } = await installEngine(options);
  truncateSync(join(libraries, 'libtensorflow_cc.so.2'), 10);
  const found = locateEngine({ flavour, cache, wheels: source.wheels });
  assert.deepEqual(
    [found.state, inEnglish(found.problem ?? '')],
    ['broken', 'tensorflow/libtensorflow_cc.so.2 is missing or has another size'],
  );
  assert.equal((await installEngine(options)).state, 'ready');
});

test('two installations at once install once', async (context) => {
  const { options } = setting(context);
  const unpackings: number[] = [];
  const install = (which: number) =>
    installEngine({
      ...options,
      onProgress: ({ phase }) => void (inEnglish(phase) === 'Copying the addon' && unpackings.push(which)),
    });
  const engines = await Promise.all([install(1), install(2)]);
  assert.deepEqual([engines.map(({ state }) => state), unpackings.length], [['ready', 'ready'], 1]);
});

test('a paused installation goes on where it was', async (context) => {
  const { options } = setting(context);
  const control = new InstallControl();
  let isPaused = false;
  const onProgress = () => {
    if (isPaused) return;
    isPaused = true;
    control.pause(true);
    setImmediate(() => control.pause(false));
  };
  assert.deepEqual([(await installEngine({ ...options, control, onProgress })).state, isPaused], ['ready', true]);
});

test('without a network one line says so, with the way out', async (context) => {
  const { options } = setting(context);
  await assert.rejects(installEngine({ ...options, pipArguments: ['--no-index'] }), {
    message:
      'tensorflow-cpu 2.21.0 could not be downloaded: the package registry cannot be reached or does not have it. Check the network or the proxy and index settings of pip, then start again.',
  });
});

test('a disk that is too small is named with numbers before anything is downloaded', async (context) => {
  const { cache, source, options } = setting(context);
  const wheels = source.wheels.map((wheel): Wheel => ({ ...wheel, unpackedBytes: 9e18 }));
  await assert.rejects(
    installEngine({ ...options, wheels }),
    /^SetupFailure: The disk that holds .*cache is full: 9000000000\.0 GB are needed and [\d.]+ GB are free\. Free some space/,
  );
  assert.deepEqual(filesBelow(join(cache, 'downloads')), []);
});

test('a cache that may not be written is named', { skip: !existsSync('/sys/kernel') }, async (context) => {
  const { options } = setting(context);
  await assert.rejects(installEngine({ ...options, cache: '/sys/residua' }), {
    title: /^Residua may not write to \/sys\/residua/,
  });
});

test('the plan counts what is missing, and removing an engine leaves nothing of it', async (context) => {
  const { cache, source, options } = setting(context);
  const [wheel] = source.wheels as readonly [Wheel];
  const plan = await planEngine({ flavour, cache, wheels: source.wheels });
  assert.deepEqual(
    [plan.missing, plan.downloadBytes, plan.neededBytes],
    [[wheel], wheel.bytes, wheel.bytes + wheel.unpackedBytes],
  );
  const { folder } = await installEngine(options);
  assert.match(readFileSync(join(folder, 'engine.json'), 'utf8'), /"addon": "prebuilt"/);
  await removeEngine({ flavour, cache });
  assert.equal(existsSync(folder), false);
});
