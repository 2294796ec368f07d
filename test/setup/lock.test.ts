import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { lockHolder, takeLock } from '../../src-main/setup/lock.mjs';
import { temporaryFolder } from '../core/temporaryFolder.ts';

const lockModule = JSON.stringify(new URL('../../src-main/setup/lock.mjs', import.meta.url).href);

test('a taken lock names its holder until it is released', (context) => {
  const folder = join(temporaryFolder(context), 'lock');
  const { release } = takeLock(folder, 'run one');
  const { holder } = takeLock(folder, 'run two');
  assert.deepEqual([holder?.text, holder?.pid], ['run one', process.pid]);
  release?.();
  release?.();
  assert.deepEqual([lockHolder(folder), readdirSync(folder)], [null, []]);
});

test('a lock whose holder was killed is taken over', async (context) => {
  const folder = join(temporaryFolder(context), 'lock');
  const script = `import(${lockModule}).then(({ takeLock }) => { takeLock(${JSON.stringify(folder)}, 'dead'); process.stdout.write('taken'); setInterval(() => {}, 1e6); })`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  assert.equal(lockHolder(folder)?.pid, child.pid);
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.equal(takeLock(folder, 'alive').holder, null);
  assert.equal(lockHolder(folder)?.text, 'alive');
});

test('a living process that only has the number of the dead holder does not hold the lock', (context) => {
  const folder = join(temporaryFolder(context), 'lock');
  mkdirSync(folder);
  writeFileSync(join(folder, '7'), JSON.stringify({ pid: process.pid, started: 'another boot 1', text: 'long ago' }));
  assert.equal(takeLock(folder, 'now').holder, null);
});

test('of many processes that want a lock at once, dead holders before them, one at a time has it', async (context) => {
  const folder = join(temporaryFolder(context), 'lock');
  const inside = join(temporaryFolder(context), 'inside');
  mkdirSync(folder);
  writeFileSync(join(folder, '3'), JSON.stringify({ pid: 999_999_999, started: 'x', text: 'dead' }));
  const script = `import(${lockModule}).then(({ takeLock }) => {
    const { openSync, closeSync, unlinkSync } = require('node:fs');
    let taken = 0;
    for (let round = 0; round < 3000; round++) {
      const { release } = takeLock(${JSON.stringify(folder)}, 'racer');
      if (!release) continue;
      closeSync(openSync(${JSON.stringify(inside)}, 'wx'));
      taken++;
      unlinkSync(${JSON.stringify(inside)});
      release();
    }
    process.stdout.write(String(taken));
  })`;
  const racers = Array.from({ length: 4 }, async () => {
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (chunk) => (text += String(chunk)));
    const [status] = await once(child, 'close');
    return { status, taken: Number(text) };
  });
  const results = await Promise.all(racers);
  assert.deepEqual(
    results.map(({ status }) => status),
    [0, 0, 0, 0],
  );
  assert.ok(
    results.some(({ taken }) => taken > 0),
    JSON.stringify(results),
  );
});
