/** A run's page with a real run: a checkpoint is kept and forked, both tell of each other, and the blocks are probed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Desk, makeWorkplace } from '../core/service/fixtures/workplace.ts';
import { exampleSpec } from '../core/store/example.ts';
import { servePages, skip } from './served.ts';

test(
  'a checkpoint is kept and forked, both runs tell of it, and what blocks are worth is computed',
  { skip },
  async (context) => {
    const desk = new Desk(context, makeWorkplace(context));
    const network = { ...exampleSpec, name: 'forking', input: null, classes: null };
    const run = await desk.start({ network, recipe: { duration: { epochs: 1 }, batch: 64 } });
    assert.equal((await desk.ended(run.id)).status, 'finished');
    await using served = await servePages(desk.core);
    const page = await served.open(`#/runs/${run.id}/device`);

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
    await served.go(page, `#/runs/${fork}/device`);
    await page.getByRole('region', { name: 'Lineage' }).getByRole('link').click();
    await page.getByRole('region', { name: 'Lineage' }).getByText('The fork').waitFor();

    await served.go(page, `#/runs/${run.id}/blocks`);
    await page.getByRole('region', { name: 'Accuracy with each block removed' }).getByRole('button').click();
    await page.getByRole('application', { name: 'Accuracy with each block removed' }).waitFor();
    assert.equal(await page.getByRole('region', { name: 'Mean of sub-networks' }).count(), 0, 'it drops no blocks');
    assert.deepEqual(served.wrong, []);
  },
);
