import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CardWatch } from '../../../src-main/core/device/nvidia.ts';
import { commitEvents } from '../../../src-main/core/service/journal.ts';
import { withDevice } from '../../../src-main/core/service/usage.ts';
import { openStore } from '../../../src-main/core/store/open.ts';
import { Meter } from '../../../src-main/trainer/meter.ts';
import type { RunEvent } from '../../../src-main/shared/run/event.ts';
import { fakeDriver } from '../../setup/driver.ts';
import { exampleRun } from '../store/example.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

test("what the card does lies on the run's own axis, and what it does not measure is a gap", async (context) => {
  const folder = temporaryFolder(context);
  const watch = new CardWatch(fakeDriver(folder, 'echo "1024, 24576, 87, 61, [N/A]"; exec sleep 60'));
  context.after(() => watch.close());
  const store = openStore(folder);
  context.after(() => store.close());
  const { id } = store.addRun(exampleRun());
  const usage: RunEvent = { type: 'usage', step: 7, processors: 1.5, memoryMiB: 512 };
  assert.deepEqual(withDevice(usage, { name: 'a card', driver: '1' }, null), usage);
  await watch.read();
  commitEvents(store, id, [withDevice(usage, { name: 'a card', driver: '1' }, watch)], 1);
  const series = (['memoryMiB', 'utilisation', 'celsius', 'watts'] as const).map((name) => `device/${name}` as const);
  const names = [...series, 'process/processors', 'process/memoryMiB'] as const;
  assert.deepEqual(
    names.map((name) => {
      const { steps, values } = store.readCurve(id, name, { points: 10 });
      return [[...steps], [...values]];
    }),
    [1024, 0.87, 61, NaN, 1.5, 512].map((value) => [[7], [value]]),
  );
});

test('a busy second counts as about one processor', () => {
  const meter = new Meter();
  assert.equal(meter.read(1), null);
  const until = performance.now() + 1050;
  while (performance.now() < until) Math.sqrt(2);
  const usage = meter.read(2);
  assert.ok(usage && usage.processors > 0.2 && usage.processors < 2.5 && usage.memoryMiB > 10);
  assert.equal(meter.read(3), null);
});
