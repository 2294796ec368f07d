/** Every screen in both themes, served and in a real browser: no serious finding of axe, no error, nothing refused. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { serve } from '../../src-main/serve/serve.ts';
import type { Server } from '../../src-main/serve/serve.ts';
import { buildParts } from '../../src-main/setup/build.mjs';
import { checkoutFolder } from '../../src-main/setup/paths.mjs';
import { staleParts } from '../../src-main/setup/sources.mjs';
import { Replay } from './long/replay.ts';

const executablePath = process.env['RESIDUA_TEST_CHROMIUM'] ?? '/usr/bin/chromium';
const skip = existsSync(executablePath) ? false : `no Chromium at ${executablePath}`;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Finding {
  readonly id: string;
  readonly impact: string;
  readonly nodes: { readonly target: string[] }[];
}

/** Address and, where something is opened first, how. */
const screens: readonly (readonly [name: string, hash: string, open?: (page: Page) => Promise<unknown>])[] = [
  ['runs', '#/runs'],
  ['run', '#/runs/replay01'],
  ['recipe of a run', '#/runs/replay01/recipe'],
  ['network of a run', '#/runs/replay01/network'],
  ['device of a run', '#/runs/replay01/device'],
  ['log of a run', '#/runs/replay01/log'],
  ['chart as table', '#/runs/replay01', (page) => page.getByRole('button', { name: 'Show as table' }).first().click()],
  ['compare', '#/compare?runs=replay01'],
  ['nothing to compare', '#/compare'],
  ['design', '#/design/resnet110-sd'],
  ['data', '#/data'],
  ['queue', '#/queue'],
  ['new sweep', '#/queue', (page) => page.getByRole('button', { name: 'New sweep…' }).click()],
  ['engine', '#/engine'],
  ['settings', '#/settings'],
  ['new run', '#/runs', (page) => page.keyboard.press('n')],
  [
    'new run with all of its recipe',
    '#/runs',
    async (page) => {
      await page.keyboard.press('n');
      await page.getByText('More of the recipe').click();
      await page.getByLabel('Stop early').check();
      await page.getByLabel('When it diverges').selectOption('rollBack');
    },
  ],
  ['palette', '#/runs', (page) => page.keyboard.press('Control+k')],
  ['keys', '#/runs', (page) => page.keyboard.press('?')],
];

const replay = new Replay(2000);
let server: Server;
let browser: Browser;

before(async () => {
  if (skip) return;
  if (!process.env['RESIDUA_TEST_BUILT']) await buildParts(checkoutFolder(), staleParts(checkoutFolder()));
  replay.skipTo(1000);
  server = await serve(replay, { port: 0 });
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

for (const theme of ['light', 'dark'] as const) {
  test(`no screen has a serious finding, ${theme}`, { skip }, async () => {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      bypassCSP: false,
      colorScheme: theme,
    });
    const page = await context.newPage();
    const wrong: string[] = [];
    page.on('pageerror', ({ message }) => void wrong.push(message));
    page.on('console', (message) => void (message.type() === 'error' && wrong.push(message.text())));
    await page.goto(server.address);
    await page.getByText('resnet20 on Replay').first().waitFor();
    const found: string[] = [];
    for (const [name, hash, open] of screens) {
      await page.goto(new URL(`/${hash}`, server.address).href);
      await page.reload();
      await page.locator('main .screen').waitFor();
      await page.getByText('training 50 %').or(page.locator('h1')).or(page.locator('main header')).first().waitFor();
      await open?.(page);
      await page.evaluate(axe);
      const findings = await page.evaluate<Finding[]>('axe.run().then(({ violations }) => violations)');
      for (const { id, impact, nodes } of findings)
        if (impact === 'serious' || impact === 'critical')
          found.push(`${name}: ${id} at ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
    }
    assert.deepEqual([found, wrong], [[], []]);
    await context.close();
  });
}

test(
  'another language is spoken at once, where one is; every screen fits in it; the system decides where nobody did',
  {
    skip,
  },
  async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'zh-CN' });
    const page = await context.newPage();
    const wrong: string[] = [];
    page.on('pageerror', ({ message }) => void wrong.push(message));
    await page.goto(server.address);
    await page.getByRole('link', { name: '运行' }).waitFor();
    for (const [name, hash] of screens) {
      await page.goto(new URL(`/${hash}`, server.address).href);
      await page.locator('main .screen').waitFor();
      if (await page.evaluate('document.documentElement.scrollWidth > innerWidth')) wrong.push(`${name} is too wide`);
    }
    await page.goto(new URL('/#/settings', server.address).href);
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
    assert.deepEqual(
      [wrong, await page.evaluate('[document.documentElement.lang, location.hash]')],
      [[], ['en-GB', '#/settings']],
    );
    await page.getByRole('button', { name: 'As the system' }).nth(1).click();
    await page.getByRole('heading', { name: '设置', level: 1 }).waitFor();
    await context.close();
  },
);

test('everything in the list of runs is reached by keyboard', { skip }, async () => {
  const page = await browser.newPage();
  await page.goto(server.address);
  await page.locator('tbody tr').first().focus();
  await page.keyboard.press(' ');
  await page.getByRole('button', { name: 'Remove 1' }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(/#\/runs\/replay01$/);
  await page.keyboard.press('3');
  await page.waitForURL(/#\/design$/);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('replay');
  await page.keyboard.press('Enter');
  await page.waitForURL(/#\/runs\/replay01$/);
  await page.goBack();
  await page.waitForURL(/#\/design$/);
  await page.close();
});
