/** Two families trained in the window, compared with a verdict, the figure saved; events of TensorBoard dropped beside them. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { eventFileOf } from '../../src-main/core/service/eventFile.ts';
import { seriousFindings } from '../page/accessible.ts';
import { ask } from './asking.ts';
import { drop } from './dropping.ts';
import { patiently } from './film.ts';
import { endApp, openApp, picture } from './window.ts';
import type { Opened } from './window.ts';

const folder = mkdtempSync(join(tmpdir(), 'residua-compare-'));
const saved = join(folder, 'saved.svg');
let opened: Opened;
const runs: string[] = [];

before(async () => {
  opened = await openApp();
  await opened.app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath });
  }, saved);
});
after(async () => {
  await endApp(opened.app);
  rmSync(folder, { recursive: true, force: true });
});

test('two families train with two seeds each and lie over each other with a verdict', async () => {
  const { page } = opened;
  await page.getByRole('link', { name: 'Runs' }).first().waitFor(patiently);
  const recipe = { duration: { steps: 6 }, batch: 16, evaluateEvery: 1 } as const;
  for (const network of ['resnet20', 'wrn-16-4']) {
    const started = await ask(page, 'run.start', { network, data: 'digits', recipe, device: 'cpu', seeds: 2 });
    runs.push(...started.map(({ id }) => id));
  }
  const over = async () => {
    const all = await ask(page, 'run.list', {});
    return runs.every((id) => all.find((run) => run.id === id)?.status === 'finished');
  };
  const endMs = performance.now() + patiently.timeout;
  while (!(await over())) {
    if (performance.now() > endMs) assert.fail('The runs never ended.');
    await page.waitForTimeout(500);
  }
  await page.getByRole('link', { name: 'Runs' }).first().click();
  await page.locator('tbody tr').first().waitFor(patiently);
  // Seeds of one start are one row each, with their mean.
  assert.deepEqual(
    await page.locator('tbody tr').evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label'))),
    ['wrn-16-4 on Digits, 2 seeds', 'resnet20 on Digits, 2 seeds'],
  );
  await picture(page, 'history-seeds');
  await page.getByRole('checkbox', { name: 'Select all runs' }).check();
  await page.getByRole('link', { name: 'Compare 4' }).click();
  await page.locator('.verdict').waitFor(patiently);
  const verdict = await page.locator('.verdict').innerText();
  assert.match(verdict, /(is better by|are not distinguishable yet)/);
  assert.match(verdict, /Paired t-test by seed and split, 2 seeds each, 95 % interval/);
  await page.getByLabel('Seeds').selectOption('deviation');
  await page.waitForURL(/seeds=deviation/);
  await picture(page, 'compare-seeds');
});

test('the figure is saved as paths and text, with as many points as its table', async () => {
  const { page } = opened;
  await page.getByLabel('Seeds').selectOption('members');
  await page.getByRole('region', { name: 'Loss' }).locator('canvas:not(.hollow)').waitFor(patiently);
  const save = async (form: string): Promise<string> => {
    writeFileSync(saved, '');
    await page.getByRole('button', { name: 'Save Loss' }).click();
    await page.getByText(form).click();
    while (readFileSync(saved, 'utf8') === '') await page.waitForTimeout(100);
    return readFileSync(saved, 'utf8');
  };
  const svg = await save('Save as SVG');
  const cells = (await save('Save as CSV'))
    .trim()
    .split('\r\n')
    .slice(1)
    .flatMap((row) => row.split(',').slice(1));
  const paths = [...svg.matchAll(/<path d="([^"]+)" fill="none"/g)].map(
    ([, path]) => path?.match(/[ML]/g)?.length ?? 0,
  );
  assert.deepEqual(
    [[...new Set(svg.match(/<\w+/g))].sort(), paths.reduce((sum, points) => sum + points, 0)],
    [['<path', '<rect', '<svg', '<text'], cells.filter((cell) => cell !== '').length],
  );
});

test('a file of events joins what is compared, and no finding of axe is serious in either theme', async () => {
  const { page } = opened;
  const steps = Float64Array.from({ length: 50 }, (_, index) => index);
  const file = join(folder, 'events.out.tfevents.1.elsewhere');
  const curve = (tag: string, of: (step: number) => number) => ({ tag, steps, values: steps.map(of) });
  writeFileSync(
    file,
    eventFileOf(
      [curve('test/loss', (step) => 2 / (step + 1)), curve('val_accuracy', (step) => step / 50)],
      (step) => 1000 + step,
    ),
  );
  await drop(page, [file]);
  await page.getByText('5 runs').waitFor(patiently);
  await page.getByRole('region', { name: 'Results' }).getByText('events.out.tfevents.1.elsewhere').waitFor(patiently);
  await page
    .getByRole('region', { name: 'Accuracy' })
    .getByText('events.out.tfevents.1.elsewhere')
    .first()
    .waitFor(patiently);
  await picture(page, 'compare-imported');
  const inside = page.getByRole('region', { name: 'Two runs from inside' });
  await inside.getByRole('button', { name: 'Show' }).click();
  await inside.getByRole('region', { name: 'First less second' }).waitFor(patiently);
  const places = [
    '#/runs',
    page.url().split('/').slice(3).join('/'),
    `#/runs/${runs[0]}/evaluation`,
    `#/runs/${runs[0]}/blocks`,
    '#/trash',
  ];
  await walkByKeys(page);
  const found: string[] = [];
  for (const theme of ['light', 'dark'] as const) {
    await ask(page, 'settings.set', { theme });
    for (const place of places) {
      await page.evaluate((hash) => (location.hash = hash), place.replace(/^[^#]*/, ''));
      await page.waitForTimeout(600);
      await picture(page, `${/#\/(.*?)(\?|$)/.exec(place)?.[1]?.replaceAll('/', '-') ?? 'place'}-${theme}`);
      found.push(...(await seriousFindings(page)).map((finding) => `${theme} ${place.slice(0, 30)}: ${finding}`));
    }
  }
  assert.deepEqual(found, []);
});

/** Zooms a chart, moves along it, shows all of it, and opens the pictures of a cell, all without a pointer. */
async function walkByKeys(page: Opened['page']): Promise<void> {
  await page.getByRole('application', { name: /^Accuracy\. Arrow keys/ }).focus();
  for (const [key, zoom] of [
    ['+', /zoom=[^&]+/],
    ['Shift+ArrowRight', /zoom=(?!0~)[^&]+/],
    ['0', /^(?!.*zoom=)/],
  ] as const) {
    await page.keyboard.press(key);
    await page.waitForURL(zoom);
  }
  await page.getByRole('application', { name: /^First less second\./ }).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await page.getByRole('region', { name: 'Images' }).getByRole('button', { name: 'All images' }).press('Enter');
  await page.getByRole('combobox', { name: 'Which images' }).waitFor(patiently);
}
