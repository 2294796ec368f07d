/** A probe that is under way, on two pages of one run: both follow it, either stops it, and both see how it ended. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { running } from '../desktop/processes.ts';
import { Desk, makeWorkplace } from '../core/service/fixtures/workplace.ts';
import { exampleSpec } from '../core/store/example.ts';
import { servePages, skip } from './served.ts';

test(
  'what is computed is stopped from another page, fails on both, and is drawn on both',
  { skip },
  async (context) => {
    const desk = new Desk(context, makeWorkplace(context));
    const network = { ...exampleSpec, name: 'probed', input: null, classes: null };
    const run = await desk.start({ network, recipe: { duration: { steps: 5 }, batch: 64 } });
    assert.equal((await desk.ended(run.id)).status, 'finished');
    await using served = await servePages(desk.core);
    const place = `#/runs/${run.id}/blocks`;
    const pages = [await served.open(place), await served.open(place)];
    const panels = pages.map((page) => page.getByRole('region', { name: 'Accuracy with each block removed' }));
    const [first, second] = panels;
    assert.ok(first && second);
    const button = (panel: typeof first, name: string) => panel.getByRole('button', { name, exact: true });

    await button(first, 'Compute').click();
    await button(second, 'Stop').click();
    for (const panel of panels) await button(panel, 'Compute').waitFor();
    assert.deepEqual([await first.getByRole('alert').count(), await second.getByRole('alert').count()], [0, 0]);

    await button(second, 'Compute').click();
    await button(first, 'Stop').waitFor();
    for (const trainer of running(process.pid, 'trainer')) process.kill(trainer, 'SIGKILL');
    for (const panel of panels) await panel.getByRole('alert').getByText('SIGKILL').waitFor();

    await button(first, 'Compute').click();
    for (const page of pages)
      await page.getByRole('application', { name: 'Accuracy with each block removed' }).waitFor();
    assert.deepEqual(served.wrong, []);
  },
);
