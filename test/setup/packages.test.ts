import assert from 'node:assert/strict';
import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { isModernNode, packagesAreFresh } from '../../src-main/setup/packages.mjs';
import { commitOf, fingerprint } from '../../src-main/setup/sources.mjs';
import { testFiles } from '../../src-main/setup/test.mjs';
import { temporaryFolder } from '../core/temporaryFolder.ts';

test('packages are fresh where npm noted every locked version, optional ones aside', (context) => {
  const checkout = temporaryFolder(context);
  const note = (path: string, packages: object) => {
    mkdirSync(join(checkout, 'node_modules'), { recursive: true });
    writeFileSync(join(checkout, path), JSON.stringify({ packages }));
  };
  const locked = {
    '': {},
    'node_modules/a': { version: '1.0.0' },
    'node_modules/b': { version: '2.0.0', optional: true },
  };
  const fresh: boolean[] = [];
  note('package-lock.json', locked);
  fresh.push(packagesAreFresh(checkout));
  for (const installed of [
    { 'node_modules/a': { version: '1.0.0' } },
    { 'node_modules/a': { version: '0.9.0' } },
    {},
  ]) {
    note('node_modules/.package-lock.json', installed);
    fresh.push(packagesAreFresh(checkout));
  }
  assert.deepEqual(fresh, [false, true, false, false]);
});

test('Node is new enough from 22.12', () => {
  assert.deepEqual(['v20.19.0', 'v22.11.9', 'v22.12.0', 'v24.0.0'].map(isModernNode), [false, false, true, true]);
});

test('a part is stale when a source, its time or the commit changes, and only then', (context) => {
  const checkout = temporaryFolder(context);
  const source = join(checkout, 'src-main', 'cli', 'index.ts');
  mkdirSync(join(checkout, 'src-main', 'cli'), { recursive: true });
  mkdirSync(join(checkout, 'src-renderer'));
  writeFileSync(source, 'one');
  utimesSync(source, 1, 1);
  const seen = () => [fingerprint(checkout, 'programs'), fingerprint(checkout, 'page')];
  const first = seen();
  writeFileSync(source, 'one');
  utimesSync(source, 1, 1);
  assert.deepEqual(seen(), first);
  writeFileSync(source, 'other');
  utimesSync(source, 1, 1);
  const second = seen();
  assert.deepEqual([second[0] === first[0], second[1] === first[1]], [false, true]);
  mkdirSync(join(checkout, '.git'));
  writeFileSync(join(checkout, '.git', 'HEAD'), 'a'.repeat(40));
  assert.notEqual(seen()[0], second[0]);
});

test('the commit is read from a reference, from packed references and from a bare head', (context) => {
  const checkout = temporaryFolder(context);
  const write = (path: string, text: string) => writeFileSync(join(checkout, '.git', path), text);
  const commits = [commitOf(checkout)];
  mkdirSync(join(checkout, '.git', 'refs', 'heads'), { recursive: true });
  write('HEAD', 'ref: refs/heads/main\n');
  write('refs/heads/main', `${'1'.repeat(40)}\n`);
  commits.push(commitOf(checkout));
  rmSync(join(checkout, '.git', 'refs', 'heads', 'main'));
  write('packed-refs', `# pack-refs with: peeled\n${'2'.repeat(40)} refs/heads/main\n`);
  commits.push(commitOf(checkout));
  write('HEAD', `${'3'.repeat(40)}\n`);
  commits.push(commitOf(checkout));
  assert.deepEqual(commits, ['unknown', '1'.repeat(40), '2'.repeat(40), '3'.repeat(40)]);
});

test('tests of folders with a command of their own are left out, and a pattern narrows the rest', (context) => {
  const folder = temporaryFolder(context);
  for (const path of [
    'core/a.test.ts',
    'core/fixtures/b.test.ts',
    'bench/c.test.ts',
    'long/d.test.ts',
    'shared/e.test.ts',
    'shared/e.ts',
  ]) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), '');
  }
  assert.deepEqual(
    [testFiles(folder), testFiles(folder, 'shared/')],
    [[join(folder, 'core/a.test.ts'), join(folder, 'shared/e.test.ts')], [join(folder, 'shared/e.test.ts')]],
  );
});
