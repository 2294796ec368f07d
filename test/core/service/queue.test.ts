/** The line of runs: its order, holding it, pausing, and what it says of the time left. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { secondsLeftOf } from '../../../src-main/core/service/line.ts';
import type { Work } from '../../../src-main/core/service/line.ts';
import type { Run } from '../../../src-main/shared/contract.ts';
import { findPreset } from '../../../src-main/shared/network/presets.ts';
import { Client, streamPort } from '../../../src-main/shared/port.ts';
import { Desk, makeWorkplace, scriptedTrainer } from './fixtures/workplace.ts';
import type { Workplace } from './fixtures/workplace.ts';

const desk = (context: TestContext, behaviour: string) =>
  new Desk(context, makeWorkplace(context), { trainer: scriptedTrainer(behaviour) });
const seeds = (at: Desk, count: number): Promise<Run[]> =>
  at.client.call('run.start', {
    network: 'resnet20',
    data: 'digits',
    recipe: { duration: { epochs: 1 }, seed: 1 },
    device: 'cpu',
    seeds: count,
  });
const inOrderOfStart = (runs: readonly Run[]) =>
  [...runs].sort((a, b) => (a.startedAtMs ?? 0) - (b.startedAtMs ?? 0)).map(({ seed }) => seed);

test('runs begin in the order of the line, which can be changed', async (context) => {
  const at = desk(context, 'finish');
  await at.client.call('settings.set', { queueHeld: true });
  const [one, two, three, four] = (await seeds(at, 4)) as [Run, Run, Run, Run];
  await at.client.call('queue.move', { run: four.id, before: one.id });
  const line = await at.client.call('queue.move', { run: two.id, before: null });
  assert.deepEqual(
    line.map(({ seed }) => seed),
    [4, 1, 3, 2],
  );
  await at.client.call('settings.set', { queueHeld: false });
  const ends = await Promise.all([one, two, three, four].map(({ id }) => at.ended(id)));
  assert.deepEqual(inOrderOfStart(ends), [4, 1, 3, 2]);
});

test('a held line begins nothing, and lets what is under way end', async (context) => {
  const at = desk(context, 'slow');
  const [first, second] = (await seeds(at, 2)) as [Run, Run];
  await at.until(() => at.published(first.id)?.status === 'training');
  await at.client.call('settings.set', { queueHeld: true });
  assert.equal((await at.ended(first.id)).status, 'finished');
  await new Promise((resolve) => setTimeout(resolve, 700));
  assert.equal((await at.client.call('run.show', { run: second.id })).run.status, 'queued');
  await at.client.call('settings.set', { queueHeld: false });
  assert.equal((await at.ended(second.id)).status, 'finished');
});

test('a paused run saves and leaves its device to the next; one that waits leaves the line', async (context) => {
  const at = desk(context, 'slow');
  const [first, second, third] = (await seeds(at, 3)) as [Run, Run, Run];
  await at.until(() => at.events.some(({ type }) => type === 'step'));
  await at.client.call('run.pause', { run: first.id });
  await at.client.call('run.pause', { run: third.id });
  const ends = await Promise.all([first, second, third].map(({ id }) => at.ended(id)));
  const { checkpoints } = await at.client.call('run.show', { run: first.id });
  assert.deepEqual(
    [...ends.map(({ status }) => status), ends[0]!.step > 0, ends[2]!.step, checkpoints.length],
    ['paused', 'finished', 'paused', true, 0, 1],
  );
});

/** A core of its own process, which can be killed, and a client that talks to it. */
function startCore(context: TestContext, { home, cache }: Workplace) {
  const program = fileURLToPath(new URL('fixtures/core.ts', import.meta.url));
  const child = spawn(process.execPath, [program, home, cache, 'finish'], {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  const gone = once(child, 'exit');
  context.after(() => child.kill('SIGKILL'));
  const pipe = child.stdio[3] as Duplex;
  return { client: new Client(streamPort(pipe, pipe)), kill: () => (child.kill('SIGKILL'), gone) };
}

async function allRuns(client: Client, suffices: (runs: readonly Run[]) => boolean): Promise<Run[]> {
  for (;;) {
    const runs = await client.call('run.list', {});
    if (suffices(runs)) return runs;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('twenty runs over a kill of core in the middle end finished and in order', async (context) => {
  const place = makeWorkplace(context);
  const { client, kill } = startCore(context, place);
  const recipe = { duration: { epochs: 1 }, seed: 1 };
  const asked = await client.call('run.start', {
    network: 'resnet20',
    data: 'digits',
    recipe,
    device: 'cpu',
    seeds: 20,
  });
  const ended = (runs: readonly Run[]) => runs.filter(({ status }) => status === 'finished').length;
  await allRuns(client, (runs) => ended(runs) >= 7);
  await kill();
  const next = startCore(context, place).client;
  const all = await allRuns(next, (runs) => ended(runs) === 20);
  assert.deepEqual(
    inOrderOfStart(all),
    asked.map(({ seed }) => seed),
  );
});

test('what is left of a run follows from the newest run like it, else from multiply-adds', () => {
  const work = (name: string, run: Partial<Run>): Work => ({
    run: { id: name, network: name, data: 'd', deviceAsked: 'auto', step: 0, steps: 100, ...run } as Run,
    spec: { ...findPreset(name).spec, input: { height: 32, width: 32, channels: 3 }, classes: 10 },
    recipe: { batch: 10 },
  });
  const device = { kind: 'cpu', name: '', driver: null, engine: '' } as const;
  const done = { device, status: 'finished', step: 100, startedAtMs: 0, endedAtMs: 50_000 } as const;
  const twenty = work('resnet20', { ...done, id: 'earlier' });
  assert.deepEqual(
    [
      secondsLeftOf(work('resnet20', { status: 'queued' }), [twenty]),
      secondsLeftOf(work('resnet20', { status: 'paused', step: 40 }), [twenty]),
      Math.round(secondsLeftOf(work('resnet56', { status: 'queued' }), [twenty]) ?? 0),
      secondsLeftOf(work('resnet20', { status: 'queued', deviceAsked: 'gpu' }), [twenty]),
      secondsLeftOf(work('resnet20', { status: 'training', secondsLeft: 3 }), []),
    ],
    // 126.54 M multiply-adds of ResNet-56 by 40.81 M of ResNet-20.
    [50, 30, 155, null, 3],
  );
});
