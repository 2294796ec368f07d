/** Pixels of a dataset as a browser draws them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rgbaOf } from '../../../src-renderer/screens/data/pixels.ts';

test('one channel is grey, three are colours, each image from its own place', () => {
  const shape = { height: 1, width: 2, channels: 1 };
  assert.deepEqual([...rgbaOf(Uint8Array.of(9, 9, 10, 200), 1, shape)], [10, 10, 10, 255, 200, 200, 200, 255]);
  assert.deepEqual([...rgbaOf(Uint8Array.of(1, 2, 3), 0, { height: 1, width: 1, channels: 3 })], [1, 2, 3, 255]);
});
