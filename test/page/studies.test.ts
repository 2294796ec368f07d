/** Studies, served by a real core and in a real browser: one is started, ends, is kept as a file and read in Chinese. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { Desk, makeWorkplace } from '../core/service/fixtures/workplace.ts';
import { seriousFindings } from './accessible.ts';
import { servePages, skip } from './served.ts';

test('the three forms are compared from the page, kept as a report, and read in Chinese', { skip }, async (context) => {
  const place = makeWorkplace(context);
  const desk = new Desk(context, place);
  await using served = await servePages(desk.core);
  const page = await served.open();
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
  const report = await page.context().newPage();
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
  assert.deepEqual([findings, served.wrong], [[], []]);
});
