/** What a disk does wrong while a checkpoint is written, at every call, and what becomes of the run. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openDataset } from '../../../src-main/core/dataset/library.ts';
import { readCheckpoint } from '../../../src-main/core/training/checkpoint.ts';
import { writeProgram } from '../../../src-main/core/training/program.ts';
import { TrainingSession } from '../../../src-main/core/training/session.ts';
import { Supply } from '../../../src-main/core/training/supply.ts';
import { evaluationBatch, train } from '../../../src-main/core/training/train.ts';
import { Expected, inWords } from '../../../src-main/shared/failure.ts';
import { expand } from '../../../src-main/shared/network/expand.ts';
import { defaultRecipe } from '../../../src-main/shared/recipe.ts';
import type { Recipe } from '../../../src-main/shared/recipe.ts';
import type { RunEvent } from '../../../src-main/shared/run/event.ts';
import { faultyFiles } from '../../fixtures/faultyFiles.ts';
import type { Fault } from '../../fixtures/faultyFiles.ts';
import { engine, scratch } from '../network/engine.ts';
import { smallSpec } from '../network/specs.ts';

const data = openDataset(scratch, 'digits');
const { dataset } = data;
const recipe: Recipe = { ...defaultRecipe, duration: { steps: 9 }, batch: 256, evaluateEvery: 1 };
const augmentation = { crop: 1, cropFill: 'zero', flip: false, cutout: 0 } as const;
const program = writeProgram({
  plan: expand({ ...smallSpec, input: null, classes: null }, { input: dataset.image, classes: dataset.classes.length }),
  recipe,
  augmentation,
  mean: dataset.mean,
  deviation: dataset.deviation,
  held: dataset.splits.map(({ name, images }) => ({ name, images })),
  evaluationBatch: evaluationBatch(recipe),
});
const session = new TrainingSession(engine.binding, program, scratch);

/** Trains to the end, or until it is thrown out. */
async function trained(folder: string, resumeFrom: string | null, shouldStop = () => false) {
  const events: RunEvent[] = [];
  let thrown: unknown = null;
  try {
    for await (const event of train({
      run: 'run',
      session,
      data,
      supply: new Supply(data),
      recipe,
      augmentation,
      folder,
      resumeFrom,
      checkpointEveryMs: 0,
      shouldStop,
    }))
      events.push(event);
  } catch (failure) {
    thrown = failure;
  }
  const end = events.at(-1);
  const notes = events.flatMap((event) => (event.type === 'note' ? [inWords(event.text)] : []));
  const saved = events.flatMap((event) => (event.type === 'checkpoint' ? [event] : []));
  return { thrown, notes, saved, weights: end?.type === 'end' ? end.weights : null };
}

const freshFolder = () => mkdtempSync(join(scratch, 'faults-'));
const undisturbed = await trained(freshFolder(), null);

/** Every call on the way of a checkpoint from memory to its name. */
const sites: readonly Pick<Fault, 'call' | 'path'>[] = [
  { call: 'mkdirSync', path: /faults-/ },
  { call: 'openSync', path: /\.part$/ },
  { call: 'writeSync', path: /\.part$/ },
  { call: 'fsyncSync', path: /\.part$/ },
  { call: 'renameSync', path: /\.part$/ },
  { call: 'fsyncSync', path: /faults-\w+$/ },
];
const codes = { EIO: 'store.failing', EACCES: 'folder.denied' } as const;

/** Whatever was said to be saved is there and whole. */
function assertSaved({ saved }: Awaited<ReturnType<typeof trained>>): void {
  for (const { file, step } of saved) assert.equal(readCheckpoint(file, program).progress.step, step);
}

for (const { call, path } of sites) {
  for (const [code, failure] of Object.entries(codes) as ['EIO' | 'EACCES', string][])
    test(`${code} of ${call} on ${String(path)} is told, and the run goes on exactly from its last checkpoint`, async () => {
      const folder = freshFolder();
      // The second checkpoint fails.
      const first = await trained(folder, null, stopAfterSave(folder));
      assert.equal(first.saved.length, 1);
      const fault = faultyFiles({ call, path, code, times: 1 });
      const failing = await trained(folder, first.saved[0]!.file);
      fault.mend();
      assert.equal(fault.failed(), 1);
      assert.ok(failing.thrown instanceof Expected, String(failing.thrown));
      assert.deepEqual([failing.thrown.failure.code, failing.saved], [failure, []]);
      assert.deepEqual(
        readdirSync(folder).filter((name) => name.endsWith('.part')),
        [],
      );
      assertSaved(first);
      const resumed = await trained(folder, first.saved[0]!.file);
      assert.deepEqual([resumed.thrown, resumed.weights], [null, undisturbed.weights]);
      assertSaved(resumed);
    });

  test(`a disk that is full at ${call} on ${String(path)} holds the run until there is room`, async () => {
    const folder = freshFolder();
    const fault = faultyFiles({ call, path, code: 'ENOSPC', times: 2 });
    const outcome = await trained(folder, null);
    fault.mend();
    assert.equal(fault.failed(), 2);
    assert.equal(outcome.notes.length, 1);
    assert.match(outcome.notes[0]!, /^The disk is full: .*\. The run waits and goes on when there is room\.$/);
    assert.deepEqual([outcome.thrown, outcome.weights], [null, undisturbed.weights]);
    assertSaved(outcome);
  });
}

test('a run that is stopped on a full disk says that its last steps have no checkpoint', async () => {
  const folder = freshFolder();
  const fault = faultyFiles({ call: 'writeSync', path: /\.part$/, code: 'ENOSPC', times: 1000 });
  const outcome = await trained(folder, null, () => fault.failed() > 0);
  fault.mend();
  assert.deepEqual([outcome.thrown, outcome.saved, readdirSync(folder)], [null, [], []]);
  assert.match(outcome.notes.at(-1)!, /^No checkpoint of step \d+: The disk is full: .* There is none\.$/);
});

/** Stops once there is a checkpoint. */
function stopAfterSave(folder: string): () => boolean {
  return () => readdirSync(folder).some((name) => name.endsWith('.safetensors'));
}
