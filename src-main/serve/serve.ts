/**
 * The page in a browser: HTTP and WebSocket on the loopback interface only.
 *
 * The address carries a token; the first request with it gets a cookie and is sent on without the token. Everything else
 * needs the cookie. The WebSocket at `/core` carries the frames of shared/frame.ts; files are sent to `/upload`.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Core } from '../core/service/core.ts';
import { expected, failureOf } from '../shared/failure.ts';
import { frameLimits } from '../shared/frame.ts';
import { socketPort } from '../shared/port.ts';
import type { Socket } from '../shared/port.ts';
import { Access } from './access.ts';
import { findFile, pageExists, pageFolder, sendFile } from './files.ts';

const host = '127.0.0.1';
const pingMs = 30_000;

/** `address`: the host and port that the browser named, after they were checked. */
const securityHeaders = (address: string): Record<string, string> => ({
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' blob: data:",
    "font-src 'self'",
    // Browsers differ in whether 'self' covers WebSockets.
    `connect-src 'self' ws://${address}`,
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=()',
});

export interface Server {
  /** With the token: whoever has it may use this program. */
  readonly address: string;
  close(): Promise<void>;
}

export interface ServeOptions {
  /** 0: any free one. */
  readonly port: number;
  /** Folder of the built page. */
  readonly page?: string;
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
  response.end(`${text}\n`);
}

/** Gives the cookie for the token and goes on without the token in the address. */
function letIn(request: IncomingMessage, response: ServerResponse, access: Access): void {
  const headers = { 'set-cookie': access.setCookie, 'cache-control': 'no-store' };
  if (request.headers['sec-fetch-site'] !== 'cross-site') {
    response.writeHead(303, { ...headers, location: '/' });
    return void response.end();
  }
  // Somebody followed a link on another page: a redirect would still count as that page's, and go without the cookie.
  response.writeHead(200, { ...headers, 'content-type': 'text/html; charset=utf-8' });
  response.end('<!doctype html><meta http-equiv="refresh" content="0;url=/"><title>Residua</title>');
}

/** Takes a file that the page sends: the answer is `{ upload }`, its id for `data.inspect`, or `{ failure }`. */
async function takeUpload(request: IncomingMessage, response: ServerResponse, core: Core, name: string) {
  const send = (status: number, value: object) => {
    response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(JSON.stringify(value));
  };
  try {
    send(200, { upload: await core.receive(name, request, Number(request.headers['content-length'] ?? 0)) });
  } catch (thrown) {
    const failure = failureOf(thrown);
    if (failure.code === 'bug' && !request.destroyed) console.error(thrown);
    send(failure.code === 'bug' ? 500 : 507, { failure });
    // What was not taken is read past, so that the answer arrives.
    request.resume();
  }
}

interface House {
  readonly core: Core;
  readonly access: Access;
  /** Folder of the built page. */
  readonly page: string;
  readonly port: number;
}

async function answer(request: IncomingMessage, response: ServerResponse, { core, access, page, port }: House) {
  const known = access.isOurHost(request);
  const headers = securityHeaders(known ? (request.headers.host as string) : `${host}:${port}`);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (!known) return refuse(response, 421, 'This is not the address of this page.');
  const url = new URL(`http://${host}:${port}${request.url ?? '/'}`);
  const isUpload = request.method === 'POST' && url.pathname === '/upload';
  if (request.method !== 'GET' && request.method !== 'HEAD' && !isUpload)
    return refuse(response, 405, 'Only GET is answered.');
  if (url.pathname === '/' && access.hasToken(url.searchParams.get('token'))) return letIn(request, response, access);
  if (!access.isOurOrigin(request, isUpload)) return refuse(response, 403, 'Other pages may not use this one.');
  if (!access.hasSession(request))
    return refuse(response, 403, 'Open the address with the token that the program printed when it started.');
  if (isUpload) return takeUpload(request, response, core, url.searchParams.get('name') ?? 'upload');
  const file = await findFile(page, url.pathname);
  if (file) return sendFile(response, file, request.method === 'GET');
  if (url.pathname === '/' && !pageExists(page))
    return refuse(response, 503, 'The page has not been built: run npm run build.');
  refuse(response, 404, 'There is nothing here.');
}

/** Refuses a WebSocket before it is one. */
function refuseSocket(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/** Serves until closed. @throws {Expected} `port.taken` where the port is in use or not allowed */
export async function serve(core: Core, options: ServeOptions): Promise<Server> {
  const page = options.page ?? pageFolder();
  // A large file may take its time; headers keep Node's usual limit.
  const server = createServer({ requestTimeout: 0 });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE' || error.code === 'EACCES' ? expected('port.taken', { port: options.port }) : error,
      ),
    );
    server.listen(options.port, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const access = new Access(port);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: frameLimits.bytes, perMessageDeflate: false });
  server.on('request', (request, response) => {
    answer(request, response, { core, access, page, port }).catch(() => response.destroy());
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    if (!access.isOurHost(request) || !access.isOurOrigin(request, true)) return refuseSocket(socket, '403 Forbidden');
    if (!access.hasSession(request)) return refuseSocket(socket, '401 Unauthorized');
    if (request.url !== '/core') return refuseSocket(socket, '404 Not Found');
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on('error', () => webSocket.terminate());
      core.connect(socketPort(webSocket as unknown as Socket));
    });
  });
  // Keeps tunnels (SSH) open, and notices those that are gone.
  const pings = setInterval(() => {
    for (const socket of sockets.clients) socket.ping();
  }, pingMs);
  return {
    address: `http://${host}:${port}/?token=${access.token}`,
    async close() {
      clearInterval(pings);
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
