/**
 * TensorBoard's own reader and writer against ours: `node --test test/long/tensorboard.test.ts`. Installs tensorboard from
 * PyPI into the cache at the first time (about 100 MB).
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, test } from 'node:test';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { SeriesName } from '../../src-main/shared/contract.ts';
import { cacheFolder } from '../../src-main/setup/engine.mjs';
import { Desk, makeWorkplace } from '../core/service/fixtures/workplace.ts';

const version = '2.21.0';
const folder = join(cacheFolder(), 'bench', `tensorboard-${version}`);
const python = join(folder, 'bin', 'python');
const script = fileURLToPath(new URL('events.py', import.meta.url));

before(() => {
  if (existsSync(join(folder, 'installed'))) return;
  rmSync(folder, { recursive: true, force: true });
  execFileSync('python3', ['-m', 'venv', folder]);
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `tensorboard==${version}`]);
  writeFileSync(join(folder, 'installed'), '');
});

const ask = (...words: string[]): unknown =>
  JSON.parse(
    execFileSync(python, [script, ...words], { encoding: 'utf8', maxBuffer: 1e9, stdio: ['ignore', 'pipe', 'ignore'] }),
  );

function freshFolder(context: TestContext): string {
  const made = mkdtempSync(join(tmpdir(), 'residua-events-'));
  context.after(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

test("TensorBoard's reader finds every point that we export, at its step and time", async (context) => {
  const desk = new Desk(context, makeWorkplace(context));
  const rows = Array.from({ length: 3000 }, (_, index) => [index + 1, Math.sin(index) * 3, 1 / (index + 1)]);
  const table = `step,loss,lr\n${rows.map((row) => row.join(',')).join('\n')}\n`;
  const path = join(freshFolder(context), 'table.csv');
  writeFileSync(path, table);
  const [run] = await desk.client.call('history.import', { source: { paths: [path] } });
  const { name, bytes } = await desk.client.call('history.export', { runs: [run!.id], form: 'tensorboard' });
  const file = join(freshFolder(context), name);
  writeFileSync(file, bytes);
  const found = ask('read', file) as Record<string, [number, number, number][]>;
  assert.deepEqual(
    Object.fromEntries(
      Object.entries(found).map(([tag, points]) => [tag, points.map(([step, value]) => [step, value])]),
    ),
    {
      'train/loss': rows.map(([step, loss]) => [step, Math.fround(loss!)]),
      'step/learningRate': rows.map(([step, , rate]) => [step, Math.fround(rate!)]),
    },
  );
});

test("files of TensorBoard's writer are imported exactly", async (context) => {
  const desk = new Desk(context, makeWorkplace(context));
  const { file, written } = ask('write', freshFolder(context)) as {
    file: string;
    written: Record<string, [number, number][]>;
  };
  const [run] = await desk.client.call('history.import', { source: { paths: [file] } });
  const names: Record<string, SeriesName> = {
    'train/loss': 'train/loss',
    'epoch_accuracy/ünï': 'tag/epoch_accuracy/ünï',
    double: 'tag/double',
  };
  const curves = await desk.client.call('run.curves', {
    runs: [run!.id],
    series: [...Object.values(names), 'clock/wallSeconds'],
    points: 100_000,
  });
  const back = (series: SeriesName) => {
    const curve = curves.find((each) => each.series === series)!;
    return Array.from(curve.steps, (step, index) => [step, curve.values[index]]);
  };
  assert.deepEqual(Object.fromEntries(Object.entries(names).map(([tag, series]) => [tag, back(series)])), written);
  assert.deepEqual([run!.startedAtMs, run!.endedAtMs, back('clock/wallSeconds')[7]], [1_000_000, 1_499_000, [7, 7]]);
});
