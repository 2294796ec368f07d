/** The scenes of the film: what a person does in the first minutes. The same for the window and for a served page. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';

/** Where the film plays. */
export interface Stage {
  readonly page: Page;
  /** Text of a file that the page saves while `save` is done. */
  saved(save: () => Promise<void>): Promise<string>;
  picture(name: string): Promise<void>;
}

/** Long enough for any machine: it only ends a film that hangs. */
export const patiently = { timeout: Number(process.env['RESIDUA_TEST_PATIENCE_S'] ?? 180) * 1000 };

/** All points of a chart that is seen, as rows of its CSV without the head. */
export async function pointsOf(stage: Stage, chart: string): Promise<string[]> {
  const { page } = stage;
  const text = await stage.saved(async () => {
    await page.getByRole('button', { name: `Save ${chart}` }).click();
    await page.getByText('Save as CSV').click();
  });
  return text.trim().split(/\r?\n/).slice(1);
}

const picturesOf = (page: Page) => page.locator('section[aria-label="Loss"] canvas').screenshot();

/** Waits until a chart has grown by some rows, and returns its rows. */
export async function grown(stage: Stage, chart: string, from: number, by: number): Promise<string[]> {
  const endMs = performance.now() + patiently.timeout;
  for (;;) {
    const rows = await pointsOf(stage, chart);
    if (rows.length >= from + by) return rows;
    if (performance.now() > endMs) assert.fail(`${chart} stays at ${rows.length} rows`);
    await stage.page.waitForTimeout(200);
  }
}

/** An empty history offers one button; pressing it leads to a run that can be watched. */
export async function firstRun(stage: Stage): Promise<void> {
  const { page } = stage;
  const button = page.getByRole('button', { name: 'Train ResNet-20 on digits (about 1 minute)' });
  await button.waitFor(patiently);
  await stage.picture('empty');
  await button.click();
  await page.getByRole('region', { name: 'Progress' }).waitFor(patiently);
}

/** The chart moves while the run trains. */
export async function liveChart(stage: Stage): Promise<void> {
  const { page } = stage;
  await page.getByText('images/s').first().waitFor(patiently);
  const before = await picturesOf(page);
  const rows = await grown(stage, 'Loss', 0, 3);
  const later = await grown(stage, 'Loss', rows.length, 3);
  assert.deepEqual(later.slice(0, rows.length).map(stepOf), rows.map(stepOf));
  assert.notDeepEqual(await picturesOf(page), before);
  await stage.picture('training');
}

/** The values that were shown and are not there any more, or are others; gaps may have been filled meanwhile. */
export function missing(shown: readonly string[], kept: readonly string[]): string[] {
  const rows = new Map(kept.map((row) => [stepOf(row), row.split(',')]));
  return shown.filter((row) => {
    const there = rows.get(stepOf(row)) ?? [];
    return row.split(',').some((cell, column) => cell !== '' && cell !== there[column]);
  });
}

/** Waits until a chart shows all the values that were shown before: after a kill the page reads them from the store. */
export async function allKept(stage: Stage, chart: string, shown: readonly string[]): Promise<void> {
  const endMs = performance.now() + patiently.timeout;
  for (;;) {
    const lost = missing(shown, await pointsOf(stage, chart));
    if (lost.length === 0) return;
    if (performance.now() > endMs) assert.fail(`${chart} lost ${lost.join('; ')}`);
    await stage.page.waitForTimeout(200);
  }
}

export const stepOf = (row: string): string => row.split(',')[0] ?? '';

/** The run ends with its result in a sentence. */
export async function finished(stage: Stage): Promise<string> {
  const sentence = stage.page.locator('.result .sentence');
  await sentence.waitFor(patiently);
  return sentence.innerText();
}

/** The same network with another seed. */
export async function anotherSeed(stage: Stage): Promise<void> {
  const { page } = stage;
  const before = page.url();
  await page.getByRole('button', { name: 'Run again with another seed' }).click();
  await page.waitForURL((url) => url.href !== before, patiently);
  await page.getByRole('region', { name: 'Progress' }).waitFor(patiently);
}

/** Both runs, selected in the list, in one chart. */
export async function overlaid(stage: Stage): Promise<void> {
  const { page } = stage;
  await page.getByRole('link', { name: 'Runs' }).first().click();
  const boxes = page.getByRole('checkbox', { name: /^Select (?!all)/ });
  await boxes.nth(0).check();
  await boxes.nth(1).check();
  await page.getByRole('link', { name: 'Compare 2' }).click();
  await page.locator('canvas').first().waitFor(patiently);
}

/** What the list of runs says, a line for each: name, status, accuracy. */
export async function listOfRuns(stage: Stage): Promise<string[][]> {
  const { page } = stage;
  await page.getByRole('link', { name: 'Runs' }).first().click();
  const rows = page.locator('tbody tr');
  await rows.first().waitFor(patiently);
  const cells = await rows.evaluateAll((all) =>
    all.map((row) => [...row.querySelectorAll('td')].map((cell) => (cell as HTMLElement).innerText.trim())),
  );
  return cells.map((row) => row.slice(1, 10));
}
