/** An image on a run's page: a real browser, a real run, the network's answer. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { Desk, makeWorkplace } from '../core/service/fixtures/workplace.ts';
import { exampleSpec } from '../core/store/example.ts';
import { keepPicture, servePages, skip, themes } from './served.ts';

test('an image that is chosen or dropped on a run’s page is named by its network', { skip }, async (context) => {
  const place = makeWorkplace(context);
  const desk = new Desk(context, place);
  const network = { ...exampleSpec, name: 'trying', input: null, classes: null };
  const run = await desk.start({ network, recipe: { duration: { steps: 20 }, batch: 64 } });
  assert.equal((await desk.ended(run.id)).status, 'finished');
  const picture = join(place.home, 'grey.png');
  await sharp({ create: { width: 40, height: 40, channels: 3, background: '#777777' } })
    .png()
    .toFile(picture);

  await using served = await servePages(desk.core);
  const page = await served.open(`#/runs/${run.id}/network`);
  const panel = page.getByRole('region', { name: 'Try an image' });
  await panel.locator('input[type=file]').setInputFiles(picture);
  const rows = panel.locator('tbody tr');
  await rows.nth(4).waitFor({ timeout: 30_000 });
  assert.deepEqual([await rows.count(), await panel.getByRole('img').getAttribute('alt')], [5, 'grey.png']);
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme });
    await keepPicture(page, `try-${colorScheme}`);
  }

  // A file that is no image is refused where it was dropped.
  const transfer = await page.evaluateHandle(() => {
    const data = new DataTransfer();
    data.items.add(new File(['no picture'], 'broken.png', { type: 'image/png' }));
    return data;
  });
  await page.dispatchEvent('main', 'drop', { dataTransfer: transfer });
  await panel.getByRole('alert').getByText('broken.png').waitFor({ timeout: 30_000 });
  assert.deepEqual([await rows.count(), served.wrong], [0, []]);
});
