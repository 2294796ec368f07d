/** Studies, served by a real core and in a real browser: one is started, ends, is kept as a file and read in Chinese. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import type { Page } from 'playwright-core';
import { serve } from '../../src-main/serve/serve.ts';
import { buildParts } from '../../src-main/setup/build.mjs';
import { checkoutFolder } from '../../src-main/setup/paths.mjs';
import { staleParts } from '../../src-main/setup/sources.mjs';
import { Desk, makeWorkplace } from '../core/service/fixtures/workplace.ts';

const executablePath = process.env['RESIDUA_TEST_CHROMIUM'] ?? '/usr/bin/chromium';
const skip = existsSync(executablePath) ? false : `no Chromium at ${executablePath}`;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found = await page.evaluate<{ id: string; impact: string; nodes: { target: string[] }[] }[]>(
    'axe.run().then(({ violations }) => violations)',
  );
  return found.flatMap(({ id, impact, nodes }) =>
    impact === 'serious' || impact === 'critical'
      ? [`${id} at ${nodes.map(({ target }) => target.join(' ')).join(', ')}`]
      : [],
  );
}

test('the three forms are compared from the page, kept as a report, and read in Chinese', { skip }, async (context) => {
  if (!process.env['RESIDUA_TEST_BUILT']) await buildParts(checkoutFolder(), staleParts(checkoutFolder()));
  const place = makeWorkplace(context);
  const desk = new Desk(context, place);
  const server = await serve(desk.core, { port: 0 });
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  context.after(() => Promise.all([browser.close(), server.close()]));
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const wrong: string[] = [];
  page.on('pageerror', ({ message }) => void wrong.push(message));
  page.on('console', (message) => void (message.type() === 'error' && wrong.push(message.text())));
  await page.goto(server.address);
  await page.getByRole('link', { name: 'Studies' }).click();
  await page.getByRole('link', { name: /Three forms of a block/ }).click();
  await page.getByLabel('Seeds').fill('2');
  await page.getByLabel('Device').selectOption('cpu');
  await page.getByRole('button', { name: 'Start the study' }).click();
  // The times of two repetitions may leave it open; what is equal is equal.
  const verdict = page.locator('.verdict .finding');
  await verdict.filter({ hasText: /Holds here|Not decided yet/ }).waitFor({ timeout: 0 });
  const rows = page.getByRole('region', { name: 'Part of the claim' }).locator('tbody tr');
  assert.equal(await rows.filter({ hasText: 'all of 2 repetitions' }).filter({ hasText: 'seen' }).count(), 6);

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Report as HTML' }).click(),
  ]);
  const report = await browser.newPage();
  const file = join(place.cache, download.suggestedFilename());
  await download.saveAs(file);
  await report.goto(pathToFileURL(file).href);
  await report.getByText('To repeat it').waitFor();
  const findings = [...(await seriousFindings(page)), ...(await seriousFindings(report))];

  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('button', { name: '简体中文' }).click();
  await page.goBack();
  await page.getByText('一个块的三种形式').waitFor();
  await page.emulateMedia({ colorScheme: 'dark' });
  findings.push(...(await seriousFindings(page)));
  assert.deepEqual([findings, wrong], [[], []]);
});
