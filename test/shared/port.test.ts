import assert from 'node:assert/strict';
import { duplexPair } from 'node:stream';
import { test } from 'node:test';
import { expected } from '../../src-main/shared/failure.ts';
import { Client, portPair, streamPort } from '../../src-main/shared/port.ts';
import type { Port } from '../../src-main/shared/port.ts';

const next = (port: Port) => new Promise((resolve) => port.onMessage(resolve));
const closed = (port: Port) => new Promise((resolve) => port.onClose(resolve));

test('a message with an attachment passes a byte stream', async () => {
  const [here, there] = duplexPair();
  const [sender, receiver] = [streamPort(here, here), streamPort(there, there)];
  sender.send({ pixels: Uint8Array.of(1, 2, 3) });
  assert.deepStrictEqual(await next(receiver), { pixels: Uint8Array.of(1, 2, 3) });
});

test('what was sent before a close still arrives', async () => {
  const [here, there] = duplexPair();
  const [sender, receiver] = [streamPort(here, here), streamPort(there, there)];
  sender.send('last words');
  sender.close();
  const message = await next(receiver);
  assert.deepStrictEqual([message, await closed(receiver)], ['last words', 'the other side ended']);
});

test('bytes that are no frame close the port with a reason', async () => {
  const [here, there] = duplexPair();
  const receiver = streamPort(there, there);
  here.write(Buffer.from('GET / HTTP/1.1\r\n'));
  assert.match(String(await closed(receiver)), /malformed frame/);
});

test('a client gets replies by id, failures as Expected, and changes', async () => {
  const [page, core] = portPair();
  core.onMessage((message) => {
    const { id, kind } = message as { id: number; kind: string };
    if (kind === 'watch') core.send({ kind: 'reply', id, ok: true, value: null });
    if (kind === 'watch')
      core.send({ kind: 'changes', changes: [{ kind: 'notice', level: 'info', text: 'hello', run: null }] });
    if (kind === 'call')
      core.send({ kind: 'reply', id, ok: false, failure: { code: 'run.unknown', details: { run: 'x' } } });
  });
  const client = new Client(page);
  const change = new Promise((resolve) => void client.watch(resolve));
  await assert.rejects(client.call('run.show', { run: 'x' }), expected('run.unknown', { run: 'x' }));
  assert.deepStrictEqual(await change, [{ kind: 'notice', level: 'info', text: 'hello', run: null }]);
});

test('open and later calls fail when the port closes', async () => {
  const [page, core] = portPair();
  const client = new Client(page);
  const open = client.call('run.list', {});
  core.close();
  const lost = { failure: { code: 'core.lost', details: { reason: { say: 'closed' } } } };
  await assert.rejects(open, lost);
  await assert.rejects(client.call('run.list', {}), lost);
});
