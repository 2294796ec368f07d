/** What the page says about a run. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Run } from '../../../src-main/shared/contract.ts';
import {
  labelsOf,
  progressInWords,
  resultInWords,
  statusInWords,
  whenInWords,
} from '../../../src-renderer/words/run.ts';

const test99 = { loss: 0.05, accuracy: 0.986 };
const run = (changes: Partial<Run>): Run => ({
  id: 'a1',
  name: 'resnet20 on Digits',
  status: 'finished',
  phase: null,
  stopping: false,
  network: 'resnet20',
  family: 'resnet',
  parameters: 269_434,
  data: 'digits',
  dataName: 'Digits',
  seed: 1,
  group: null,
  place: 1,
  sweep: null,
  trial: null,
  pauseAt: null,
  deviceAsked: 'auto',
  device: null,
  createdAtMs: 0,
  startedAtMs: 0,
  endedAtMs: 18_000,
  step: 165,
  steps: 165,
  epoch: 15,
  epochs: 15,
  imagesPerSecond: 1158,
  secondsLeft: null,
  train: test99,
  test: test99,
  best: { epoch: 15, test: test99 },
  failure: null,
  colour: 0,
  removedAtMs: null,
  tags: [],
  note: '',
  starred: false,
  archivedAtMs: null,
  parent: null,
  ...changes,
});

test('a run that is over says its result in a sentence', () => {
  assert.deepEqual(
    [
      run({}),
      run({ best: { epoch: 12, test: { loss: 0.04, accuracy: 0.992 } } }),
      run({ test: null, best: null }),
      run({ status: 'stopped', step: 40, epoch: 3.6 }),
      run({ status: 'interrupted', step: 40, test: null }),
      run({ status: 'failed', failure: { code: 'training.diverged', details: { step: 7 } } }),
    ].map(resultInWords),
    [
      '98.6 % of the test images are right after 15 epochs in 18 s.',
      '98.6 % of the test images are right after 15 epochs in 18 s; the best was 99.2 % after epoch 12, chosen on the test split.',
      'Finished 165 steps in 18 s; the test images were not looked at.',
      'Stopped after 40 steps of 165 in 18 s: 98.6 % of the test images are right.',
      'Interrupted after 40 steps of 165. All points up to then are kept.',
      'The loss was no longer a number at step 7.',
    ],
  );
});

test('the status is a few words', () => {
  const words = (changes: Partial<Run>) => statusInWords(run(changes)).words;
  assert.deepEqual(
    [
      words({ status: 'queued' }),
      words({ status: 'preparing', phase: 'buildingGraph' }),
      words({ status: 'training', step: 104 }),
      words({ status: 'training', stopping: true }),
      words({ status: 'stopped', step: 104 }),
    ],
    ['queued', 'building graph', 'training 63 %', 'stopping', 'stopped at 63 %'],
  );
  assert.equal(
    progressInWords(run({ status: 'training', step: 104, secondsLeft: 1260, imagesPerSecond: 2097 })),
    '63 %, 21 min left, 2,097 images/s',
  );
});

test('runs of one name are told apart by seed, then by id', () => {
  const labels = labelsOf([
    { id: 'aaaaaaaa', name: 'one', seed: 1 },
    { id: 'bbbbbbbb', name: 'two', seed: 1 },
    { id: 'cccccccc', name: 'two', seed: 2 },
    { id: 'dddddddd', name: 'two', seed: 2 },
  ]);
  assert.deepEqual([...labels.values()], ['one', 'two #1', 'two #2 cccccc', 'two #2 dddddd']);
});

test('a moment is as short as it can be', () => {
  const now = new Date(2026, 10, 24, 14, 30).getTime();
  const at = (...parts: [number, number, number, number?, number?]) => whenInWords(new Date(...parts).getTime(), now);
  assert.deepEqual(
    [at(2026, 10, 24, 9, 5), at(2026, 10, 23, 23, 59), at(2026, 10, 21), at(2026, 9, 3), at(2025, 9, 3)],
    ['09:05', 'yesterday', 'Sat', '3 Oct', '3 Oct 2025'],
  );
});
