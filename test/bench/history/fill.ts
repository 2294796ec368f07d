/**
 * Fills a data folder with runs that nobody trained, as many and as long as a heavy user has after years:
 * `node test/bench/history/fill.ts HOME [RUNS] [POINTS]`. Curves go straight into sealed blocks, as core writes them.
 */
import { pathToFileURL } from 'node:url';
import Database from 'better-sqlite3';
import { databaseFile, openStore } from '../../../src-main/core/store/open.ts';
import { blockPoints } from '../../../src-main/core/store/points.ts';
import { pack } from '../../../src-main/core/store/packed.ts';
import type { SeriesName } from '../../../src-main/shared/contract.ts';
import { findPreset } from '../../../src-main/shared/network/presets.ts';
import { describe } from '../../../src-main/shared/network/cost.ts';
import { expand } from '../../../src-main/shared/network/expand.ts';
import { defaultRecipe } from '../../../src-main/shared/recipe.ts';
import { coarsen } from '../../../src-main/shared/run/curve.ts';
import type { Points } from '../../../src-main/shared/run/curve.ts';

/** The twelve series of a run here; each has as many points as the others. */
export const filledSeries = [
  'step/loss',
  'step/accuracy',
  'step/learningRate',
  'step/imagesPerSecond',
  'train/loss',
  'train/accuracy',
  'test/loss',
  'test/accuracy',
  'epoch/imagesPerSecond',
  'clock/trainingSeconds',
  'clock/wallSeconds',
  'device/utilisation',
] as const satisfies readonly SeriesName[];

const networks = ['resnet20', 'resnet110', 'resnet110-sd', 'wrn-16-4', 'resnet56', 'preresnet164'];
const dayMs = 86_400_000;

/** A number of 0 to 1 that depends on its arguments alone. */
function noise(a: number, b: number): number {
  const x = Math.sin(a * 12.9898 + b * 78.233) * 43758.5453;
  return x - Math.floor(x);
}

/** Values of a series: falling losses, rising accuracies, and what lies flat. */
function valueAt(series: SeriesName, run: number, share: number, step: number): number {
  const skill = 0.9 + 0.06 * noise(run, 1);
  const wobble = (noise(run, step) - 0.5) * 0.04 * (1 - 0.7 * share);
  if (series.endsWith('/accuracy')) return Math.min(1, skill * (1 - 0.85 * Math.exp(-6 * share)) + wobble);
  if (series.endsWith('/loss')) return 0.08 + 2.2 * Math.exp(-5 * share) + Math.abs(wobble);
  if (series === 'step/learningRate') return share < 0.5 ? 0.1 : share < 0.75 ? 0.01 : 0.001;
  if (series.endsWith('/imagesPerSecond')) return 2000 + 400 * wobble;
  return series.startsWith('clock/') ? step * 0.061 : 0.9 + wobble;
}

const levels = [1, 16, 64, 256];

export function fill(home: string, runs: number, points: number, note: (done: number) => void = () => undefined): void {
  const store = openStore(home);
  const made: { id: string }[] = [];
  const began = Date.now() - runs * dayMs * 0.1;
  store.transaction(() => {
    for (let index = 0; index < runs; index++) {
      const group = Math.floor(index / 5);
      const name = networks[group % networks.length] as string;
      const preset = findPreset(name);
      const seed = index % 5;
      const spec = { ...preset.spec, input: { height: 32, width: 32, channels: 3 }, classes: 10 };
      const recipe = {
        ...defaultRecipe,
        seed,
        learningRate: group % 7 === 0 ? 0.05 : 0.1,
        batch: group % 3 === 0 ? 64 : 128,
      };
      const isGroup = group % 2 === 0;
      const run = store.addRun({
        name: `${name} on CIFAR-10`,
        network: name,
        family: preset.family,
        parameters: describe(expand(spec)).parameters,
        data: group % 4 === 0 ? 'cifar100' : 'cifar10',
        dataName: group % 4 === 0 ? 'CIFAR-100' : 'CIFAR-10',
        seed,
        group: isGroup ? `group${group}` : null,
        deviceAsked: 'auto',
        steps: points,
        epochs: 164,
        spec,
        recipe,
        dataset: null,
        provenance: { version: 'bench' },
      });
      const isCrash = index % 31 === 30;
      const score = (series: 'test' | 'train', at: number) => ({
        loss: valueAt(`${series}/loss`, index, at, points),
        accuracy: valueAt(`${series}/accuracy`, index, at, points),
      });
      const startedAtMs = began + index * dayMs * 0.1;
      store.changeRun(run.id, {
        status: isCrash ? 'failed' : index % 37 === 36 ? 'stopped' : 'finished',
        device: { kind: 'gpu', name: 'Bench card', driver: '1', engine: '2.21.0' },
        startedAtMs,
        endedAtMs: startedAtMs + points * 61,
        step: isCrash ? 212 : points,
        epoch: isCrash ? 0.5 : 164,
        imagesPerSecond: 2000 + 300 * noise(index, 3),
        tags: index % 9 === 0 ? ['night'] : index % 14 === 0 ? ['baseline', 'night'] : [],
        starred: index % 50 === 0,
        ...(isCrash
          ? { failure: { code: 'training.diverged', details: { step: 212 } } }
          : { test: score('test', 1), train: score('train', 1), best: { epoch: 160, test: score('test', 0.99) } }),
      });
      made.push(run);
    }
  });
  // The names of the series, by the store's own way.
  store.appendPoints(
    made[0]!.id,
    filledSeries.map((series) => ({ series, step: 0, value: null })),
  );
  store.close();
  const database = new Database(databaseFile(home));
  database.pragma('synchronous = OFF');
  database.exec('DELETE FROM points');
  const numbers = new Map(
    (database.prepare('SELECT number, name FROM series').all() as { number: number; name: string }[]).map(
      ({ number, name }) => [name, number],
    ),
  );
  const insert = database.prepare(
    'INSERT INTO blocks (run, series, level, first_step, last_step, count, points) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const runNumber = database.prepare('SELECT number FROM runs WHERE id = ?').pluck();
  const fillRun = database.transaction((index: number) => {
    const number = runNumber.get(made[index]!.id);
    for (const series of filledSeries)
      for (let from = 0; from < points; from += blockPoints) {
        const count = Math.min(blockPoints, points - from);
        const block: Points = { steps: new Float64Array(count), values: new Float64Array(count) };
        for (let at = 0; at < count; at++) {
          const step = from + at + 1;
          block.steps[at] = step;
          block.values[at] = Math.fround(valueAt(series, index, step / points, step));
        }
        levels.forEach((neighbours, level) =>
          insert.run(
            number,
            numbers.get(series),
            level,
            from + 1,
            from + count,
            count,
            pack(level === 0 ? block : coarsen(block, neighbours)),
          ),
        );
      }
  });
  for (let index = 0; index < runs; index++) {
    fillRun(index);
    note(index + 1);
  }
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [home, runs = '1000', points = '10000'] = process.argv.slice(2);
  if (!home) throw new Error('Name the data folder to fill.');
  fill(home, Number(runs), Number(points), (done) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${runs} runs`);
  });
}
