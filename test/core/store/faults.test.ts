import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import Database from 'better-sqlite3';
import { databaseFile, openStore } from '../../../src-main/core/store/open.ts';
import { describeFailure, failureOf } from '../../../src-main/shared/failure.ts';
import type { Failure } from '../../../src-main/shared/failure.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { allLines, startThrough, startProgram } from './children.ts';
import { exampleRun } from './example.ts';
import { plain } from '../../fixtures/plain.ts';

const isRoot = process.getuid?.() === 0;
/** A disk of its own for a child: a file system in memory, mounted where only the child sees it. */
const mayMount = isRoot && spawnSync('unshare', ['-m', 'true']).status === 0;

/** 1 MB, in blocks of 512 bytes. */
const smallFiles = 'ulimit -f 2048; exec "$0" "$@"';
/** The program's arguments begin with its own path and the folder. */
const smallDisk = `exec unshare -m sh -c 'mount -t tmpfs -o size=3m tmpfs "$2" && exec "$0" "$@"' "$0" "$@"`;

/** Lets a writer run until it reports a failure; returns that and what it was told is safe. */
async function writeUntilFailure(
  script: string,
  home: string,
): Promise<{ failure: Failure; acknowledged: number; id: string }> {
  const lines = await allLines(startThrough(script, 'append', [home, '1', '10000000']));
  return { id: lines[0]!, acknowledged: Number(lines.at(-2)), failure: JSON.parse(lines.at(-1)!) as Failure };
}

test(
  'a limit on the size of files is told and loses no point',
  { skip: process.platform === 'win32' },
  async (context) => {
    const home = temporaryFolder(context);
    const { id, acknowledged, failure } = await writeUntilFailure(smallFiles, home);
    const store = openStore(home);
    context.after(() => store.close());
    // There is room on the disk: it is not called full.
    assert.deepEqual([failure.code, failure.details['path']], ['store.failing', databaseFile(home)]);
    assert.ok(acknowledged > 0);
    assert.equal(store.readCurve(id, 'step/loss', { points: 2 }).stored, acknowledged);
  },
);

test(
  'a full disk is told with its numbers',
  { skip: mayMount ? false : 'mounting a small disk needs root' },
  async (context) => {
    const home = join(temporaryFolder(context), 'disk');
    mkdirSync(home);
    const { acknowledged, failure } = await writeUntilFailure(smallDisk, home);
    assert.ok(acknowledged > 0);
    assert.deepEqual([failure.code, failure.details['path']], ['disk.full', home]);
    assert.ok(Number(failure.details['freeBytes']) < 100_000);
    assert.match(describeFailure(failure).title, /^The disk is full: .* has 0 MB left and 80 MB are needed\.$/);
  },
);

test(
  'a dataset that does not fit leaves nothing in the library',
  { skip: process.platform === 'win32' },
  async (context) => {
    const home = temporaryFolder(context);
    const [said, listed] = await allLines(startThrough(smallFiles, 'fillWithData', [home]));
    assert.deepEqual([(JSON.parse(said!) as Failure).code, listed], ['disk.full', '1']);
  },
);

test('a folder without permission to write is named', { skip: process.platform === 'win32' }, async (context) => {
  const home = temporaryFolder(context);
  chmodSync(home, 0o555);
  const inner = join(home, 'not there');
  for (const folder of [home, inner]) {
    const lines = await allLines(startProgram('openAsNobody', isRoot ? [folder, 'drop'] : [folder]));
    assert.deepEqual(
      lines.map((line) => (JSON.parse(line) as Failure).code),
      ['folder.denied', 'folder.denied'],
    );
    assert.equal((JSON.parse(lines[0]!) as Failure).details['path'], folder);
  }
  chmodSync(home, 0o755);
});

/** The failure of opening a folder. */
function openingFailure(home: string): Failure | null {
  try {
    openStore(home).close();
    return null;
  } catch (error) {
    return failureOf(error);
  }
}

test('files that are no database, or another program’s, are told as damaged and stay as they are', (context) => {
  const home = temporaryFolder(context);
  writeFileSync(databaseFile(home), 'not a database, but long enough to be taken for one. '.repeat(100));
  const before = readFileSync(databaseFile(home));
  assert.equal(openingFailure(home)?.code, 'store.damaged');
  assert.deepEqual(readFileSync(databaseFile(home)), before);

  const other = temporaryFolder(context);
  const connection = new Database(databaseFile(other));
  connection.exec('CREATE TABLE theirs (n)');
  connection.close();
  assert.deepEqual(plain(openingFailure(other)), {
    code: 'store.damaged',
    details: { path: databaseFile(other), problem: 'it belongs to another program' },
  });
});

test('damage inside the file is found after an unclean end', (context) => {
  const home = temporaryFolder(context);
  const store = openStore(home);
  const { id } = store.addRun(exampleRun());
  store.appendPoints(
    id,
    Array.from({ length: 50_000 }, (_, step) => ({ series: 'step/loss', step, value: step / 3 })),
  );
  store.close();
  const connection = new Database(databaseFile(home));
  connection.prepare('INSERT INTO openings VALUES (?, ?, 0)').run(2 ** 22 + 1, 'long gone');
  connection.close();
  const file = openSync(databaseFile(home), 'r+');
  for (let page = 20; page < 40; page++) writeSync(file, Buffer.alloc(2048, 0xa5), 0, 2048, page * 4096);
  closeSync(file);
  assert.equal(openingFailure(home)?.code, 'store.damaged');
});

test('a file cut short is told as damaged, one with something behind its end still opens', (context) => {
  const home = temporaryFolder(context);
  const store = openStore(home);
  store.addRun(exampleRun());
  store.close();
  appendFileSync(databaseFile(home), 'left over');
  assert.equal(openingFailure(home), null);
  truncateSync(databaseFile(home), 6000);
  assert.equal(openingFailure(home)?.code, 'store.damaged');
});
