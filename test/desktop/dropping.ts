/** Scenes of dropping files: the same for the window and for a served page. Files come from the system, as a person's do. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { patiently } from './film.ts';

/** Carries files over the page and lets them go, as the system does for a person. */
export async function drop(page: Page, paths: readonly string[], letGo = true): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver'] as const)
    await session.send('Input.dispatchDragEvent', { type, x: 700, y: 400, data });
  await page.getByText('Drop to look at it').waitFor(patiently);
  if (letGo) await session.send('Input.dispatchDragEvent', { type: 'drop', x: 700, y: 400, data });
  await session.detach();
}

/** What the page says about files that were dropped, line by line. */
export async function review(page: Page): Promise<string> {
  const found = page.getByRole('region', { name: 'What was found' });
  await found.waitFor(patiently);
  await page.getByRole('list', { name: 'Preview' }).waitFor(patiently);
  return found.innerText();
}

/** Imports under a name; waits until it is in the library. */
export async function importAs(page: Page, name: string): Promise<void> {
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByRole('button', { name: /^Import / }).click();
  await page.getByText('ready to train on').waitFor(patiently);
}

/** Trains a few steps on the dataset that was just imported, from its offer to a finished run. */
export async function trainOnIt(page: Page, name: string): Promise<void> {
  await page
    .getByRole('region', { name: `Import of ${name}` })
    .getByRole('button', { name: `Train on ${name}` })
    .click();
  await page.getByLabel('Epochs', { exact: true }).fill('1');
  await page.getByLabel('Batch', { exact: true }).fill('16');
  await page
    .getByRole('button', { name: /^Train/ })
    .last()
    .click();
  const sentence = page.locator('.result .sentence');
  await sentence.waitFor(patiently);
  assert.match(await sentence.innerText(), /^\d+\.\d % of the test images/);
}

/** Names in the list of datasets. */
export const datasets = (page: Page): Promise<string[]> =>
  page.getByRole('navigation', { name: 'Datasets' }).locator('b').allInnerTexts();
