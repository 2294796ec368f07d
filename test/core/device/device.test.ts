import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { Engine } from '../../../src-main/core/device/engine.ts';
import { acquireDeviceLock, deviceHolder } from '../../../src-main/core/device/lock.ts';
import { CardWatch, readCardLine } from '../../../src-main/core/device/nvidia.ts';
import { processorName } from '../../../src-main/core/device/processor.ts';
import { deviceStatus } from '../../../src-main/core/device/status.ts';
import { Expected } from '../../../src-main/shared/failure.ts';
import { parse } from '../../../src-main/shared/schema.ts';
import { engineStatusSchema } from '../../../src-main/shared/contract.ts';
import { fakeDriver } from '../../setup/driver.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { inWords } from '../../../src-main/shared/failure.ts';
import { tell, verbatim } from '../../../src-main/shared/told.ts';
import { plain } from '../../fixtures/plain.ts';
import type { TestContext } from 'node:test';

/** Puts a card into this process's machine for one test. */
function putCard(context: TestContext, { engine = '' } = {}): void {
  const before = { PATH: process.env['PATH'], RESIDUA_ENGINE: process.env['RESIDUA_ENGINE'] };
  const { PATH } = fakeDriver(temporaryFolder(context), 'echo "NVIDIA GeForce RTX 3090, 24576, 550.54.15"');
  Object.assign(process.env, { PATH, RESIDUA_ENGINE: engine });
  context.after(() => {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });
}

test('a device in use is refused, saying by whom', (context) => {
  const cache = temporaryFolder(context);
  const release = acquireDeviceLock('gpu', tell('{name} (run {run})', { name: 'resnet20', run: '3f2a' }), cache);
  assert.throws(
    () => acquireDeviceLock('gpu', verbatim('another'), cache),
    (thrown) => {
      assert.ok(thrown instanceof Expected);
      const holder = `resnet20 (run 3f2a) (process ${process.pid})`;
      assert.deepEqual(plain(thrown.failure), { code: 'device.busy', details: { device: 'GPU', holder } });
      assert.equal(inWords(deviceHolder('gpu', cache) ?? ''), holder);
      return true;
    },
  );
  acquireDeviceLock('cpu', verbatim('another'), cache)();
  release();
  acquireDeviceLock('gpu', verbatim('another'), cache)();
  assert.equal(deviceHolder('gpu', cache), null);
});

test('a machine without an engine says that it is missing, in the terms of the contract', async (context) => {
  const engine = new Engine({ cache: temporaryFolder(context) });
  const status = await engine.status(true);
  assert.deepEqual(parse(engineStatusSchema, status), status);
  assert.deepEqual([status.state, status.version, status.bytes, status.progress], ['missing', null, null, null]);
  await assert.rejects(engine.choose('auto'), {
    failure: { code: 'engine.missing', details: { reason: tell('{folder} is not there', { folder: status.path }) } },
  });
});

test('an engine whose files are damaged is broken and not trained with', async (context) => {
  const { path } = await new Engine().status();
  const cache = temporaryFolder(context);
  const engine = new Engine({ cache });
  const folder = (await engine.status()).path;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'engine.json'), readFileSync(join(path, 'engine.json')));
  const { state, problem } = await engine.status();
  assert.deepEqual([state, problem?.mend], ['broken', tell('Install it anew: npm start -- doctor --repair')]);
  await assert.rejects(engine.choose('cpu'), {
    name: 'Expected',
    failure: { code: 'engine.broken', details: { reason: problem!.reason } },
  });
});

test('a failed installation leaves its reason and way out in the status', async (context) => {
  const folder = temporaryFolder(context);
  const cache = join(folder, 'file');
  writeFileSync(cache, 'a file where the cache should be');
  const states: string[] = [];
  const engine = new Engine({ cache, onChange: ({ state }) => states.push(state) });
  assert.equal((await engine.install()).state, 'installing');
  const { state, problem, progress } = await engine.settled();
  assert.deepEqual([state, progress, states.at(-1)], ['missing', null, 'missing']);
  assert.match(inWords(problem?.reason ?? ''), /^There is a file where .* should be a folder\.$/);
});

test('the GPU is not promised without a card', async () => {
  await assert.rejects(new Engine().choose('gpu'), {
    failure: {
      code: 'engine.noGpu',
      details: {
        reason: tell('no NVIDIA card answers (nvidia-smi)'),
        advice: tell('Install the NVIDIA driver, or train with --device cpu.'),
      },
    },
  });
});

test('with a card that the engine does not reach, auto trains on the processor and says why, gpu fails', async (context) => {
  putCard(context, { engine: 'cpu' });
  const engine = new Engine();
  const problem = {
    reason: tell('the CPU build of the engine is installed'),
    mend: tell('Install the build for cards: npm start -- doctor --install'),
  };
  const chosen = await engine.choose('auto');
  assert.deepEqual([chosen.kind, chosen.problem], ['cpu', problem]);
  await assert.rejects(engine.choose('gpu'), {
    failure: { code: 'engine.noGpu', details: { reason: problem.reason, advice: problem.mend } },
  });
  const { gpuUsable, card, problem: shown } = await engine.status();
  assert.deepEqual([gpuUsable, card?.name, shown], [false, 'NVIDIA GeForce RTX 3090', problem]);
});

test('with a card the CUDA build is what is missing', async (context) => {
  putCard(context);
  const { flavour, state } = await new Engine({ cache: temporaryFolder(context) }).status();
  assert.deepEqual([flavour, state], ['cuda', 'missing']);
});

test('what the card does comes from one program that is asked once and ends when closed', async (context) => {
  const folder = temporaryFolder(context);
  const starts = join(folder, 'starts');
  const watch = new CardWatch(
    fakeDriver(folder, `echo start >> '${starts}'; echo "1024, 24576, 87, 61, 214.53"; exec sleep 60`),
  );
  const reading = { usedMiB: 1024, totalMiB: 24576, utilisation: 0.87, celsius: 61, watts: 214.53 };
  assert.deepEqual([await watch.read(), await watch.read(), watch.glance()], Array(3).fill(reading));
  watch.close();
  assert.equal(readFileSync(starts, 'utf8'), 'start\n');
});

test('a card that does not measure something says so, and errors are no readings', () => {
  assert.deepEqual(readCardLine('3, 24576, [N/A], 40, [Not Supported]'), {
    usedMiB: 3,
    totalMiB: 24576,
    utilisation: null,
    celsius: 40,
    watts: null,
  });
  assert.deepEqual(['', 'Unable to determine the device handle for GPU', '[N/A], 24576, 1, 1, 1'].map(readCardLine), [
    null,
    null,
    null,
  ]);
});

test('without a driver there is no memory, and the processor trains', async (context) => {
  const watch = new CardWatch({ PATH: temporaryFolder(context) });
  assert.equal(await watch.read(), null);
  const { memoryUsedMiB: used, memoryTotalMiB: total, ...device } = await deviceStatus(watch, null);
  assert.deepEqual(device, { kind: 'cpu', name: processorName(), driver: null });
  assert.ok(used !== null && total !== null && used > 0 && used < total, `${used} of ${total} MiB`);
});
