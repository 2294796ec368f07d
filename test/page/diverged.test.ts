/** A run that diverged, on its page, with a real core: its step is replayed by a press of a button. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { chromium } from 'playwright-core';
import { serve } from '../../src-main/serve/serve.ts';
import { buildParts } from '../../src-main/setup/build.mjs';
import { checkoutFolder } from '../../src-main/setup/paths.mjs';
import { staleParts } from '../../src-main/setup/sources.mjs';
import { Desk, makeWorkplace } from '../core/service/fixtures/workplace.ts';
import { exampleSpec } from '../core/store/example.ts';

const executablePath = process.env['RESIDUA_TEST_CHROMIUM'] ?? '/usr/bin/chromium';
const skip = existsSync(executablePath) ? false : `no Chromium at ${executablePath}`;

test('a step that diverged is replayed from the page', { skip, timeout: 120_000 }, async (context) => {
  if (!process.env['RESIDUA_TEST_BUILT']) await buildParts(checkoutFolder(), staleParts(checkoutFolder()));
  const desk = new Desk(context, makeWorkplace(context));
  const run = await desk.start({
    network: { ...exampleSpec, name: 'diverging', input: null, classes: null },
    recipe: { duration: { steps: 40 }, batch: 64, learningRate: 1000, weightDecay: 10 },
  });
  const step = Number((await desk.ended(run.id)).failure?.details['step']);

  const server = await serve(desk.core, { port: 0 });
  context.after(() => server.close());
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  context.after(() => browser.close());
  const wrong: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme })).newPage();
    page.on('pageerror', ({ message }) => void wrong.push(message));
    await page.goto(server.address);
    await page.getByRole('link', { name: 'Data', exact: true }).waitFor();
    await page.evaluate(`location.hash = '#/runs/${run.id}'`);
    await page.getByRole('link', { name: 'Replay the step' }).click();
    await page.getByRole('button', { name: `Replay step ${step}` }).click();
    const said = page.getByRole('status').filter({ hasText: 'the first value that is no number arises' });
    await said.waitFor();
    assert.ok((await page.getByRole('region', { name: 'Steps that diverged' }).getByRole('row').count()) > 1);
    const pictures = join(checkoutFolder(), 'out', 'screenshots');
    mkdirSync(pictures, { recursive: true });
    await page.screenshot({ path: join(pictures, `diverged-${colorScheme}.png`) });
  }
  assert.deepEqual(wrong, []);
});
