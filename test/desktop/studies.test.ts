/** A study in a real window: started from its page, decided, kept as a report, opened, and read in Chinese. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ElectronApplication, Page } from 'playwright-core';
import { seriousFindings } from '../page/accessible.ts';
import { patiently } from './film.ts';
import { openApp, picture } from './window.ts';

/** Has the window's dialog save to a folder, and notes what the shell has the system open. */
async function answerDialogs(app: ElectronApplication, folder: string): Promise<void> {
  await app.evaluate(({ dialog, shell }, to) => {
    const asked = { opened: [] as string[], shown: [] as string[] };
    Object.assign(globalThis, { asked });
    dialog.showSaveDialog = async (...given: unknown[]) => {
      const { defaultPath } = given.at(-1) as { defaultPath: string };
      return { canceled: false, filePath: `${to}/${defaultPath}` };
    };
    shell.openPath = async (path) => (asked.opened.push(path), '');
    shell.showItemInFolder = (path) => void asked.shown.push(path);
  }, folder);
}

const asked = (app: ElectronApplication) =>
  app.evaluate(() => (globalThis as unknown as { asked: { opened: string[]; shown: string[] } }).asked);

/** The report as the person's browser would show it: a window of its own, outside of the app's walls. */
async function openReport(app: ElectronApplication, file: string): Promise<Page> {
  const [report] = await Promise.all([
    app.waitForEvent('window'),
    app.evaluate(({ BrowserWindow }, path) => {
      const window = new BrowserWindow({ width: 1280, height: 800, webPreferences: { partition: 'report' } });
      void window.loadFile(path);
    }, file),
  ]);
  await report.locator('h1').waitFor();
  return report;
}

const inBoth = ['light', 'dark'] as const;

/** Chooses by what the buttons say in either language. */
async function set(page: Page, choice: string): Promise<void> {
  await page.getByRole('link', { name: /^(Settings|设置)$/ }).click();
  const button = page.getByRole('button', { name: choice, exact: true });
  await button.click();
  await page.locator(`button[aria-pressed="true"]`, { hasText: choice }).waitFor();
}

/** Everything that a study shows, in the colours and the language that are set: pictures, and what axe finds. */
async function lookAround(page: Page, address: string, name: string): Promise<string[]> {
  const findings: string[] = [];
  const look = async (shown: string) => {
    await picture(page, `${shown}-${name}`);
    findings.push(...(await seriousFindings(page)).map((finding) => `${shown}-${name}: ${finding}`));
  };
  await page.goto(address.replace(/#.*/, '#/studies'));
  await page.locator('tbody .finding').waitFor();
  await look('study-list');
  await page.goto(address);
  await page.locator('.verdict .finding').waitFor();
  await page.locator('.figure svg').waitFor();
  await look('study');
  await page.locator('.screen .body > :last-child').scrollIntoViewIfNeeded();
  await look('study-below');
  return findings;
}

test('the three forms are compared in the window, kept as a report that opens, and read in Chinese', async () => {
  await using opened = await openApp();
  const { app, page } = opened;
  const folder = mkdtempSync(join(tmpdir(), 'residua-saved-'));
  await answerDialogs(app, folder);
  const wrong: string[] = [];
  page.on('pageerror', ({ message }) => void wrong.push(message));

  await page.getByRole('link', { name: 'Studies' }).click();
  await page.getByRole('link', { name: /Three forms of a block/ }).click();
  await page.getByLabel('Seeds').fill('2');
  await page.getByLabel('Device').selectOption('cpu');
  await picture(page, 'study-before');
  const findings = await seriousFindings(page);
  await page.getByRole('button', { name: 'Start the study' }).click();
  await page.getByRole('button', { name: 'Stop' }).waitFor(patiently);
  await picture(page, 'study-running');
  findings.push(...(await seriousFindings(page)));
  // The times of two repetitions may leave it open; what is equal is equal.
  await page
    .locator('.verdict .finding')
    .filter({ hasText: /Holds here|Not decided yet/ })
    .waitFor({ timeout: 0 });
  const rows = page.getByRole('region', { name: 'Part of the claim' }).locator('tbody tr');
  assert.equal(await rows.filter({ hasText: 'all of 2 repetitions' }).filter({ hasText: 'seen' }).count(), 6);
  const address = page.url();

  const notice = page.getByRole('region', { name: /^(Notices|通知)$/ });
  await page.getByRole('button', { name: 'Report as HTML' }).click();
  await picture(page, 'study-saved');
  await notice.getByRole('button', { name: 'Open' }).click();
  const study = address.slice(address.lastIndexOf('/') + 1);
  const file = join(folder, `forms-${study}.html`);
  assert.deepEqual(await asked(app), { opened: [file], shown: [] });
  assert.match(readFileSync(file, 'utf8'), new RegExp(`study run forms --budget 600s --seeds 2 --data `));
  // What is not for reading is shown where it lies, and nothing opens that was not saved here.
  const outcomes = await page.evaluate(async () => {
    const desktop = window.residua?.desktop;
    const saved = await desktop?.saveFile({ name: 'points.csv', bytes: new Uint8Array([49, 10]) });
    const table = saved?.ok ? saved.value : null;
    return [table?.isRead, (await desktop?.openSaved(table?.id ?? ''))?.ok, (await desktop?.openSaved('else'))?.ok];
  });
  assert.deepEqual(outcomes, [false, true, false]);
  assert.deepEqual((await asked(app)).shown, [join(folder, 'points.csv')]);

  const report = await openReport(app, file);
  for (const colorScheme of inBoth) {
    await report.emulateMedia({ colorScheme });
    await picture(report, `study-report-${colorScheme}`);
    findings.push(...(await seriousFindings(report)).map((finding) => `study-report-${colorScheme}: ${finding}`));
  }
  await report.close();

  for (const [language, spoken, colours] of [
    ['English', 'en', { Light: 'light', Dark: 'dark' }],
    ['简体中文', 'zh', { 浅色: 'light', 深色: 'dark' }],
  ] as const) {
    await set(page, language);
    await page.locator(`html[lang^="${spoken}"]`).waitFor();
    for (const [title, theme] of Object.entries(colours)) {
      await set(page, title);
      await page.locator(`html[data-theme="${theme}"]`).waitFor();
      findings.push(...(await lookAround(page, address, `${spoken}-${theme}`)));
    }
  }
  await page.getByText('一个块的三种形式').first().waitFor();

  await page.getByRole('button', { name: '网页报告' }).click();
  await notice.getByRole('button', { name: '打开' }).click();
  assert.match(readFileSync(file, 'utf8'), /<html lang="zh.*一个块的三种形式/s);
  assert.deepEqual([findings, wrong], [[], []]);
});
