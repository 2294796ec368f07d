/** Questions about many runs: one number of a curve by every rule, the seeds of a recipe, the trash. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import fc from 'fast-check';
import { openStore } from '../../../src-main/core/store/open.ts';
import type { Store } from '../../../src-main/core/store/open.ts';
import { describe } from '../../../src-main/shared/network/cost.ts';
import { expand } from '../../../src-main/shared/network/expand.ts';
import type { SummaryChoice } from '../../../src-main/shared/contract.ts';
import type { Points } from '../../../src-main/shared/run/curve.ts';
import { Lexicon, runFields, settingFields } from '../../../src-main/shared/run/field.ts';
import type { HistoryRow } from '../../../src-main/shared/run/field.ts';
import { costOf, importedFamily, settingsOf } from '../../../src-main/shared/run/settings.ts';
import { summarise } from '../../../src-main/shared/run/summary.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { exampleRun } from './example.ts';

function freshStore(context: TestContext): Store {
  const store = openStore(temporaryFolder(context));
  context.after(() => store.close());
  return store;
}

const rules: SummaryChoice[] = [
  { kind: 'last' },
  { kind: 'best' },
  { kind: 'atBestEpoch', of: 'test/accuracy' },
  { kind: 'meanOfLast', count: 7 },
  { kind: 'meanOfLast', count: 1500 },
];

test('a number that is read without the whole curve is the one that the whole curve gives', (context) => {
  const store = freshStore(context);
  // Lengths around a sealed block and its tail, with gaps now and then.
  const values = fc.array(fc.option(fc.float({ noNaN: true, noDefaultInfinity: true }), { freq: 4 }), {
    minLength: 1,
    maxLength: 12,
  });
  fc.assert(
    fc.property(values, values, fc.constantFrom(0, 990, 2003), fc.boolean(), (loss, accuracy, before, sealed) => {
      const { id } = store.addRun(exampleRun());
      const curveOf = (own: readonly (number | null)[]): Points => {
        const all = [...Array.from({ length: before }, (_, index) => own[index % own.length]!), ...own];
        return {
          steps: Float64Array.from(all, (_, step) => 3 * step),
          // SQLite has no zero of its own for the negative side.
          values: Float64Array.from(all, (v) => (v === null ? NaN : v + 0)),
        };
      };
      const curves = { 'test/loss': curveOf(loss), 'test/accuracy': curveOf(accuracy) } as const;
      for (const [series, { steps, values: numbers }] of Object.entries(curves))
        store.appendPoints(
          id,
          [...steps].map((step, index) => ({ series, step, value: numbers[index]! })),
        );
      if (sealed) store.sealPoints(id);
      for (const rule of rules) {
        const wanted = (['test/loss', 'test/accuracy'] as const).map((series) =>
          summarise(
            series,
            curves[series],
            rule.kind === 'atBestEpoch'
              ? { kind: 'atBestEpoch', of: { series: rule.of, points: curves[rule.of as 'test/loss'] } }
              : rule,
          ),
        );
        assert.deepEqual(store.readSummaries([id], ['test/loss', 'test/accuracy'], rule), wanted);
      }
    }),
    { numRuns: 60 },
  );
});

test('the seeds of a recipe are found whoever started them, without the trash', (context) => {
  const store = freshStore(context);
  const add = (seed: number, change: Partial<Parameters<typeof exampleRun>[0]> = {}) => {
    const run = exampleRun({ seed, ...change });
    return store.addRun({ ...run, recipe: { ...run.recipe, seed } }).id;
  };
  const [second, first, removed, otherData] = [add(2), add(1), add(3), add(1, { data: 'cifar10' })];
  const other = exampleRun({ seed: 1 });
  store.addRun({ ...other, recipe: { ...other.recipe, seed: 1, learningRate: 0.5 } });
  store.changeRun(removed, { removedAtMs: 5 });
  assert.deepEqual(
    store.readSeeds([second, otherData, first]).map(({ asked, members }) => [asked, members.map(({ id }) => id)]),
    [
      [
        [second, first],
        [first, second],
      ],
      [[otherData], [otherData]],
    ],
  );
});

test('the trash knows the bytes of its checkpoints; a deleted run takes its points along', (context) => {
  const store = freshStore(context);
  const [kept, gone] = [store.addRun(exampleRun()).id, store.addRun(exampleRun()).id];
  for (const id of [kept, gone]) {
    store.appendPoints(id, [{ series: 'test/loss', step: 1, value: 2 }]);
    store.addCheckpoint(id, { step: 1, file: 'a', bytes: 100, sha256: 'b', atMs: 1, best: false, pinned: false });
    store.addCheckpoint(id, { step: 2, file: 'b', bytes: 11, sha256: 'b', atMs: 1, best: false, pinned: false });
  }
  store.changeRun(gone, { removedAtMs: 5 });
  assert.deepEqual(
    store.readTrash().map(({ run, bytes }) => [run.id, bytes]),
    [[gone, 111]],
  );
  store.deleteRun(gone);
  assert.deepEqual([store.readTrash(), store.listRuns().map(({ id }) => id)], [[], [kept]]);
  assert.throws(() => store.readCurve(gone, 'test/loss', { points: 9 }), /There is no run/);
});

test('settings tell recipe, network and cost of a run, and nothing of what came from another program', (context) => {
  const store = freshStore(context);
  const own = exampleRun();
  const ids = [own, exampleRun({ family: importedFamily })].map((run) => store.addRun(run).id);
  const settings = { ...settingsOf(own), ...costOf(own.spec) };
  assert.deepEqual(
    store.readRunSettings(ids).map((each) => each.settings),
    [settings, {}],
  );
  const { macs, depth } = describe(expand(own.spec));
  const lexicon = new Lexicon([...runFields, ...settingFields([settings])]);
  const row: HistoryRow = { run: store.readRun(ids[0]!), settings, number: () => null, nowMs: 0 };
  assert.deepEqual([lexicon.find('macs')?.value(row), lexicon.find('depth')?.value(row)], [macs, depth]);
});
