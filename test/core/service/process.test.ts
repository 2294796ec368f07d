/** core as the shell starts it: a process with channels on file descriptor 3, and the trainer that it starts. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openChannels, streamEnds } from '../../../src-main/shared/channel.ts';
import type { Change, Run } from '../../../src-main/shared/contract.ts';
import { Client, streamPort } from '../../../src-main/shared/port.ts';
import { makeWorkplace } from './fixtures/workplace.ts';
import type { Workplace } from './fixtures/workplace.ts';
import { tell } from '../../../src-main/shared/told.ts';

const program = fileURLToPath(new URL('../../../src-main/core/index.ts', import.meta.url));

interface Running {
  readonly child: ChildProcess;
  readonly pipe: Duplex;
  readonly exited: Promise<number | NodeJS.Signals | null>;
  connect(): Client;
}

function startCore(context: TestContext, { home, cache }: Workplace): Running {
  const child = spawn(process.execPath, [program, '--home', home], {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
    env: { ...process.env, RESIDUA_CACHE: cache },
  });
  const exited = new Promise<number | NodeJS.Signals | null>((resolve) =>
    child.once('exit', (code, signal) => resolve(signal ?? code)),
  );
  context.after(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  const pipe = child.stdio[3] as Duplex;
  const channels = openChannels(pipe, () => undefined);
  const connect = () => {
    const ends = streamEnds(channels.open());
    return new Client(streamPort(ends, ends));
  };
  return { child, pipe, exited, connect };
}

/** Starts runs that have nothing to do with each other. */
async function train(client: Client, count: number): Promise<Run[]> {
  const runs: Run[] = [];
  for (let index = 0; index < count; index++)
    runs.push(
      ...(await client.call('run.start', {
        network: 'resnet20',
        data: 'digits',
        recipe: { duration: { epochs: 2000 } },
        device: 'cpu',
        seeds: 1,
      })),
    );
  return runs;
}

/** Resolves with the steps that were shown once there are this many. */
function shown(client: Client, run: string, count: number): Promise<number[]> {
  const steps: number[] = [];
  return new Promise((resolve) => {
    void client.watch((changes: readonly Change[]) => {
      for (const change of changes)
        if (change.kind === 'points' && change.run === run && change.series === 'step/loss')
          steps.push(...change.steps);
      if (steps.length >= count) resolve([...steps]);
    });
  });
}

const childrenOf = (pid: number) =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
const state = (pid: number) =>
  existsSync(`/proc/${pid}/stat`) ? /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] : 'gone';

async function gone(pid: number): Promise<void> {
  while (!['gone', 'Z', undefined].includes(state(pid))) await new Promise((resolve) => setTimeout(resolve, 20));
}

test('core killed in the middle of a run loses no shown point, leaves no trainer, and the next core goes on with what waits', async (context) => {
  const place = makeWorkplace(context);
  const first = startCore(context, place);
  const client = first.connect();
  const [performed, waiting] = await train(client, 2);
  const steps = await shown(client, performed!.id, 30);
  const [trainer] = childrenOf(first.child.pid as number);
  first.child.kill('SIGKILL');
  await gone(trainer as number);

  const next = startCore(context, place).connect();
  const resumed = shown(next, waiting!.id, 1);
  const { run } = await next.call('run.show', { run: performed!.id });
  const [curve] = await next.call('run.curves', { runs: [performed!.id], series: ['step/loss'], points: 1_000_000 });
  assert.deepStrictEqual([run.status, steps.filter((step) => !curve!.steps.includes(step))], ['interrupted', []]);
  await resumed;
  await next.call('run.stop', { run: waiting!.id, now: true });
});

test('a killed program’s runs are taken over by another that watches: one interrupted, the next performed', async (context) => {
  const place = makeWorkplace(context);
  const [killed, living] = [startCore(context, place), startCore(context, place)];
  const [client, watching] = [killed.connect(), living.connect()];
  await watching.call('run.list', {});
  const [performed, waiting] = await train(client, 2);
  await shown(client, performed!.id, 10);
  const interrupted = new Promise<string>((resolve) => {
    void watching.watch((changes) => {
      for (const change of changes)
        if (change.kind === 'run' && change.run.id === performed!.id && change.run.endedAtMs !== null)
          resolve(change.run.status);
    });
  });
  const goesOn = shown(watching, waiting!.id, 1);
  killed.child.kill('SIGKILL');
  assert.strictEqual(await interrupted, 'interrupted');
  await goesOn;
  await watching.call('run.stop', { run: waiting!.id, now: true });
});

test('a killed trainer interrupts its run at once, with all points', async (context) => {
  const core = startCore(context, makeWorkplace(context));
  const client = core.connect();
  const [run] = await train(client, 1);
  const steps = await shown(client, run!.id, 10);
  const ended = new Promise<string>((resolve) => {
    void client.watch((changes) => {
      for (const change of changes)
        if (change.kind === 'run' && change.run.endedAtMs !== null) resolve(change.run.status);
    });
  });
  process.kill(childrenOf(core.child.pid as number)[0] as number, 'SIGKILL');
  assert.strictEqual(await ended, 'interrupted');
  const { run: end } = await client.call('run.show', { run: run!.id });
  const [curve] = await client.call('run.curves', { runs: [run!.id], series: ['step/loss'], points: 1_000_000 });
  assert.deepStrictEqual(
    [end.failure, curve!.steps.length === end.step, end.step >= steps.length],
    [{ code: 'trainer.died', details: { how: tell('killed by SIGKILL, perhaps for want of memory') } }, true, true],
  );
});

test('core ends in order when its pipe ends, and its run with a checkpoint', async (context) => {
  const place = makeWorkplace(context);
  const first = startCore(context, place);
  const client = first.connect();
  const [run] = await train(client, 1);
  await shown(client, run!.id, 10);
  first.pipe.end();
  assert.strictEqual(await first.exited, 0);
  const { run: end, checkpoints } = await startCore(context, place).connect().call('run.show', { run: run!.id });
  assert.deepStrictEqual([end.status, checkpoints.at(-1)?.step], ['interrupted', end.step]);
});

test('bytes that are no channel end core, not in a crash', async (context) => {
  const core = startCore(context, makeWorkplace(context));
  core.pipe.write(Buffer.alloc(64, 0xff));
  assert.strictEqual(await core.exited, 0);
});
