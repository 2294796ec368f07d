/** The data screen with a real core: every state of it in both themes, seen by axe; what is no file is refused. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { createCore } from '../../src-main/core/service/core.ts';
import type { Core } from '../../src-main/core/service/core.ts';
import { drawShapes } from '../../src-main/core/dataset/shapes.ts';
import { imageFolder } from '../fixtures/datasets.ts';
import { writeFolder } from '../fixtures/files.ts';
import { seriousFindings } from './accessible.ts';
import { keepPicture, servePages, skip, themes } from './served.ts';
import type { Served } from './served.ts';

const folder = mkdtempSync(join(tmpdir(), 'residua-data-'));
const garden = join(folder, 'garden');
const names = ['disc', 'ring', 'square', 'triangle', 'cross', 'star', 'bar', 'stripes', 'checks', 'pair'];
let core: Core;
let served: Served;

before(async () => {
  if (skip) return;
  // Pictures 0 to 299; the first twenty come twice, so that there is something to find.
  const pixels = drawShapes(0, 0, 320);
  pixels.copyWithin(300 * 3072, 0, 20 * 3072);
  const labels = Int32Array.from({ length: 320 }, (_, at) => (at === 300 ? 3 : at % 10));
  writeFolder(garden, {
    ...(await imageFolder({ height: 32, width: 32, channels: 3, pixels, labels }, names, 'png')),
    'disc/shopping.txt': 'five apples',
  });
  writeFileSync(join(folder, 'letter.txt'), 'Dear reader');
  core = createCore({ home: join(folder, 'home'), version: '0', commit: '0' });
  served = await servePages(core);
});
after(async () => {
  await served?.[Symbol.asyncDispose]();
  await core?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function carry(page: Page, paths: readonly string[], letGo: boolean): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', ...(letGo ? (['drop'] as const) : [])] as const)
    await session.send('Input.dispatchDragEvent', { type, x: 700, y: 400, data });
  await session.detach();
}

for (const theme of themes) {
  test(`no state of the data screen has a serious finding, ${theme}`, { skip, timeout: 120_000 }, async () => {
    const page = await served.open('', { colorScheme: theme });
    const found: string[] = [];
    const state = async (name: string) => {
      found.push(...(await seriousFindings(page)).map((finding) => `${name}: ${finding}`));
      await keepPicture(page, `data-${name.replaceAll(' ', '-')}-${theme}`);
    };
    const button = (name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' });
    const regionOf = (name: string) => page.getByRole('region', { name });
    await page.getByRole('link', { name: 'Data', exact: true }).click();
    await page.getByText('The trash is empty').waitFor();
    await state('nothing added');

    await carry(page, [garden], false);
    await page.getByText('Drop to look at it').waitFor();
    await state('files over the window');

    const network = await page.context().newCDPSession(page);
    const speed = { offline: false, latency: 0, downloadThroughput: -1 };
    await network.send('Network.emulateNetworkConditions', { ...speed, uploadThroughput: 200_000 });
    await carry(page, [garden], true);
    await page.getByText(/^Sending garden/).waitFor();
    await state('sending');
    await network.send('Network.emulateNetworkConditions', { ...speed, uploadThroughput: -1 });

    await regionOf('What was found').waitFor();
    await page.locator('summary').click();
    await page.getByText('Letterbox').click();
    await page.getByLabel('Height × width').fill('24');
    await page.getByText('as stored, 24 × 32 × 3').waitFor();
    await state('review');
    // A page that is opened anew knows what was found.
    await page.reload();
    await regionOf('What was found').waitFor();
    await page.getByLabel('Name', { exact: true }).fill(`Garden ${theme}`);
    await page.getByLabel('Seed of the draw').fill(theme === 'light' ? '1' : '2');
    await button(/^Import 320/).click();
    await page.getByText('Look at it').waitFor();
    await state('imported');

    await page.getByText('Look at it').click();
    await page.getByRole('list', { name: 'Images of train' }).waitFor();
    await state('images');
    await button('Rename').click();
    await page.getByLabel('Name of the dataset').fill(`The ${theme} garden`);
    await page.keyboard.press('Enter');
    await page.getByRole('navigation', { name: 'Datasets' }).getByText(`The ${theme} garden`).waitFor();
    await page.getByLabel('Class', { exact: true }).selectOption('star');
    // The page before stays until the new one is there.
    await page.getByRole('list', { name: 'Images of train' }).getByText('bar').first().waitFor({ state: 'detached' });
    assert.deepEqual(
      [...new Set(await page.getByRole('list', { name: 'Images of train' }).locator('li span').allInnerTexts())],
      ['star'],
    );
    await button('Statistics').click();
    await regionOf('Colours').waitFor();
    await state('statistics');
    await button('Equal images').click();
    await page.getByText('In 1 group equal images have different classes.').waitFor();
    await page.getByRole('list', { name: 'Group 1', exact: true }).waitFor();
    await state('equal images');
    await button('Augmentation').click();
    await page.getByRole('list', { name: 'Training images of epoch 1' }).waitFor();
    await page.getByLabel('Cut-out').fill('9');
    await page.getByLabel('Cut-out').blur();
    await page.getByText('as changed here').waitFor();
    await button('Next epoch').click();
    await page.getByRole('list', { name: 'Training images of epoch 2' }).waitFor();
    await state('augmentation');
    await button('Files').click();
    await page.getByText('shopping.txt').waitFor();
    await state('files');

    await button(/^More about/).click();
    await page.getByText('Validation split…').click();
    await page.getByText('About 29 images for validation').waitFor();
    await state('validation split');
    await button('Make dataset').click();
    await page
      .getByText(/validation \d+/)
      .first()
      .waitFor();
    await button(/^More about/).click();
    await page.getByRole('menuitem', { name: 'Remove' }).click();
    await button(/^Empty trash/).waitFor();
    await state('removed');
    await button('Undo').click();
    await button(/^Empty trash/).waitFor({ state: 'detached' });

    await carry(page, [join(folder, 'letter.txt')], true);
    await page
      .getByText(/is no dataset that Residua can read/)
      .first()
      .waitFor();
    await state('refused');
    assert.deepEqual([found, served.wrong.splice(0)], [[], []]);
    await page.context().close();
  });
}

test('what is no file is refused by the cursor, and the browser never opens what is dropped', { skip }, async () => {
  const page = await served.open();
  await page.getByRole('link', { name: 'Data', exact: true }).click();
  await page.getByText('What is read').waitFor();
  await page.evaluate(() => {
    const seen: unknown[] = [];
    Object.assign(window, { seen });
    for (const type of ['dragover', 'drop'])
      window.addEventListener(type, (event) =>
        seen.push([type, event.defaultPrevented, (event as DragEvent).dataTransfer?.dropEffect]),
      );
  });
  const session = await page.context().newCDPSession(page);
  const text = { items: [{ mimeType: 'text/plain', data: 'x' }], files: [], dragOperationsMask: 1 };
  const file = { items: [], files: [join(folder, 'letter.txt')], dragOperationsMask: 1 };
  for (const data of [text, file])
    for (const type of ['dragEnter', 'dragOver', 'dragCancel'] as const)
      await session.send('Input.dispatchDragEvent', { type, x: 700, y: 400, data });
  const seen = await page.evaluate<unknown[]>('seen');
  // The system may say several times where the pointer is.
  assert.deepEqual(
    [...new Set(seen.map((each) => JSON.stringify(each)))].map((each) => JSON.parse(each) as unknown),
    [
      ['dragover', true, 'none'],
      ['dragover', true, 'copy'],
    ],
  );
  await page.getByText('Drop to look at it').waitFor({ state: 'detached' });
  await page.context().close();
});
