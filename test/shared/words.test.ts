import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as words from '../../src-main/shared/words.ts';

test('counts, sizes, shares and times read as people write them', () => {
  assert.deepStrictEqual([272_474, 40_813_184, 950, 11_689_512, 1_814_000_000, 5000].map(words.countInWords), [
    '0.27 M',
    '40.8 M',
    '950',
    '11.7 M',
    '1.81 G',
    '5 k',
  ]);
  assert.deepStrictEqual([512, 34_000, 1_234_567_890, 274e6].map(words.bytesInWords), [
    '512 bytes',
    '34 kB',
    '1.23 GB',
    '274 MB',
  ]);
  assert.deepStrictEqual([0.9342, 1, 0.99999, 0].map(words.shareInWords), ['93.4 %', '100.0 %', '99.9 %', '0.0 %']);
  assert.deepStrictEqual([0.21, 9.97, 42, 60, 65, 3599.7, 4320, 86_399, 273_600].map(words.durationInWords), [
    '0.2 s',
    '10 s',
    '42 s',
    '1 min',
    '1 min 5 s',
    '1 h',
    '1 h 12 min',
    '1 d',
    '3 d 4 h',
  ]);
  assert.deepStrictEqual([583.4, 7.21, 1234].map(words.speedInWords), [
    '583 images/s',
    '7.21 images/s',
    '1,234 images/s',
  ]);
  assert.deepStrictEqual([0.123456, 2.302585, 98_765.4, 1.0204e9, null].map(words.lossInWords), [
    '0.1235',
    '2.303',
    '98770',
    '1.02e9',
    'not a number',
  ]);
});

test('what is counted agrees with its number', () => {
  assert.deepStrictEqual(
    [0, 1, 1.0909, 1202].map((count) => words.counted(count, 'epoch')),
    ['0 epochs', '1 epoch', '1.09 epochs', '1,202 epochs'],
  );
});

test('near names are found by slips of the finger and by beginnings', () => {
  const names = ['resnet20', 'resnet110', 'resnext29-8x64d', 'wrn-28-10'];
  assert.deepStrictEqual(
    ['resnet2', 'rsenet20', 'resnext29', 'vgg16'].map((name) => words.nearNames(name, names)),
    [['resnet20'], ['resnet20'], ['resnext29-8x64d', 'resnet20'], []],
  );
});
