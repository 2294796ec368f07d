/** The page's files, read from one folder and from nowhere else. */
import { realpath, stat } from 'node:fs/promises';
import { createReadStream, existsSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

/** Where the built page lies: beside the bundle, or in `out` of the checkout. */
export function pageFolder(): string {
  const places = ['./page', '../../out/page'].map((path) => fileURLToPath(new URL(path, import.meta.url)));
  return places.find((place) => existsSync(place)) ?? (places[0] as string);
}

/**
 * The file that a path of an address means, null where there is none: never outside `root`, nothing hidden, no types that
 * the page does not have. Addresses of screens are in the fragment, so that `/` is the only path without a file of its name.
 */
export async function findFile(root: string, pathname: string): Promise<{ path: string; type: string } | null> {
  let decoded: string;
  try {
    decoded = decodeURIComponent(pathname);
  } catch {
    return null;
  }
  if (decoded.includes('\0') || decoded.includes('\\') || decoded.split('/').some((part) => part.startsWith('.')))
    return null;
  const wanted = resolve(root, `.${decoded === '/' ? '/index.html' : decoded}`);
  const type = types[extname(wanted).toLowerCase()];
  if (!type) return null;
  try {
    const [realRoot, real] = await Promise.all([realpath(root), realpath(wanted)]);
    if (!real.startsWith(realRoot + sep) || !(await stat(real)).isFile()) return null;
    return { path: real, type };
  } catch {
    return null;
  }
}

/** Sends a file; the page itself is never kept by the browser, what it refers to carries a hash in its name. */
export function sendFile(response: ServerResponse, file: { path: string; type: string }, withBody: boolean): void {
  const hashed = file.path.includes(`${sep}assets${sep}`);
  response.writeHead(200, {
    'content-type': file.type,
    'cache-control': hashed ? 'public, max-age=31536000, immutable' : 'no-store',
  });
  if (!withBody) return void response.end();
  const stream = createReadStream(file.path);
  stream.on('error', () => response.destroy());
  stream.pipe(response);
}

/** For the message where the page has not been built. */
export const pageExists = (root: string): boolean => existsSync(join(root, 'index.html'));
