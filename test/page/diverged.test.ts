/** A run that diverged, on its page, with a real core: its step is replayed by a press of a button. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Desk, makeWorkplace } from '../core/service/fixtures/workplace.ts';
import { exampleSpec } from '../core/store/example.ts';
import { keepPicture, servePages, skip, themes } from './served.ts';

test('a step that diverged is replayed from the page', { skip, timeout: 120_000 }, async (context) => {
  const desk = new Desk(context, makeWorkplace(context));
  const run = await desk.start({
    network: { ...exampleSpec, name: 'diverging', input: null, classes: null },
    recipe: { duration: { steps: 40 }, batch: 64, learningRate: 1000, weightDecay: 10 },
  });
  const step = Number((await desk.ended(run.id)).failure?.details['step']);

  await using served = await servePages(desk.core);
  for (const colorScheme of themes) {
    const page = await served.open(`#/runs/${run.id}`, { colorScheme });
    await page.getByRole('link', { name: 'Replay the step' }).click();
    await page.getByRole('button', { name: `Replay step ${step}` }).click();
    const said = page.getByRole('status').filter({ hasText: 'the first value that is no number arises' });
    await said.waitFor();
    assert.ok((await page.getByRole('region', { name: 'Steps that diverged' }).getByRole('row').count()) > 1);
    await keepPicture(page, `diverged-${colorScheme}`);
  }
  assert.deepEqual(served.wrong, []);
});
