import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import Database from 'better-sqlite3';
import { WriteHandle } from '../../../src-main/core/store/handle.ts';
import { migrate } from '../../../src-main/core/store/migrate.ts';
import type { Migration } from '../../../src-main/core/store/migrate.ts';
import { applicationId, migrations } from '../../../src-main/core/store/migrations.ts';
import { databaseFile, openStore } from '../../../src-main/core/store/open.ts';
import { PointWriter, readPoints, readSeriesOf, seriesNumber } from '../../../src-main/core/store/points.ts';
import {
  addRun,
  changeRun,
  findRunId,
  forksOf,
  listRuns,
  liveRuns,
  moveRun,
  pacedRuns,
  waitingRuns,
  readRunDetail,
  runNumber,
} from '../../../src-main/core/store/runs.ts';
import { deleteRun, readRunSettings, readSeeds, readTrash } from '../../../src-main/core/store/history.ts';
import { readSummary } from '../../../src-main/core/store/summaries.ts';
import { addEvent, readEvents } from '../../../src-main/core/store/events.ts';
import { addCheckpoint, readCheckpoints } from '../../../src-main/core/store/checkpoints.ts';
import { Expected } from '../../../src-main/shared/failure.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { exampleRun } from './example.ts';

/** The newest layout. */
const newest = migrations.at(-1)!.to;

/** The words that made every table and index. */
const schema = (connection: Database.Database): unknown =>
  connection.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name').all();

function freshSchema(): unknown {
  const connection = new Database(':memory:');
  migrate(connection, migrations);
  return schema(connection);
}

test('versions rise, each with its reason', () => {
  const versions = migrations.map(({ to }) => to);
  assert.deepEqual(
    versions,
    [...new Set(versions)].sort((a, b) => a - b),
  );
  assert.deepEqual(
    migrations.filter(({ why }) => why.length === 0),
    [],
  );
});

/** Adds a run with those of today's columns that an older layout has. */
function addRunAsThen(old: Database.Database, name: string): string {
  const today = new Database(':memory:');
  migrate(today, migrations);
  const id = addRun(new WriteHandle(today), exampleRun({ name }), { pid: process.pid, start: '?' });
  const row = today.prepare('SELECT * FROM runs').get() as Record<string, unknown>;
  const names = old.prepare('SELECT name FROM pragma_table_info(?)').pluck().all('runs') as string[];
  old
    .prepare(`INSERT INTO runs (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`)
    .run(...names.map((column) => row[column]));
  return id;
}

for (const { to } of migrations.slice(0, -1)) {
  test(`a database of version ${to} with a run becomes the same as a new one, and keeps the run and a copy`, (context) => {
    const home = temporaryFolder(context);
    const old = new Database(databaseFile(home));
    migrate(old, migrations, to);
    const handle = new WriteHandle(old);
    const id = addRunAsThen(old, 'From before');
    old
      .prepare(`INSERT INTO events (run, place, at_ms, kind, text) VALUES (?, 1, 1, 'note', 'kept')`)
      .run(runNumber(handle, id));
    old.close();

    const store = openStore(home);
    const detail = store.readRunDetail(id);
    store.close();
    const connection = new Database(databaseFile(home));
    context.after(() => connection.close());
    assert.deepEqual(schema(connection), freshSchema());
    assert.deepEqual([detail.run.name, detail.events], ['From before', [{ atMs: 1, kind: 'note', text: 'kept' }]]);
    const copy = new Database(`${databaseFile(home)}.v${to}`, { readonly: true });
    context.after(() => copy.close());
    assert.deepEqual(
      [copy.pragma('user_version', { simple: true }), copy.prepare('SELECT name FROM runs').pluck().all()],
      [to, ['From before']],
    );
  });
}

test('a step that fails half-way leaves neither tables nor version', () => {
  const connection = new Database(':memory:');
  const broken: Migration = {
    to: newest + 1,
    why: 'to fail',
    up: (database) => {
      database.exec('CREATE TABLE half (n INTEGER) STRICT');
      throw new Error('half-way');
    },
  };
  assert.throws(() => migrate(connection, [...migrations, broken]), /half-way/);
  assert.deepEqual(schema(connection), freshSchema());
  assert.equal(connection.pragma('user_version', { simple: true }), newest);
});

test('the file carries its mark and is safe against a power cut', (context) => {
  const home = temporaryFolder(context);
  openStore(home).close();
  assert.equal(existsSync(join(home, 'residua.sqlite-wal')), false);
  const connection = new Database(databaseFile(home));
  context.after(() => connection.close());
  assert.deepEqual(
    [connection.pragma('application_id', { simple: true }), connection.pragma('journal_mode', { simple: true })],
    [applicationId, 'wal'],
  );
});

test('a database from a newer program is refused and left alone', (context) => {
  const home = temporaryFolder(context);
  openStore(home).close();
  const connection = new Database(databaseFile(home));
  connection.pragma('user_version = 999');
  connection.close();
  assert.throws(
    () => openStore(home),
    (error) =>
      error instanceof Expected &&
      error.message.startsWith(
        `The data folder was written by a newer Residua (layout 999; this one knows ${newest}).`,
      ),
  );
});

/** Remembers every statement that went through it. */
class ListeningHandle extends WriteHandle {
  readonly heard = new Set<string>();

  protected override statement(sql: string): Database.Statement {
    this.heard.add(sql);
    return super.statement(sql);
  }
}

test('every query but the list of all runs goes by an index', () => {
  const connection = new Database(':memory:');
  migrate(connection, migrations);
  const handle = new ListeningHandle(connection);
  const id = addRun(handle, exampleRun(), { pid: 1, start: '?' });
  const run = runNumber(handle, id);
  const writer = new PointWriter(handle);
  writer.append(
    run,
    Array.from({ length: 2500 }, (_, step) => ({ series: 'step/loss', step, value: step })),
  );
  const series = seriesNumber(handle, 'step/loss')!;
  for (const range of [{ points: 9 }, { points: 9000, fromStep: 10, toStep: 1500 }])
    readPoints(handle, run, series, range);
  writer.sealAll(run);
  addEvent(handle, run, { atMs: 1, kind: 'a', text: 'b' });
  addCheckpoint(handle, run, { step: 1, file: 'a', bytes: 1, sha256: 'b', atMs: 1, best: true, pinned: false });
  changeRun(handle, id, { step: 2 });
  for (const read of [
    () => readEvents(handle, run),
    () => readCheckpoints(handle, run, '/runs/x'),
    () => readRunDetail(handle, id),
    () => forksOf(handle, id),
    () => readSeriesOf(handle, run),
    () => liveRuns(handle),
    () => waitingRuns(handle),
    () => pacedRuns(handle),
    () => moveRun(handle, id, null),
    () => findRunId(handle, id.slice(0, 4)),
    () => readRunSettings(handle, [id]),
    () => readSeeds(handle, [id]),
    () => readTrash(handle),
    () => readSummary(handle, run, 'step/loss', { kind: 'last' }),
    () => readSummary(handle, run, 'step/loss', { kind: 'meanOfLast', count: 2000 }),
    () => readSummary(handle, run, 'step/loss', { kind: 'atBestEpoch', of: 'step/loss' }),
  ])
    read();
  listRuns(handle);
  deleteRun(handle, id);
  const plan = (sql: string) =>
    connection.prepare(`EXPLAIN QUERY PLAN ${sql.replaceAll('?', '1')}`).all() as { detail: string }[];
  const costly = [...handle.heard].flatMap((sql) =>
    plan(sql)
      .map(({ detail }) => `${detail}: ${/(?:FROM|INTO|UPDATE) \w+/.exec(sql)![0]}`)
      .filter((line) => /^SCAN (?!CONSTANT)|TEMP B-TREE|AUTOMATIC/.test(line)),
  );
  // The list of runs, the colours of the latest 23, the pace of the latest 30; and the names of series, of which each is
  // then looked up among the run's points.
  assert.deepEqual(costly.sort(), [...Array<string>(3).fill('SCAN runs: FROM runs'), 'SCAN series: FROM series']);
  assert.ok(handle.heard.size > 20);
});
