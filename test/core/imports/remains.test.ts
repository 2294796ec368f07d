/** Imports that end badly outside of their own doing: the disk fills up, the program is killed. Nothing stays behind. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { begin, run } from '../../cli/program.ts';
import { cifar10Binary, someImages } from '../../fixtures/datasets.ts';
import { tarGzOf, writeFolder } from '../../fixtures/files.ts';
import { makeWorkplace } from '../service/fixtures/workplace.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const program = fileURLToPath(new URL('../../../src-main/cli/index.ts', import.meta.url));
/** More than one block of 16 MB. */
const many = () => cifar10Binary(someImages(9000, 32, 32, 3, 10), someImages(100, 32, 32, 3, 10, 2));

/** Files of imports and datasets in a data folder, without those that are being written at this moment. */
const left = (home: string) =>
  ['imports', 'blocks', 'datasets']
    .flatMap((name) => (existsSync(join(home, name)) ? readdirSync(join(home, name)) : []))
    .filter((name) => !name.endsWith('.part'));

test('A disk that fills up while blocks are written, or while an archive is unpacked, is named, and nothing is left', async (context) => {
  const { home } = makeWorkplace(context);
  const folder = temporaryFolder(context);
  const plain = writeFolder(join(folder, 'set'), many());
  const packed = join(folder, 'set.tar.gz');
  writeFileSync(packed, tarGzOf(many(), 1));
  for (const path of [plain, packed]) {
    // A bound on the size of a file fails as a full disk does; the shell counts it in blocks of 512 or 1024 bytes.
    const child = spawn(
      'sh',
      ['-c', `ulimit -f 10000; exec "$@"`, 'sh', process.execPath, program, 'data', 'add', path],
      {
        env: { ...process.env, RESIDUA_HOME: home },
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    let notes = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (notes += text));
    const status = await new Promise((resolve) => child.once('close', resolve));
    assert.deepEqual([status, /The disk is full: .* MB are needed\./.test(notes), left(home)], [1, true, []], notes);
  }
});

test('What an import had written when its program was killed is gone with the next start', async (context) => {
  const place = makeWorkplace(context);
  const path = writeFolder(join(temporaryFolder(context), 'set'), many());
  const { child, outcome } = begin(place, ['data', 'add', path]);
  const blocks = () => left(place.home).filter((name) => /^[0-9a-f]{64}$/.test(name));
  while (blocks().length === 0 && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 2));
  child.kill('SIGKILL');
  await outcome;
  const brought = blocks();
  assert.ok(brought.length > 0 && left(place.home).some((name) => name.endsWith('.blocks')));
  assert.equal((await run(place, 'data', 'list')).status, 0);
  // The built-in sets are there by now, which the list has made.
  const now = new Set(left(place.home));
  assert.deepEqual([brought.filter((hash) => now.has(hash)), readdirSync(join(place.home, 'imports'))], [[], []]);
});

test('Paths with spaces, commas, stars and letters of all kinds are read by a guarded intake', async (context) => {
  const place = makeWorkplace(context);
  const files = cifar10Binary(someImages(20, 32, 32, 3, 10), someImages(10, 32, 32, 3, 10, 2));
  for (const name of ['a, b', 'stars * and ?', 'Größe 😀 日本', "it's [1] {2}", '-dash', 'back\\slash', ' spaces ']) {
    const path = writeFolder(join(temporaryFolder(context), name), files);
    const { status, notes } = await run(place, 'data', 'add', path);
    assert.equal(status, 0, `${name}: ${notes}`);
  }
});
