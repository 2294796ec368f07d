/** A run's page with a real run: a checkpoint is kept and forked, both tell of each other, and the blocks are probed. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
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

test(
  'a checkpoint is kept and forked, both runs tell of it, and what blocks are worth is computed',
  { skip },
  async (context) => {
    if (!process.env['RESIDUA_TEST_BUILT']) await buildParts(checkoutFolder(), staleParts(checkoutFolder()));
    const desk = new Desk(context, makeWorkplace(context));
    const network = { ...exampleSpec, name: 'forking', input: null, classes: null };
    const run = await desk.start({ network, recipe: { duration: { epochs: 1 }, batch: 64 } });
    assert.equal((await desk.ended(run.id)).status, 'finished');
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
    await page.goto(new URL(`/#/runs/${run.id}/device`, server.address).href);

    await page.getByRole('button', { name: 'Keep the checkpoint' }).last().click();
    await page.getByRole('button', { name: 'Keep the checkpoint', pressed: true }).waitFor();
    await page.getByRole('button', { name: 'Fork from step' }).last().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Ends after').fill('2');
    await dialog.getByLabel('Name').fill('The fork');
    await dialog.getByRole('button', { name: 'Train' }).click();
    await page.waitForURL((url) => !url.hash.includes(run.id));
    const fork = /runs\/(\w+)/.exec(page.url())?.[1] as string;
    assert.equal((await desk.ended(fork)).status, 'finished');
    await page.goto(new URL(`/#/runs/${fork}/device`, server.address).href);
    await page.getByRole('region', { name: 'Lineage' }).getByRole('link').click();
    await page.getByRole('region', { name: 'Lineage' }).getByText('The fork').waitFor();

    await page.goto(new URL(`/#/runs/${run.id}/blocks`, server.address).href);
    await page.getByRole('region', { name: 'Accuracy with each block removed' }).getByRole('button').click();
    await page.getByRole('application', { name: 'Accuracy with each block removed' }).waitFor();
    assert.equal(await page.getByRole('region', { name: 'Mean of sub-networks' }).count(), 0, 'it drops no blocks');
    assert.deepEqual(wrong, []);
  },
);
