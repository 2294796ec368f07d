import assert from 'node:assert/strict';
import { test } from 'node:test';
import Database from 'better-sqlite3';
import { databaseFile, openStore } from '../../../src-main/core/store/open.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { allLines, startProgram } from './children.ts';
import { exampleRun } from './example.ts';

/** Kills a writer after some commits; returns its run and the number of points it was told are safe. */
async function killWriter(home: string, seed: number, commits: number): Promise<{ id: string; acknowledged: number }> {
  const program = startProgram('append', [home, String(seed)]);
  const lines: string[] = [];
  for await (const line of program.lines) {
    lines.push(line);
    if (lines.length === commits) program.process.kill('SIGKILL');
  }
  await program.gone;
  return { id: lines[0]!, acknowledged: lines.length > 1 ? Number(lines.at(-1)) : 0 };
}

test('a writer killed ten times loses no point that it was told is safe', async (context) => {
  const home = temporaryFolder(context);
  for (let seed = 1; seed <= 10; seed++) {
    const { id, acknowledged } = await killWriter(home, seed, 1 + ((seed * 37) % 40));
    const store = openStore(home);
    const { steps, values } = store.readCurve(id, 'step/loss', { points: 1_000_000 });
    const { run, events } = store.readRunDetail(id);
    assert.deepEqual(store.interrupted, [run]);
    store.close();
    assert.ok(steps.length >= acknowledged, `${steps.length} of ${acknowledged} points`);
    assert.deepEqual(
      steps,
      Float64Array.from(steps, (_, step) => step),
    );
    assert.deepEqual(
      values,
      steps.map((step) => 1 / (1 + step)),
    );
    assert.deepEqual([run.status, events.map((event) => event.kind)], ['interrupted', ['interrupted']]);
  }
  const connection = new Database(databaseFile(home));
  context.after(() => connection.close());
  assert.equal(connection.pragma('integrity_check', { simple: true }), 'ok');
});

test('programs that open one fresh folder at the same moment all get their runs', async (context) => {
  const home = temporaryFolder(context);
  const said = await Promise.all(
    [1, 2, 3, 4].map((seed) => allLines(startProgram('append', [home, String(seed), '3000']))),
  );
  const store = openStore(home);
  context.after(() => store.close());
  assert.deepEqual(
    store
      .listRuns()
      .map((run) => run.seed)
      .sort(),
    [1, 2, 3, 4],
  );
  assert.equal(new Set(store.listRuns().map((run) => run.colour)).size, 4);
  for (const lines of said)
    assert.equal(store.readCurve(lines[0]!, 'step/loss', { points: 2 }).stored, Number(lines.at(-1)));
});

test('a run of a living program is left alone', (context) => {
  const home = temporaryFolder(context);
  const first = openStore(home);
  context.after(() => first.close());
  const { id } = first.addRun(exampleRun());
  first.changeRun(id, { status: 'training' });
  const second = openStore(home);
  context.after(() => second.close());
  assert.deepEqual([second.interrupted, second.readRun(id).status], [[], 'training']);
});
