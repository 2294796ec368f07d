import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Publisher } from '../../../src-main/core/service/publish.ts';
import type { Change } from '../../../src-main/shared/contract.ts';
import type { Port } from '../../../src-main/shared/port.ts';

/** A port that keeps what is sent, over a carrier that is `pending` bytes behind. */
function listeningPort(pending: { bytes: number }) {
  const sent: Change[][] = [];
  let isClosed = false;
  const port: Port = {
    send: (message) => void sent.push((message as { changes: Change[] }).changes),
    onMessage: () => undefined,
    onClose: () => undefined,
    close: () => void (isClosed = true),
    pendingBytes: () => pending.bytes,
  };
  return { port, sent, isClosed: () => isClosed };
}

const points = (run: string, ...steps: number[]): Change => ({
  kind: 'points',
  run,
  series: 'step/loss',
  steps: Float64Array.from(steps),
  values: Float64Array.from(steps, (step) => 1 / step),
});
const notice = (text: string): Change => ({ kind: 'notice', level: 'info', text, run: null });

test('changes of a moment are one message: points joined, newest states only, nothing lost', () => {
  const publisher = new Publisher();
  const { port, sent } = listeningPort({ bytes: 0 });
  publisher.watch(port);
  const theme = (value: 'dark' | 'light'): Change => ({
    kind: 'settings',
    settings: { theme: value, language: 'system', device: 'auto', notify: true, views: [], queueHeld: false },
  });
  publisher.publish([points('a', 1, 2), notice('first'), theme('dark'), points('b', 1)]);
  publisher.publish([points('a', 3), notice('second'), theme('light')]);
  publisher.flush();
  publisher.close();
  assert.deepStrictEqual(sent, [
    [points('a', 1, 2, 3), notice('first'), theme('light'), points('b', 1), notice('second')],
  ]);
});

test('a watcher that is behind gets everything later, in one piece', () => {
  const publisher = new Publisher();
  const pending = { bytes: 1e9 };
  const { port, sent } = listeningPort(pending);
  publisher.watch(port);
  for (let step = 1; step <= 5; step++) {
    publisher.publish([points('a', step)]);
    publisher.flush();
  }
  const before = sent.length;
  pending.bytes = 0;
  publisher.flush();
  publisher.close();
  assert.deepStrictEqual([before, sent], [0, [[points('a', 1, 2, 3, 4, 5)]]]);
});

test('a watcher that is hopelessly behind loses its port, so that core keeps its memory', () => {
  const publisher = new Publisher();
  const { port, isClosed } = listeningPort({ bytes: 1e9 });
  publisher.watch(port);
  publisher.publish([points('a', ...new Float64Array(1000))]);
  const many = new Float64Array(2_000_001);
  publisher.publish([{ kind: 'points', run: 'a', series: 'step/loss', steps: many, values: many }]);
  publisher.flush();
  publisher.close();
  assert.strictEqual(isClosed(), true);
});
