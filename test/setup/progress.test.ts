import assert from 'node:assert/strict';
import test from 'node:test';
import { describeProgress, measure, progressLine } from '../../src-main/setup/progress.mjs';

test('speed is that of the last seconds, and time left follows from it', () => {
  const at = measure('Downloading', 100e6);
  at(0, 0);
  at(50e6, 60_000);
  at(52e6, 62_000);
  const { bytesPerSecond, secondsLeft } = at(60e6, 64_000);
  assert.deepEqual([bytesPerSecond, secondsLeft], [2.5e6, 16]);
});

test('progress is worded with size, speed and time left, as far as they are known', () => {
  const progress = {
    phase: 'Downloading',
    doneBytes: 120e6,
    totalBytes: 274e6,
    bytesPerSecond: 8.1e6,
    secondsLeft: 19,
  };
  assert.deepEqual(
    [
      describeProgress(progress),
      describeProgress({ ...progress, bytesPerSecond: 0.2e6, secondsLeft: 770 }),
      describeProgress({ ...progress, doneBytes: 274e6, secondsLeft: 0 }),
      describeProgress({ ...progress, doneBytes: 0, totalBytes: 0 }),
    ],
    [
      'Downloading: 120 of 274 MB, 8.1 MB/s, 19 s left',
      'Downloading: 120 of 274 MB, 0.2 MB/s, 13 min left',
      'Downloading: 274 of 274 MB, 8.1 MB/s',
      'Downloading',
    ],
  );
});

test('a stream that is no terminal gets a line per phase and one every five seconds', () => {
  let nowMs = 0;
  const lines: string[] = [];
  const line = progressLine({ write: (text) => lines.push(text) }, () => nowMs);
  const show = (phase: string, doneBytes: number) =>
    line.show({ phase, doneBytes, totalBytes: 100e6, bytesPerSecond: 0, secondsLeft: null });
  for (; nowMs <= 10_000; nowMs += 1000) show('Downloading', nowMs * 1000);
  show('Unpacking', 0);
  line.say('Done.');
  assert.deepEqual(lines, [
    'Downloading: 0.0 of 100 MB\n',
    'Downloading: 5.0 of 100 MB\n',
    'Downloading: 10 of 100 MB\n',
    'Unpacking: 0.0 of 100 MB\n',
    'Done.\n',
  ]);
});

test('a terminal gets one line that renews itself and fits its width', () => {
  const written: string[] = [];
  const line = progressLine({ write: (text) => written.push(text), isTTY: true, columns: 20 }, () => 0);
  line.show({ phase: 'Downloading a long name', doneBytes: 0, totalBytes: 0, bytesPerSecond: 0, secondsLeft: null });
  line.close();
  assert.deepEqual(written, ['\r\x1b[2KDownloading a long ', '\n']);
});
