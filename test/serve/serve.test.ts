/** The served page against real sockets: who is let in, what is sent, and what never leaves. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import fc from 'fast-check';
import WebSocket from 'ws';
import { createCore } from '../../src-main/core/service/core.ts';
import { findFile } from '../../src-main/serve/files.ts';
import { serve } from '../../src-main/serve/serve.ts';
import { Client, socketPort } from '../../src-main/shared/port.ts';
import type { Socket } from '../../src-main/shared/port.ts';
import { makeWorkplace } from '../core/service/fixtures/workplace.ts';

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A request as a browser or an attacker would send it; the path goes out as it is written. */
function ask(port: number, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    sent.on('error', reject).end();
  });
}

async function open(context: TestContext) {
  const place = makeWorkplace(context);
  const page = join(place.cache, 'page');
  mkdirSync(join(page, 'assets'), { recursive: true });
  writeFileSync(join(page, 'index.html'), '<!doctype html><title>page</title>');
  writeFileSync(join(page, 'assets', 'main-abc.js'), 'export {};');
  writeFileSync(join(place.cache, 'secret.json'), '"secret"');
  symlinkSync(join(place.cache, 'secret.json'), join(page, 'link.json'));
  const core = createCore({ ...place, version: '0', commit: '0' });
  const server = await serve(core, { port: 0, page });
  context.after(async () => {
    await server.close();
    await core.close();
  });
  const url = new URL(server.address);
  const port = Number(url.port);
  const first = await ask(port, `/${url.search}`);
  const cookie = String(first.headers['set-cookie']?.[0]?.split(';')[0]);
  return { port, page, home: place.home, search: url.search, first, cookie };
}

/** The status of a refused upgrade, or the open socket. */
function connect(port: number, path: string, headers: Record<string, string>): Promise<WebSocket | number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
    socket.on('open', () => resolve(socket));
    socket.on('unexpected-response', (_request, response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    socket.on('error', reject);
  });
}

test('the token opens a session whose cookie scripts cannot read and other sites cannot send', async (context) => {
  const { first, port, cookie } = await open(context);
  const page = await ask(port, '/', { cookie });
  assert.deepStrictEqual(
    [
      first.status,
      first.headers.location,
      /; HttpOnly; SameSite=Strict; Path=\/$/.test(String(first.headers['set-cookie'])),
      page.status,
      page.text,
    ],
    [303, '/', true, 200, '<!doctype html><title>page</title>'],
  );
});

test('a link with the token on another page lets in, too, by a navigation of our own', async (context) => {
  const { port, search } = await open(context);
  const { status, headers, text } = await ask(port, `/${search}`, { 'sec-fetch-site': 'cross-site' });
  assert.deepStrictEqual([status, headers['set-cookie']?.length, /content="0;url=\/"/.test(text)], [200, 1, true]);
});

test('the page has a strict policy and is never kept; what has a hash in its name is', async (context) => {
  const { port, cookie } = await open(context);
  const [page, script] = [await ask(port, '/', { cookie }), await ask(port, '/assets/main-abc.js', { cookie })];
  assert.deepStrictEqual(
    [
      page.headers['cache-control'],
      page.headers['x-content-type-options'],
      script.headers['cache-control'],
      script.headers['content-type'],
    ],
    ['no-store', 'nosniff', 'public, max-age=31536000, immutable', 'text/javascript; charset=utf-8'],
  );
  const policy = String(page.headers['content-security-policy']).split('; ');
  assert.deepStrictEqual(
    ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"].filter(
      (part) => !policy.includes(part),
    ),
    [],
  );
});

test('requests without the token, from other names and from other pages are refused', async (context) => {
  const { port, cookie, search } = await open(context);
  const statuses = async (path: string, headers: Record<string, string>, method?: string) =>
    (await ask(port, path, headers, method)).status;
  assert.deepStrictEqual(
    [
      await statuses('/', {}),
      await statuses('/?token=wrong', {}),
      await statuses('/', { cookie: `${cookie.slice(0, -1)}x` }),
      await statuses(`/${search}`, { host: `evil.example:${port}` }),
      await statuses('/', { cookie, host: `127.0.0.1.evil.example:${port}` }),
      await statuses('/', { cookie, origin: 'http://evil.example' }),
      await statuses('/', { cookie, 'sec-fetch-site': 'cross-site' }),
      await statuses('/', { cookie }, 'POST'),
      await statuses('/', { cookie, host: 'localhost:8888' }),
    ],
    [403, 403, 403, 421, 421, 403, 403, 405, 200],
  );
});

test('a file is taken from our own page only, and is kept until it is imported', async (context) => {
  const { port, cookie, home } = await open(context);
  const origin = `http://127.0.0.1:${port}`;
  const send = (headers: Record<string, string>, body: Buffer) =>
    new Promise<Reply>((resolve, reject) => {
      const options = { host: '127.0.0.1', port, path: '/upload?name=b%C3%A4ume.zip', method: 'POST', headers };
      const sent = request({ ...options, agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      });
      sent.on('error', reject).end(body);
    });
  const body = Buffer.from('not an archive');
  const refused = [await send({ cookie }, body), await send({ origin }, body)];
  assert.deepStrictEqual(
    refused.map(({ status }) => status),
    [403, 403],
  );
  assert.equal(existsSync(join(home, 'uploads')), false);
  const taken = await send({ cookie, origin }, body);
  const { upload } = JSON.parse(taken.text) as { upload: string };
  assert.deepStrictEqual(
    [
      taken.status,
      readFileSync(join(home, 'uploads', upload)),
      readFileSync(join(home, 'uploads', `${upload}.name`), 'utf8'),
    ],
    [200, body, 'bäume.zip'],
  );
});

test('no path leads out of the page, to hidden files or through links', async (context) => {
  const { port, cookie, page } = await open(context);
  const paths = [
    '/../secret.json',
    '/%2e%2e/secret.json',
    '/..%2fsecret.json',
    '/link.json',
    '/.git/config',
    '/assets',
    '/index.html%00.js',
    '/\\..\\secret.json',
    '/%',
    '//secret.json',
  ];
  const replies = await Promise.all(paths.map((path) => ask(port, path, { cookie })));
  assert.deepStrictEqual(
    replies.map(({ status }) => status),
    paths.map(() => 404),
  );
  const part = fc.oneof(
    fc.constantFrom('..', '.', '%2e%2e', '%2f', '\\', 'assets', 'secret.json', 'main-abc.js', ''),
    fc.string({ maxLength: 4 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 6 }), async (parts) => {
      const found = await findFile(page, `/${parts.join('/')}`);
      assert.ok(
        found === null || (found.path.startsWith(`${page}/`) && !found.path.endsWith('secret.json')),
        JSON.stringify(found),
      );
    }),
    { numRuns: 2000 },
  );
});

test('the WebSocket carries the contract, for our own page only', async (context) => {
  const { port, cookie } = await open(context);
  const origin = `http://127.0.0.1:${port}`;
  const refused = [
    await connect(port, '/core', { cookie }),
    await connect(port, '/core', { cookie, origin: 'http://evil.example' }),
    await connect(port, '/core', { cookie, origin: `http://evil.example:${port}`, host: `evil.example:${port}` }),
    await connect(port, '/core', { origin }),
    await connect(port, '/other', { cookie, origin }),
  ];
  assert.deepStrictEqual(refused, [403, 403, 403, 401, 404]);
  const socket = (await connect(port, '/core', { cookie, origin })) as WebSocket;
  const client = new Client(socketPort(socket as unknown as Socket));
  const { pixels, labels } = await client.call('data.images', { data: 'digits', split: 'test', from: 0, count: 5 });
  assert.deepStrictEqual([pixels.length, labels.length], [5 * 64, 5]);
  client.close();
});

test('a socket that sends something else than frames loses its connection, and the others stay', async (context) => {
  const { port, cookie } = await open(context);
  const headers = { cookie, origin: `http://127.0.0.1:${port}` };
  const [bad, good] = [
    (await connect(port, '/core', headers)) as WebSocket,
    (await connect(port, '/core', headers)) as WebSocket,
  ];
  const closed = new Promise((resolve) => bad.on('close', resolve));
  bad.send('{"kind":"call"}');
  assert.strictEqual(await closed, 1002);
  const client = new Client(socketPort(good as unknown as Socket));
  assert.deepStrictEqual(await client.call('run.list', {}), []);
  client.close();
});

test('a port that is taken is said so', async (context) => {
  const { port } = await open(context);
  const core = createCore({ ...makeWorkplace(context), version: '0', commit: '0' });
  await assert.rejects(serve(core, { port }), { failure: { code: 'port.taken', details: { port } } });
});
