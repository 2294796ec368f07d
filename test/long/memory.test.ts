/** Long: about a minute. A training step must keep nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { openDataset } from '../../src-main/core/dataset/library.ts';
import { writeProgram } from '../../src-main/core/training/program.ts';
import { TrainingSession } from '../../src-main/core/training/session.ts';
import { Supply } from '../../src-main/core/training/supply.ts';
import { evaluationBatch, train } from '../../src-main/core/training/train.ts';
import { expand } from '../../src-main/shared/network/expand.ts';
import { findPreset } from '../../src-main/shared/network/presets.ts';
import type { Recipe } from '../../src-main/shared/recipe.ts';
import { engine, scratch } from '../core/network/engine.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Resident memory in bytes, without what only waits to be collected. */
function residentBytes(): number {
  collect();
  return process.memoryUsage.rss();
}

test('a thousand steps of ResNet-20 with evaluations let resident memory grow by less than 20 MB', async (context) => {
  const [warmUp, steps] = [200, 1000];
  const { spec, recipe: own } = findPreset('resnet20');
  const recipe: Recipe = { ...own, duration: { steps: warmUp + steps }, batch: 128, evaluateEvery: 5, seed: 1 };
  const data = openDataset(scratch, 'digits');
  const { image, classes, mean, deviation, splits } = data.dataset;
  const augmentation = { crop: 1, cropFill: 'zero', flip: false, cutout: 0 } as const;
  const program = writeProgram({
    plan: expand(spec, { input: image, classes: classes.length }),
    recipe,
    augmentation,
    mean,
    deviation,
    held: splits.map(({ name, images }) => ({ name, images })),
    evaluationBatch: evaluationBatch(recipe),
  });
  const session = new TrainingSession(engine.binding, program, scratch);
  const supply = new Supply(data);
  const run = {
    run: 'run',
    session,
    data,
    supply,
    recipe,
    augmentation,
    folder: null,
    resumeFrom: null,
    checkpointEveryMs: 30_000,
  };
  const resident = new Map<number, number>();
  for await (const event of train({ ...run, shouldStop: () => false })) {
    if (event.type === 'step' && event.step % 200 === 0) resident.set(event.step, residentBytes());
  }
  session.close();
  const megabytes = [...resident.values()].map((bytes) => Math.round(bytes / 1e5) / 10);
  context.diagnostic(`resident MB every 200 steps: ${megabytes.join(', ')}`);
  const growth = (resident.get(warmUp + steps) as number) - (resident.get(warmUp) as number);
  assert.ok(growth < 20e6, `${growth / 1e6} MB`);
});
