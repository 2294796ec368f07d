/** The page in Chinese with a real core: a run's log is said in Chinese, and no screen has a sentence in English. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { Desk, makeWorkplace } from '../core/service/fixtures/workplace.ts';
import { exampleSpec } from '../core/store/example.ts';
import { runSections } from '../../src-renderer/routes.ts';
import { keepPicture, servePages, skip } from './served.ts';

/** Four Latin words in a row: names of people, networks and datasets have fewer. */
const sentence = /(?:[A-Za-z][a-z’'-]+ ){3}[a-z’'-]+/;

/** What a person reads on the page, or hears of it. */
const wordsOn = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) found.push(walker.currentNode.textContent ?? '');
    for (const element of document.querySelectorAll('[aria-label], [aria-description], [placeholder], [alt]'))
      for (const name of ['aria-label', 'aria-description', 'placeholder', 'alt'])
        found.push(element.getAttribute(name) ?? '');
    return found;
  });

test('a log is in Chinese, and so is every screen with runs that ended well and badly', { skip }, async (context) => {
  const desk = new Desk(context, makeWorkplace(context));
  const network = { ...exampleSpec, name: 'small', input: null, classes: null };
  const good = await desk.start({ network, recipe: { duration: { epochs: 1 }, batch: 64 } });
  await desk.ended(good.id);
  const bad = await desk.start({
    network,
    recipe: { duration: { steps: 40 }, batch: 64, learningRate: 1000, weightDecay: 10 },
  });
  const step = (await desk.ended(bad.id)).failure?.details['step'];

  await using served = await servePages(desk.core);
  const page = await served.open('', { locale: 'zh-CN' });
  const english: string[] = [];
  const look = async (place: string) => {
    await served.go(page, place);
    await page.locator('main .screen').waitFor();
    // What a screen asks core for is there once nothing changes any more.
    for (let before = ''; ;) {
      const now = await page.locator('body').innerText();
      if (now === before) break;
      before = now;
      await page.waitForTimeout(200);
    }
    english.push(
      ...(await wordsOn(page)).filter((text) => sentence.test(text)).map((text) => `${place}: ${text.trim()}`),
    );
  };
  const logOf = async (run: string) => {
    await look(`#/runs/${run}/log`);
    const log = page.getByRole('region', { name: '日志' });
    await log.getByRole('row').nth(1).waitFor();
    return log.locator('td:last-child').allInnerTexts();
  };
  const [ended, failed] = [await logOf(good.id), await logOf(bad.id)];
  await keepPicture(page, 'log-chinese');
  assert.match(ended[0] ?? '', /^在 CPU .+ 上用 TensorFlow [\d.]+ 训练。$/);
  assert.match(ended.at(-1) ?? '', /^已完成，历时 .+，测试集准确率 [\d.]+%。$/);
  assert.match(failed.at(-1) ?? '', new RegExp(`^失败，历时 .+。在第 ${step as number} 步，损失不再是数值。$`));

  for (const section of runSections) for (const run of [good, bad]) await look(`#/runs/${run.id}/${section}`);
  const others = ['runs', `compare?runs=${good.id},${bad.id}`, 'design', 'design/resnet110-sd', 'data', 'data/digits'];
  for (const screen of [...others, 'queue', 'studies', 'studies/depth', 'engine', 'settings'])
    await look(`#/${screen}`);
  assert.deepEqual([english, served.wrong], [[], []]);
});
