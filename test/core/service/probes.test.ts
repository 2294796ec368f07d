/** Probes of a finished run by a real trainer: what is left of its accuracy without some of its blocks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { variantsOf } from '../../../src-main/core/service/probes.ts';
import { blocksOf } from '../../../src-main/shared/network/cost.ts';
import { Expected } from '../../../src-main/shared/failure.ts';
import { expand } from '../../../src-main/shared/network/expand.ts';
import { Client, portPair } from '../../../src-main/shared/port.ts';
import type { ProbeKind } from '../../../src-main/shared/run/probe.ts';
import { running } from '../../desktop/processes.ts';
import { Desk, makeWorkplace } from './fixtures/workplace.ts';
import { exampleSpec } from '../store/example.ts';

const network = {
  ...exampleSpec,
  name: 'probed',
  input: null,
  classes: null,
  stages: [{ blocks: 3, width: 8, stride: 1 as const }],
  survival: { kind: 'linear' as const, last: 0.5 },
};
const blocks = blocksOf(expand({ ...network, input: exampleSpec.input, classes: 10 }));

/** Ends of a run's probes that were published, in order, with the code of a failure. */
const endsOf = ({ changes }: Desk, run: string): string[] =>
  changes.flatMap((change) =>
    change.kind === 'probeEnd' && change.run === run
      ? [`${change.probe}${change.failure ? ` ${change.failure.code}` : ''}`]
      : [],
  );

test('variants leave out one block, all but some, or what a sub-network leaves out', () => {
  const removal = variantsOf('removal', blocks, 1);
  const survivals = blocks.map(({ survival }) => Math.fround(survival));
  assert.deepEqual(
    [[...removal.x], [...removal.shares]],
    [[1, 2, 3], [0, 1, 2].flatMap((gone) => survivals.map((share, at) => (at === gone ? 0 : share)))],
  );
  const depth = variantsOf('depth', blocks, 1);
  assert.deepEqual([...depth.x], [0, 0, 0, 1, 1, 1, 2, 2, 2, 3]);
  depth.x.forEach((kept, row) => {
    const own = [...depth.shares.subarray(row * 3, row * 3 + 3)];
    assert.equal(own.filter((share) => share > 0).length, kept);
    assert.ok(own.every((share, at) => share === 0 || share === survivals[at]));
  });
  const average = variantsOf('average', blocks, 1);
  assert.deepEqual([average.x.length, [...new Set(average.shares)].sort()], [16, [0, 1]]);
  assert.deepEqual(variantsOf('depth', blocks, 1), depth);
  const always = blocks.map((block) => ({ ...block, survival: 1 }));
  assert.throws(() => variantsOf('average', always, 1), /nothing to say of the network: it was trained without/);
  const plain = blocks.map((block) => ({ ...block, shortcut: null }));
  assert.throws(() => variantsOf('removal', plain, 1), /nothing to say of the network: its blocks have no shortcuts/);
});

test('a run is probed once, on its device, and the whole network is what the evaluation saw', async (context) => {
  const place = makeWorkplace(context);
  const desk = new Desk(context, place);
  const run = await desk.start({ network, recipe: { duration: { epochs: 2 }, batch: 64 } });
  assert.equal((await desk.ended(run.id)).status, 'finished');
  const ask = (kind: 'removal' | 'depth' | 'average') =>
    desk.client.call('run.probe', { run: run.id, kind, at: 'last' });
  const removal = await ask('removal');
  const evaluation = await desk.client.call('run.images', { run: run.id, at: 'last', from: 0, count: 0 });
  const all = await desk.client.call('run.evaluations', { run: run.id });
  assert.deepEqual(
    [removal.step, removal.images, [...removal.x], removal.accuracy.length],
    [evaluation.step, evaluation.images, [1, 2, 3], 3],
  );
  assert.ok(Math.abs(removal.baseline.accuracy - all.accuracy.at(-1)!) <= 1 / removal.images);
  assert.ok(Math.abs((removal.baseline.loss ?? NaN) - all.loss.at(-1)!) < 1e-3);
  assert.ok(removal.loss.every((loss) => Math.abs(loss - (removal.baseline.loss ?? NaN)) > 1e-4));

  const depth = await ask('depth');
  assert.deepEqual([depth.accuracy.at(-1), depth.loss.at(-1)], [depth.baseline.accuracy, depth.baseline.loss]);
  const average = await ask('average');
  assert.ok(
    average.loss.at(-1)! <= Math.max(...average.loss) && average.accuracy.every((share) => share >= 0 && share <= 1),
  );

  assert.deepEqual(await ask('removal'), removal);
  const stored = await desk.client.call('run.probes', { run: run.id });
  assert.deepEqual(
    stored.map(({ kind }) => kind),
    ['average', 'depth', 'removal'],
  );
  await desk.until(() => endsOf(desk, run.id).includes('average'));
  // Asked for again, it was known.
  assert.deepEqual(endsOf(desk, run.id), ['removal', 'depth', 'average']);
});

test('a probe can be given up, all who watch hear how it ended, and another begins anew', async (context) => {
  const place = makeWorkplace(context);
  const desk = new Desk(context, place);
  const run = await desk.start({ network, recipe: { duration: { steps: 5 }, batch: 64 } });
  await desk.ended(run.id);
  const [near, far] = portPair();
  desk.core.connect(far);
  const other = new Client(near);
  const ends: readonly (readonly [ProbeKind, code: string, end: () => unknown])[] = [
    ['average', 'probe.stopped', () => desk.client.call('run.stopProbe', { run: run.id, kind: 'average' })],
    ['depth', 'trainer.died', () => running(process.pid, 'trainer').forEach((pid) => process.kill(pid, 'SIGKILL'))],
  ];
  for (const [kind, code, end] of ends) {
    // Asked for by one, watched and ended by another.
    const refused = assert.rejects(other.call('run.probe', { run: run.id, kind }), (thrown) =>
      Boolean(thrown instanceof Expected && thrown.failure.code === code),
    );
    await desk.until(() => desk.changes.some((change) => change.kind === 'probe' && change.probe === kind));
    await end();
    await refused;
    await desk.until(() => endsOf(desk, run.id).includes(`${kind} ${code}`));
  }
  // Given up before its device was chosen: two who ask for it share it, and nobody saw it begin.
  const stopped = (thrown: unknown) => thrown instanceof Expected && thrown.failure.code === 'probe.stopped';
  const both = [other, desk.client].map((client) =>
    assert.rejects(client.call('run.probe', { run: run.id, kind: 'removal' }), stopped),
  );
  await desk.client.call('run.stopProbe', { run: run.id, kind: 'removal' });
  await Promise.all(both);
  assert.deepEqual(endsOf(desk, run.id), ['average probe.stopped', 'depth trainer.died']);
  assert.deepEqual(await desk.client.call('run.probes', { run: run.id }), []);
  assert.equal((await desk.client.call('run.probe', { run: run.id, kind: 'removal', images: 50 })).images, 50);
});
