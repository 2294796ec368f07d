/**
 * What `npm run dist` packages, tried as on a new machine: `npm run test:package` packages the runtime for development
 * under another name, starts it on an empty home without a compiler, installs the engine from the Engine screen, trains
 * an epoch of digits, imports a folder of images, and removes the engine again.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { _electron } from 'playwright-core';
import type { ElectronApplication, Page } from 'playwright-core';
import type {} from '../../src-main/shared/desktop.ts';
import { dist, standInName } from '../../src-main/setup/dist.mjs';
import { patiently } from '../desktop/film.ts';
import { commandOf, running } from '../desktop/processes.ts';
import { checkout, display, endApp, picture, prepared } from '../desktop/window.ts';

const root = mkdtempSync(join(tmpdir(), 'residua-package-'));
const place = (name: string) => join(root, name);
const app = place('app/linux-unpacked');
/** Downloading 0.3 GB may take its time. */
const install = { timeout: 10 * 60_000 } as const;
let opened: ElectronApplication;
let page: Page;

/** A folder with all programs of this machine but its compilers. */
function withoutCompilers(): string {
  const folder = place('bin');
  mkdirSync(folder);
  for (const from of (process.env['PATH'] ?? '').split(delimiter))
    for (const name of existsSync(from) ? readdirSync(from) : [])
      if (!/(^|-)(g\+\+|gcc|c\+\+|cc|clang|clang\+\+)(-[\d.]+)?$/.test(name) && !existsSync(join(folder, name)))
        symlinkSync(join(from, name), join(folder, name));
  return folder;
}

const environment = {
  PATH: withoutCompilers(),
  HOME: place('person'),
  RESIDUA_CACHE: place('cache'),
  RESIDUA_HOME: place('home'),
};

before(async () => {
  const { args, environment: added } = await prepared();
  await dist({ checkout, output: place('app'), standIn: true, dir: true, built: true });
  mkdirSync(environment.HOME);
  const env = { ...process.env, ...added, ...environment, DISPLAY: await display() };
  opened = await _electron.launch({
    executablePath: join(app, standInName),
    args: args.filter((argument) => argument === '--no-sandbox'),
    env: Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined)),
  });
  page = await opened.firstWindow();
}, install);
after(async () => {
  if (opened) await endApp(opened);
  rmSync(root, { recursive: true, force: true });
}, install);

test('it runs on the Node and the core that it brings', { timeout: 60_000 }, async () => {
  await page.getByRole('link', { name: 'Engine' }).first().click();
  await page.getByText('Not installed yet.').waitFor();
  const [core] = running(opened.process().pid ?? 0, 'core.mjs');
  assert.equal(commandOf(core ?? 0).split(' ')[0], join(app, 'resources', 'node', 'bin', 'node'));
});

test('the Engine screen installs the engine, with size, speed, pause and the prebuilt addon', install, async () => {
  await page.getByRole('button', { name: 'Install' }).click();
  await page.getByText(/ of 274 MB/).waitFor(install);
  await page.getByText(/B\/s$/).waitFor(install);
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByText('paused', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByText('Ready to train.').waitFor(install);
  await picture(page, 'packaged-engine');
  const [engine] = readdirSync(join(environment.RESIDUA_CACHE, 'engine'));
  const note = JSON.parse(readFileSync(join(environment.RESIDUA_CACHE, 'engine', engine ?? '', 'engine.json'), 'utf8'));
  assert.equal((note as { addon: string }).addon, 'prebuilt');
});

test('it trains an epoch of digits', install, async () => {
  await page.keyboard.press('n');
  await page.getByLabel('Dataset').selectOption('digits');
  await page.getByLabel('Epochs', { exact: true }).fill('1');
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  const sentence = page.locator('.result .sentence');
  await sentence.waitFor(patiently);
  assert.match(await sentence.innerText(), /^\d+\.\d % of the test images/);
});

test('its programs read images and answer on the command line', { timeout: 120_000 }, async () => {
  for (const label of ['circle', 'square']) {
    mkdirSync(place(`images/${label}`), { recursive: true });
    for (const number of [1, 2, 3])
      cpSync(join(checkout, 'resources', 'icon.png'), place(`images/${label}/${number}.png`));
  }
  const node = join(app, 'resources', 'node', 'bin', 'node');
  const command = [join(app, 'resources', 'core', 'out', 'cli.mjs'), 'data', 'add', place('images'), '--json'];
  const { stdout } = await promisify(execFile)(node, command, { env: { ...process.env, ...environment } });
  assert.match(stdout, /"classes":\["circle","square"\]/);
});

test('the Engine screen removes the engine', { timeout: 60_000 }, async () => {
  await page.getByRole('link', { name: 'Engine' }).first().click();
  await page.getByRole('button', { name: 'Remove' }).click();
  await page.getByText('Not installed yet.').waitFor();
  assert.deepEqual(readdirSync(join(environment.RESIDUA_CACHE, 'engine')), []);
});
