/** A full disk, a trainer that hangs or is left alone, a computer that slept: each ends in a sentence and a run that can go on. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { Pulse } from '../../../src-main/core/service/pulse.ts';
import { describeFailure, inWords } from '../../../src-main/shared/failure.ts';
import type { Failure } from '../../../src-main/shared/failure.ts';
import { Desk, makeWorkplace, scriptedTrainer } from './fixtures/workplace.ts';

const isRoot = process.getuid?.() === 0;

/** A file system in memory of a few megabytes; gone behind the test. */
function smallDisk(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'residua-disk-'));
  assert.equal(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', folder]).status, 0);
  context.after(() => {
    spawnSync('umount', ['-l', folder]);
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** Takes all room that is left. */
function fill(path: string): void {
  const file = openSync(path, 'w');
  try {
    for (const block of [Buffer.alloc(4096), Buffer.alloc(512)])
      try {
        for (;;) writeSync(file, block);
      } catch {
        // That was all of this size.
      }
  } finally {
    closeSync(file);
  }
}

const notices = (desk: Desk) =>
  desk.changes.flatMap((change) => (change.kind === 'notice' ? [inWords(change.text)] : []));

test(
  'a run waits while the disk is full, says so, and goes on when there is room, with every point',
  { skip: isRoot && process.platform === 'linux' ? false : 'mounting a small disk needs root' },
  async (context) => {
    const place = { ...makeWorkplace(context), home: smallDisk(context) };
    const desk = new Desk(context, place, { trainer: scriptedTrainer('slow') });
    const run = await desk.start({ recipe: { duration: { epochs: 40 } } });
    await desk.until(() => (desk.published(run.id)?.step ?? 0) > 20);
    const filler = join(place.home, 'filler');
    fill(filler);
    await desk.until(() => notices(desk).length > 0);
    assert.match(notices(desk)[0]!, /The disk is full: .* The run waits and goes on when there is room\.$/);
    const held = desk.published(run.id)!.step;
    unlinkSync(filler);
    const end = await desk.ended(run.id);
    assert.deepEqual([end.status, held < end.step, end.step], ['finished', true, 400]);
    const [curve] = await desk.client.call('run.curves', { runs: [run.id], series: ['step/loss'], points: 1000 });
    assert.deepEqual(
      [...curve!.steps],
      Array.from({ length: 400 }, (_, at) => at + 1),
    );
  },
);

test('a trainer that hangs is ended after its time, and its run can be resumed', async (context) => {
  const desk = new Desk(context, makeWorkplace(context), {
    trainer: scriptedTrainer('hang'),
    patience: { training: 500, otherwise: 500 },
  });
  const run = await desk.start();
  const end = await desk.ended(run.id);
  assert.deepEqual([end.status, end.failure?.code], ['interrupted', 'trainer.hung']);
  assert.match(
    describeFailure(end.failure as Failure).title,
    /^The training process said nothing for \d+ seconds and was ended\.$/,
  );
  const resumed = await desk.client.call('run.resume', { run: run.id });
  assert.equal(resumed.status, 'queued');
  await desk.client.call('run.stop', { run: run.id, now: true });
});

/** A pulse whose clock is ours. */
function pulse() {
  const said: string[] = [];
  let now = 1_000_000;
  const one = new Pulse(
    { training: 60_000, otherwise: 600_000 },
    {
      hung: (seconds) => said.push(`hung ${seconds}`),
      slept: (from, to) => said.push(`slept ${(to - from) / 1000}`),
    },
    () => now,
  );
  one.end();
  const pass = (seconds: number) => {
    for (let second = 0; second < seconds; second += 1) {
      now += 1000;
      one.tick();
    }
  };
  const sleep = (seconds: number) => {
    now += seconds * 1000;
    one.tick();
  };
  return { one, said, pass, sleep };
}

test('silence is measured by what is going on, and by how long the steps are', () => {
  const { one, said, pass } = pulse();
  pass(599);
  one.word(true);
  pass(30);
  one.word(true);
  // Twenty times the longest silence so far.
  pass(600);
  assert.deepEqual(said, []);
  pass(1);
  assert.deepEqual(said, ['hung 601']);
});

test('a computer that slept is told from a trainer that hangs, and a held one hangs never', () => {
  const { one, said, pass, sleep } = pulse();
  one.word(true);
  pass(50);
  sleep(3600);
  pass(9);
  assert.deepEqual(said, ['slept 3600']);
  one.hold(true);
  pass(1000);
  one.hold(false);
  pass(60);
  assert.deepEqual(said, ['slept 3600']);
  pass(1);
  assert.deepEqual(said, ['slept 3600', 'hung 61']);
});

test(
  'a trainer that is deep in the engine ends when core is gone',
  { skip: process.platform === 'win32' && 'parents are not followed there' },
  async (context) => {
    const warden = new URL('../../../src-main/trainer/warden.ts', import.meta.url).href;
    const busy = `import { startWarden } from '${warden}'; startWarden(); setTimeout(() => { for (;;) Math.sqrt(2); }, 300);`;
    const parent = `
      import { spawn } from 'node:child_process';
      const child = spawn(process.execPath, ['--input-type=module', '-e', ${JSON.stringify(busy)}], { stdio: 'ignore', detached: true });
      process.stdout.write(String(child.pid));
      setInterval(() => {}, 1000);`;
    const core = spawn(process.execPath, ['--input-type=module', '-e', parent], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = await new Promise<number>((resolve) => core.stdout.once('data', (text) => resolve(Number(text))));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const isThere = () => {
      try {
        process.kill(pid, 0);
        return true;
      } catch {
        return false;
      }
    };
    context.after(() => core.kill('SIGKILL'));
    assert.ok(isThere());
    core.kill('SIGKILL');
    const until = performance.now() + 20_000;
    while (isThere() && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 200));
    assert.ok(!isThere());
  },
);
