import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fastCheck from 'fast-check';
import { linkIds } from '../../src-main/shared/desktop.ts';
import { readArguments } from '../../src-main/shell/arguments.ts';
import { links } from '../../src-main/shell/links.ts';
import { isReachable, recall, remember } from '../../src-main/shell/remembered.ts';
import { afterDeath, healthyAfterMs } from '../../src-main/shell/restart.ts';
import { openToken } from '../../src-main/core/imports/tokens.ts';
import { Tokens } from '../../src-main/shell/tokens.ts';

const folder = mkdtempSync(join(tmpdir(), 'residua-shell-'));

test('the command line names a data folder and files', () => {
  assert.deepEqual(
    readArguments(['--home', 'data', '--no-sandbox', '-r', '/x/loader.js', 'images.npz', '/abs/more'], '/here', {}),
    {
      home: '/here/data',
      files: ['/here/images.npz', '/abs/more'],
    },
  );
  assert.deepEqual(readArguments([], '/here', { RESIDUA_HOME: '/there' }), { home: '/there', files: [] });
  assert.deepEqual(readArguments(['--home=/other'], '/here', { RESIDUA_HOME: '/there' }), {
    home: '/other',
    files: [],
  });
});

test('a core that dies again and again is started with longer and longer waits', () => {
  const waits: [number, string][] = [];
  let inARow = 0;
  for (let death = 0; death < 10; death++) {
    const restart = afterDeath(inARow, 10);
    waits.push([restart.waitMs, restart.kind]);
    inARow = restart.inARow;
  }
  assert.deepEqual(waits, [
    [0, 'restarting'],
    [100, 'restarting'],
    [200, 'restarting'],
    [400, 'restarting'],
    [800, 'failed'],
    [1600, 'failed'],
    [3200, 'failed'],
    [6400, 'failed'],
    [10_000, 'failed'],
    [10_000, 'failed'],
  ]);
  assert.deepEqual(afterDeath(10, healthyAfterMs), { inARow: 1, waitMs: 0, kind: 'restarting' });
});

test('the window remembers its place, theme and language, and survives rubbish in their file', () => {
  const path = join(folder, 'window.json');
  const place = {
    bounds: { x: 5, y: 6, width: 1000, height: 700 },
    maximized: true,
    theme: 'dark',
    dataFolder: '/data',
    usedFolder: null,
    language: 'zh',
  } as const;
  const fresh = {
    bounds: null,
    maximized: false,
    theme: 'system',
    dataFolder: null,
    usedFolder: null,
    language: null,
  };
  assert.deepEqual(recall(path), fresh);
  remember(path, place);
  assert.deepEqual(recall(path), place);
  fastCheck.assert(
    fastCheck.property(fastCheck.oneof(fastCheck.string(), fastCheck.json()), (text) => {
      writeFileSync(path, text);
      assert.deepEqual(Object.keys(recall(path)).sort(), Object.keys(fresh).sort());
    }),
  );
  writeFileSync(path, readFileSync(path, 'utf8').slice(0, 3));
  assert.deepEqual(recall(path), fresh);
});

test('a window is put back only where a person can catch it', () => {
  const display = { x: 0, y: 0, width: 1920, height: 1080 };
  const at = (x: number, y: number) => isReachable({ x, y, width: 1000, height: 700 }, [display]);
  assert.deepEqual(
    [at(0, 0), at(1800, 500), at(1900, 0), at(-950, 0), at(0, 1060), at(0, -300)],
    [true, true, false, false, false, false],
  );
});

test('tokens stand for files and folders that a person chose, and for nothing else', async () => {
  const tokens = new Tokens();
  const file = join(folder, 'images.npz');
  writeFileSync(file, 'abc');
  mkdirSync(join(folder, 'images'));
  symlinkSync(file, join(folder, 'link.npz'));
  const { token, ...facts } = await tokens.mint(join(folder, 'link.npz'));
  assert.deepEqual(facts, { name: 'link.npz', kind: 'file', bytes: 3 });
  assert.equal(openToken(token, tokens.key), file);
  assert.throws(() => openToken(token, new Tokens().key), { name: 'Expected' });
  fastCheck.assert(
    fastCheck.property(fastCheck.nat(token.length - 1), fastCheck.constantFrom(...'abcXYZ019-_'), (at, letter) => {
      const changed = token.slice(0, at) + letter + token.slice(at + 1);
      if (Buffer.from(changed, 'base64url').equals(Buffer.from(token, 'base64url'))) return;
      assert.throws(() => openToken(changed, tokens.key), { name: 'Expected' });
    }),
  );
  assert.equal((await tokens.mint(join(folder, 'images'))).kind, 'folder');
  for (const path of [join(folder, 'missing'), '/dev/null', '/proc/self/fd/99'])
    await assert.rejects(tokens.mint(path), { name: 'Expected' }, path);
});

test('links lead to https addresses, one for each name', () => {
  assert.deepEqual(Object.keys(links).sort(), [...linkIds].sort());
  for (const address of Object.values(links)) assert.equal(new URL(address).protocol, 'https:');
});
