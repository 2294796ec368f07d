import assert from 'node:assert/strict';
import { Duplex } from 'node:stream';
import { test } from 'node:test';
import fastCheck from 'fast-check';
import { acceptChannels, openChannels, streamEnds } from '../../src-main/shared/channel.ts';
import { streamPort } from '../../src-main/shared/port.ts';
import type { Port } from '../../src-main/shared/port.ts';

/** Two ends of a pipe whose bytes arrive in chunks of the given size. */
function pipePair(chunkBytes: number): [Duplex, Duplex] {
  const make = (other: () => Duplex): Duplex =>
    new Duplex({
      read() {},
      write(chunk: Buffer, _encoding, done) {
        for (let at = 0; at < chunk.length; at += chunkBytes) other().push(chunk.subarray(at, at + chunkBytes));
        done();
      },
      destroy(_error, done) {
        if (!other().destroyed) other().push(null);
        done(null);
      },
    });
  const left: Duplex = make(() => right);
  const right: Duplex = make(() => left);
  return [left, right];
}

/** A core that answers every message with [number of its channel, message]. */
function echoing(pipe: Duplex): Port[] {
  const ports: Port[] = [];
  acceptChannels(
    pipe,
    (reading, writing) => {
      const port = streamPort(reading, writing);
      const number = ports.push(port);
      port.onMessage((message) => port.send([number, message]));
    },
    () => undefined,
  );
  return ports;
}

const answer = (port: Port) => new Promise((resolve) => port.onMessage(resolve));
const closed = (port: Port) => new Promise((resolve) => port.onClose(resolve));

test('messages of several channels share a pipe and stay apart, however the bytes are cut', async () => {
  await fastCheck.assert(
    fastCheck.asyncProperty(
      fastCheck.integer({ min: 1, max: 64 }),
      fastCheck.array(fastCheck.string(), { minLength: 1, maxLength: 5 }),
      async (chunkBytes, texts) => {
        const [shellSide, coreSide] = pipePair(chunkBytes);
        echoing(coreSide);
        const channels = openChannels(shellSide, () => undefined);
        const answers = await Promise.all(
          texts.map((text) => {
            const ends = streamEnds(channels.open());
            const port = streamPort(ends, ends);
            port.send(text);
            return answer(port);
          }),
        );
        assert.deepEqual(
          answers,
          texts.map((text, index) => [index + 1, text]),
        );
      },
    ),
    { numRuns: 40 },
  );
});

test('rubbish on one channel closes that one only', async () => {
  const [shellSide, coreSide] = pipePair(1000);
  echoing(coreSide);
  const channels = openChannels(shellSide, () => undefined);
  const bad = channels.open();
  const badClosed = new Promise<void>((resolve) => bad.onClose(resolve));
  bad.send(new Uint8Array(100).fill(0xff));
  await badClosed;
  const ends = streamEnds(channels.open());
  const good = streamPort(ends, ends);
  good.send('still there');
  assert.deepEqual(await answer(good), [2, 'still there']);
});

test('the end of the pipe closes every channel on both sides', async () => {
  const [shellSide, coreSide] = pipePair(1000);
  const corePorts = echoing(coreSide);
  const ended = new Promise<void>((resolve) => {
    const channels = openChannels(shellSide, resolve);
    const ends = streamEnds(channels.open());
    streamPort(ends, ends).send('hello');
  });
  await new Promise((resolve) => setImmediate(resolve));
  const coreClosed = Promise.all(corePorts.map(closed));
  coreSide.destroy();
  await ended;
  assert.equal((await coreClosed).length, 1);
});

test('a length that nobody may announce ends the pipe', async () => {
  const [shellSide, coreSide] = pipePair(1000);
  const ended = new Promise<void>((resolve) => acceptChannels(coreSide, () => undefined, resolve));
  shellSide.write(Buffer.from([2, 0, 0, 0, 1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]));
  await ended;
});
