import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fastCheck from 'fast-check';
import { answerRequest, assetPath } from '../../src-main/shell/assets.ts';

const folder = mkdtempSync(join(tmpdir(), 'residua-assets-'));
const root = join(folder, 'page');
mkdirSync(join(root, 'assets'), { recursive: true });
mkdirSync(join(folder, 'page-beside'));
writeFileSync(join(root, 'index.html'), 'the page');
writeFileSync(join(root, 'assets', 'index.js'), 'the program');
writeFileSync(join(root, '.hidden.json'), 'hidden');
for (const place of ['secret.json', 'page-beside/secret.json']) writeFileSync(join(folder, place), 'secret');
const get = async (url: string) => {
  const { status, body } = await answerRequest(root, { method: 'GET', url });
  return [status, body.toString()];
};

test('files of the page are served with their type and the policy', async () => {
  const { status, headers, body } = await answerRequest(root, { method: 'GET', url: 'app://residua/assets/index.js' });
  assert.deepEqual(
    [status, headers['content-type'], body.toString()],
    [200, 'text/javascript; charset=utf-8', 'the program'],
  );
  assert.match(headers['content-security-policy'] ?? '', /^default-src 'none'; script-src 'self';/);
  assert.deepEqual(await get('app://residua/'), [200, 'the page']);
});

test('what is not a file of the page is not found', async () => {
  const urls = [
    'app://residua/missing.js',
    'app://residua/assets',
    'app://residua/.hidden.json',
    'app://elsewhere/index.html',
    'file:///etc/passwd',
    'app://residua/..%2fsecret.json',
    'app://residua/%2e%2e%2fsecret.json',
    'app://residua/..%2fpage-beside%2fsecret.json',
    'app://residua/..%5csecret.json',
    'app://residua//etc/passwd.json',
    'app://residua/index.html%00.js',
    'not an address',
  ];
  for (const url of urls) assert.equal((await get(url))[0], 404, url);
  assert.equal((await answerRequest(root, { method: 'POST', url: 'app://residua/' })).status, 405);
});

test('no address leads out of the folder of the page', () => {
  const part = fastCheck.constantFrom(
    '..',
    '.',
    '%2e%2e',
    '%2E.',
    'assets',
    'page-beside',
    'secret.json',
    'index.js',
    '%2f',
    '%5c',
    '/',
    '\\',
    '%00',
    '~',
    'C:',
    '',
  );
  const joint = fastCheck.constantFrom('/', '%2f', '\\', '%5c', '//');
  const path = fastCheck.array(fastCheck.tuple(joint, fastCheck.oneof(part, fastCheck.string())), { maxLength: 8 });
  fastCheck.assert(
    fastCheck.property(
      fastCheck.constantFrom('app://residua', 'app://residua:80', 'app:', 'APP://RESIDUA'),
      path,
      (origin, parts) => {
        const found = assetPath(root, origin + parts.flat().join(''));
        return found === null || found.startsWith(`${root}/`);
      },
    ),
    { numRuns: 10_000 },
  );
});

test('a page that was not built says so', async () => {
  const empty = mkdtempSync(join(tmpdir(), 'residua-assets-'));
  const { status, body } = await answerRequest(empty, { method: 'GET', url: 'app://residua/' });
  assert.equal(status, 200);
  assert.match(body.toString(), /npm run build/);
});
