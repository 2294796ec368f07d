/** Every screen in both themes, served and in a real browser: no serious finding of axe, no error, nothing refused. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { seriousFindings } from './accessible.ts';
import { Replay } from './long/replay.ts';
import { servePages, skip, themes } from './served.ts';
import type { Served } from './served.ts';

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
let served: Served;

before(async () => {
  if (skip) return;
  replay.skipTo(1000);
  served = await servePages(replay);
});
after(() => served?.[Symbol.asyncDispose]());

for (const theme of themes) {
  test(`no screen has a serious finding, ${theme}`, { skip }, async () => {
    const page = await served.open('', { colorScheme: theme });
    await page.getByText('resnet20 on Replay').first().waitFor();
    const found: string[] = [];
    for (const [name, hash, open] of screens) {
      await served.go(page, hash);
      await page.reload();
      await page.locator('main .screen').waitFor();
      await page.getByText('training 50 %').or(page.locator('h1')).or(page.locator('main header')).first().waitFor();
      await open?.(page);
      found.push(...(await seriousFindings(page)).map((finding) => `${name}: ${finding}`));
    }
    assert.deepEqual([found, served.wrong.splice(0)], [[], []]);
    await page.context().close();
  });
}

test(
  'another language is spoken at once, where one is; every screen fits in it; the system decides where nobody did',
  {
    skip,
  },
  async () => {
    const page = await served.open('', { locale: 'zh-CN' });
    const wide: string[] = [];
    await page.getByRole('link', { name: '运行' }).waitFor();
    for (const [name, hash] of screens) {
      await served.go(page, hash);
      await page.locator('main .screen').waitFor();
      if (await page.evaluate('document.documentElement.scrollWidth > innerWidth')) wide.push(name);
    }
    await served.go(page, '#/settings');
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
    assert.deepEqual(
      [wide, served.wrong.splice(0), await page.evaluate('[document.documentElement.lang, location.hash]')],
      [[], [], ['en-GB', '#/settings']],
    );
    await page.getByRole('button', { name: 'As the system' }).nth(1).click();
    await page.getByRole('heading', { name: '设置', level: 1 }).waitFor();
    await page.context().close();
  },
);

test('everything in the list of runs is reached by keyboard', { skip }, async () => {
  const page = await served.open();
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
  await page.context().close();
});
