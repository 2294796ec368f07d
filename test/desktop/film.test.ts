/** The film in a real window: from an empty history to a second start, with core and trainer killed on the way. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type {} from '../../src-main/shared/desktop.ts';
import { allKept, anotherSeed, finished, firstRun, grown, listOfRuns, liveChart, overlaid, patiently } from './film.ts';
import type { Stage } from './film.ts';
import { running, strangersOf } from './processes.ts';
import { emptyHome, endApp, openApp, picture } from './window.ts';
import type { Opened } from './window.ts';

const home = emptyHome();
const folder = mkdtempSync(join(tmpdir(), 'residua-saved-'));
let saves = 0;
const strangers: string[] = [];
let opened: Opened;
let stage: Stage;
let watch: NodeJS.Timeout;
/** The app's first process. */
let pid = 0;

async function open(): Promise<void> {
  opened = await openApp({ home });
  pid = opened.app.process().pid ?? 0;
  const { app, page } = opened;
  await app.evaluate(({ session }) => {
    const sent: string[] = [];
    Object.assign(globalThis, { sent });
    session.defaultSession.webRequest.onSendHeaders(({ url }) => void sent.push(url));
  });
  stage = {
    page,
    // A file of its own for each save: an earlier one, and the word of it, are never taken for this.
    async saved(save) {
      const filePath = join(folder, `saved-${++saves}.csv`);
      await app.evaluate(({ dialog }, path) => {
        dialog.showSaveDialog = async () => ({ canceled: false, filePath: path });
      }, filePath);
      await save();
      const text = await wholeFile(filePath);
      // Read, and out of the way of what is done next.
      await page.getByRole('button', { name: 'Close notice' }).last().click();
      return text;
    },
    picture: (name) => picture(page, name),
  };
}

/** A text file that is being written, once it ends as such a file does. */
async function wholeFile(path: string): Promise<string> {
  const endMs = performance.now() + patiently.timeout;
  for (;;) {
    const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    if (text.endsWith('\n')) return text;
    assert.ok(performance.now() < endMs, `${path} is not written`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const root = () => pid;

before(async () => {
  await open();
  watch = setInterval(() => strangers.push(...strangersOf(root())), 250);
});
after(async () => {
  clearInterval(watch);
  await endApp(opened.app);
});

let runs: string[][] = [];

test('an empty history offers one button, and it trains', async () => {
  await firstRun(stage);
  await liveChart(stage);
});

test('the run ends with its result in a sentence', async () => {
  assert.match(await finished(stage), /^\d+\.\d % of the test images/);
  await stage.picture('finished');
});

test('the same network trains with another seed, and both are overlaid', async () => {
  await anotherSeed(stage);
  await finished(stage);
  await overlaid(stage);
  await stage.picture('compare');
});

test('the Engine screen shows what trains, and a person may like it dark', async () => {
  const { page } = stage;
  await page.getByRole('link', { name: 'Engine' }).first().click();
  await page.getByText('Ready to train.').waitFor(patiently);
  await stage.picture('engine');
  await page.getByRole('link', { name: 'Settings' }).click();
  await page
    .getByRole('button', { name: 'Dark' })
    .or(page.getByRole('radio', { name: 'Dark' }))
    .first()
    .click();
  await page.locator('html[data-theme="dark"]').waitFor();
  await listOfRuns(stage);
  await page.locator('tbody tr a').first().click();
  await page.getByRole('region', { name: 'Loss' }).waitFor();
  await page.waitForTimeout(500);
  await stage.picture('dark');
});

test('a killed trainer is said, and no point that was shown is missing', async () => {
  await listOfRuns(stage);
  await stage.page.locator('tbody tr a').first().click();
  await anotherSeed(stage);
  const shown = await grown(stage, 'Loss', 0, 3);
  const [trainer] = running(root(), 'trainer.mjs');
  assert.ok(trainer);
  process.kill(trainer, 'SIGKILL');
  await stage.page
    .locator('.result')
    .getByText(/^Interrupted after /)
    .waitFor(patiently);
  await allKept(stage, 'Loss', shown);
});

test('a killed core is said, comes back by itself, and no point that was shown is missing', async () => {
  await anotherSeed(stage);
  const shown = await grown(stage, 'Loss', 0, 3);
  const lost = stage.page.getByText("The connection to Residua's core was lost.").waitFor(patiently);
  const [core] = running(root(), 'core.mjs');
  assert.ok(core);
  process.kill(core, 'SIGKILL');
  await lost;
  await stage.page
    .locator('.result')
    .getByText(/^Interrupted after /)
    .waitFor(patiently);
  assert.notEqual(running(root(), 'core.mjs')[0], core);
  await allKept(stage, 'Loss', shown);
  assert.equal(await stage.page.getByText("The connection to Residua's core was lost.").count(), 0);
});

test('after quitting and starting again everything is there', async () => {
  runs = await listOfRuns(stage);
  const sent = await opened.app.evaluate(() => (globalThis as unknown as { sent: string[] }).sent);
  assert.deepEqual(
    sent.filter((url) => !url.startsWith('app://residua/')),
    [],
  );
  await endApp(opened.app);
  await open();
  assert.deepEqual(await listOfRuns(stage), runs);
  assert.deepEqual(
    runs.map((row) => row[1]),
    ['interrupted', 'interrupted', 'finished', 'finished'],
  );
});

test('nothing talked to anyone outside this machine', () => {
  assert.deepEqual([...new Set(strangers)], []);
});
