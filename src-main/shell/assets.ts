/** The page's files, and nothing else, for the requests of the window. */
import { readFile } from 'node:fs/promises';
import { extname, isAbsolute, relative, resolve, sep } from 'node:path';
import { pageHeaders, pageOrigin } from '../shared/policy.ts';
import type { PageAnswer } from './differences.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

const placeholder = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Residua</title>
<body><h1>Residua</h1><p>The page has not been built. Run <code>npm run build</code>.</p></body></html>`;

/**
 * The file below `root` that a URL of ours names, or null: another origin, a path that leaves `root`, hidden files,
 * types that the page has no use for.
 */
export function assetPath(root: string, url: string): string | null {
  let parsed: URL;
  let name: string;
  try {
    parsed = new URL(url);
    name = decodeURIComponent(parsed.pathname);
  } catch {
    return null;
  }
  if (`${parsed.protocol}//${parsed.host}` !== pageOrigin) return null;
  if (name.includes('\0') || name.includes('\\')) return null;
  const path = resolve(root, `.${name.endsWith('/') ? `${name}index.html` : name}`);
  const inside = relative(root, path);
  if (inside === '' || isAbsolute(inside) || inside === '..' || inside.startsWith(`..${sep}`)) return null;
  if (inside.split(sep).some((part) => part.startsWith('.'))) return null;
  return Object.hasOwn(types, extname(path)) ? path : null;
}

const answer = (status: number, type: string, body: Buffer): PageAnswer => ({
  status,
  headers: { ...pageHeaders, 'content-type': type, 'cache-control': 'no-cache' },
  body,
});

/** Answers one request. Never throws; whatever is not a file of the page is 404. */
export async function answerRequest(root: string, request: { method: string; url: string }): Promise<PageAnswer> {
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return answer(405, 'text/plain; charset=utf-8', Buffer.from('Only GET and HEAD.'));
  const path = assetPath(root, request.url);
  try {
    if (path) return answer(200, types[extname(path)] as string, await readFile(path));
  } catch {
    if (path === resolve(root, 'index.html')) return answer(200, 'text/html; charset=utf-8', Buffer.from(placeholder));
  }
  return answer(404, 'text/plain; charset=utf-8', Buffer.from('Not a file of the page.'));
}
