/** An image on a run's page: a real browser, a real run, the network's answer. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { chromium } from 'playwright-core';
import sharp from 'sharp';
import { serve } from '../../src-main/serve/serve.ts';
import { buildParts } from '../../src-main/setup/build.mjs';
import { checkoutFolder } from '../../src-main/setup/paths.mjs';
import { staleParts } from '../../src-main/setup/sources.mjs';
import { Desk, makeWorkplace } from '../core/service/fixtures/workplace.ts';
import { exampleSpec } from '../core/store/example.ts';

const executablePath = process.env['RESIDUA_TEST_CHROMIUM'] ?? '/usr/bin/chromium';
const skip = existsSync(executablePath) ? false : `no Chromium at ${executablePath}`;

test('an image that is chosen or dropped on a run’s page is named by its network', { skip }, async (context) => {
  if (!process.env['RESIDUA_TEST_BUILT']) await buildParts(checkoutFolder(), staleParts(checkoutFolder()));
  const place = makeWorkplace(context);
  const desk = new Desk(context, place);
  const network = { ...exampleSpec, name: 'trying', input: null, classes: null };
  const run = await desk.start({ network, recipe: { duration: { steps: 20 }, batch: 64 } });
  assert.equal((await desk.ended(run.id)).status, 'finished');
  const picture = join(place.home, 'grey.png');
  await sharp({ create: { width: 40, height: 40, channels: 3, background: '#777777' } })
    .png()
    .toFile(picture);

  const server = await serve(desk.core, { port: 0 });
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  context.after(async () => {
    await browser.close();
    await server.close();
  });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const wrong: string[] = [];
  page.on('pageerror', ({ message }) => void wrong.push(message));
  await page.goto(server.address);
  await page.goto(new URL(`/#/runs/${run.id}/network`, server.address).href);
  const panel = page.getByRole('region', { name: 'Try an image' });
  await panel.locator('input[type=file]').setInputFiles(picture);
  const rows = panel.locator('tbody tr');
  await rows.nth(4).waitFor({ timeout: 30_000 });
  assert.deepEqual([await rows.count(), await panel.getByRole('img').getAttribute('alt')], [5, 'grey.png']);
  const shown = process.env['RESIDUA_TEST_PICTURES'];
  if (shown)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join(shown, `try-${colorScheme}.png`) });
    }

  // A file that is no image is refused where it was dropped.
  const transfer = await page.evaluateHandle(() => {
    const data = new DataTransfer();
    data.items.add(new File(['no picture'], 'broken.png', { type: 'image/png' }));
    return data;
  });
  await page.dispatchEvent('main', 'drop', { dataTransfer: transfer });
  await panel.getByRole('alert').getByText('broken.png').waitFor({ timeout: 30_000 });
  assert.deepEqual([await rows.count(), wrong], [0, []]);
});
