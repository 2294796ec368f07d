/**
 * A Wide ResNet with stochastic depth, drawn from an empty page in a real window and trained: once with the
 * mouse, once with the keyboard alone. The run carries exactly the network that was drawn.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import type {} from '../../src-main/shared/desktop.ts';
import { findPreset } from '../../src-main/shared/network/presets.ts';
import type { Spec } from '../../src-main/shared/network/spec.ts';
import { ask } from './asking.ts';
import { patiently } from './film.ts';
import { emptyHome, endApp, openApp, picture } from './window.ts';
import type { Opened } from './window.ts';

let opened: Opened;
let page: Page;

before(async () => {
  opened = await openApp({ home: emptyHome() });
  page = opened.page;
  await page.getByRole('link', { name: 'Design' }).waitFor(patiently);
});
after(() => endApp(opened.app));

/** WRN-16-4 with linear decay to a half, as both hands draw it. */
const drawn = (name: string): Spec => ({
  ...findPreset('wrn-16-4').spec,
  name,
  survival: { kind: 'linear', last: 0.5 },
});

/** The run on screen, stopped after its first steps, with the spec that it carries. */
async function runOnScreen(name: string): Promise<Spec> {
  await page.waitForURL(/#\/runs\/[a-z0-9]+/, patiently);
  await page.getByText('images/s').first().waitFor(patiently);
  const run = /runs\/([a-z0-9]+)/.exec(page.url())?.[1] ?? '';
  await ask(page, 'run.stop', { run, now: true });
  const { spec } = await ask(page, 'run.show', { run });
  assert.equal(spec.name, name);
  return spec;
}

const shapes = { input: { height: 32, width: 32, channels: 3 }, classes: 10 };

test('with the mouse: from an empty page to a run that carries the very network', async () => {
  const chooseBy = async (field: Locator, value: string) => field.selectOption(value);
  /** Digits are typed, as a hand leaves the mouse for them. */
  const set = async (label: string, value: string) => {
    const field = page.getByLabel(label, { exact: true });
    await field.click({ clickCount: 3 });
    await field.fill(value);
  };
  await page.getByRole('link', { name: 'Design' }).click();
  await page.getByRole('button', { name: 'New network' }).click();
  await page.getByRole('application', { name: 'Network canvas' }).waitFor();
  await page.getByText('Stage 1', { exact: true }).first().click();
  await set('Blocks', '2');
  await page.getByRole('button', { name: 'Add stage' }).click();
  await page.getByRole('button', { name: 'Add stage' }).click();
  await chooseBy(page.getByLabel('Family'), 'wide');
  await chooseBy(page.getByRole('combobox', { name: 'Survival' }), 'linear');
  const figure = page.getByRole('region', { name: 'Survival' }).getByRole('img');
  await figure.scrollIntoViewIfNeeded();
  const box = (await figure.boundingBox())!;
  const at = (p: number) => [box.x + (box.width * 274) / 288, box.y + (box.height * (88 - p * 80)) / 104] as const;
  await page.mouse.move(...at(0.5));
  await page.mouse.down();
  await page.mouse.move(...at(0.2), { steps: 3 });
  await page.mouse.move(...at(0.5), { steps: 3 });
  await page.mouse.up();
  await picture(page, 'design-mouse');
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await page.getByRole('dialog').getByLabel('Dataset').selectOption('shapes');
  await page.getByRole('dialog').getByRole('button', { name: 'Train', exact: true }).click();
  const spec = await runOnScreen('network');
  const { survival } = spec;
  assert.ok(survival.kind === 'linear' && Math.abs(survival.last - 0.5) < 0.02);
  assert.deepEqual(spec, { ...drawn('network'), ...shapes, survival });
});

test('with the keyboard alone the same, in the outline', async () => {
  const keys = async (...pressed: string[]) => {
    for (const key of pressed) await page.keyboard.press(key);
  };
  /** Tabs to what is called so; fails where no Tab leads there. */
  const tabTo = async (name: string, key = 'Tab') => {
    for (let count = 0; count < 120; count += 1) {
      await page.keyboard.press(key);
      const found = await page.evaluate(() => {
        const element = document.activeElement;
        const labels =
          element instanceof HTMLInputElement || element instanceof HTMLSelectElement ? element.labels : null;
        return element?.getAttribute('aria-label') ?? labels?.[0]?.textContent?.trim() ?? element?.textContent?.trim();
      });
      if (found === name) return;
    }
    assert.fail(`no ${key} leads to ${name}`);
  };
  await keys('3');
  await page.getByRole('heading', { name: 'Networks' }).waitFor(patiently);
  await tabTo('New network');
  await keys('Enter');
  await page.getByRole('application', { name: 'Network canvas' }).waitFor(patiently);
  await tabTo('Outline');
  await keys('Enter');
  await tabTo('Network outline');
  await keys('Home', 'ArrowDown', 'ArrowDown', 'Enter');
  // Enter led to the first field of stage 1.
  await keys('Control+a');
  await page.keyboard.type('2');
  await tabTo('Network outline', 'Shift+Tab');
  await keys('Insert', 'Insert');
  await tabTo('Family');
  await page.keyboard.type('Wide');
  await tabTo('Survival');
  await page.keyboard.type('linear');
  await tabTo('P of the last block, value');
  await keys('Control+a');
  await page.keyboard.type('0.5');
  await picture(page, 'design-keyboard');
  await tabTo('Train', 'Shift+Tab');
  await keys('Enter');
  await page.getByRole('dialog').waitFor(patiently);
  await tabTo('Dataset');
  await page.keyboard.type('shapes');
  await tabTo('Train');
  await keys('Enter');
  assert.deepEqual(await runOnScreen('network 2'), { ...drawn('network 2'), ...shapes });
  // Its numbers for that dataset now have what was measured beside them.
  await page.goBack();
  await page.getByLabel('Numbers for').selectOption('shapes');
  await page
    .getByRole('region', { name: 'Numbers' })
    .getByText(/images\/s$/)
    .waitFor(patiently);
});
