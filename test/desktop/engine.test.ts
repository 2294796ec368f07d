/** The Engine screen, and what the window does while the engine is missing, being installed, or does not reach a card. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { seriousFindings } from '../page/accessible.ts';
import { fakeDriver } from '../setup/driver.ts';
import { eventually } from './asking.ts';
import { patiently } from './film.ts';
import { limited, openApp, picture } from './window.ts';

/** A pip that fetches slowly and for ever, or, where the file `broken` lies beside it, not at all. */
const pip = `#!/bin/sh
if [ -e "$(dirname "$0")/broken" ]; then echo 'ERROR: Max retries exceeded' >&2; exit 1; fi
while true; do head -c 4000000 /dev/zero >> "$TMPDIR/wheel"; sleep 0.2; done
`;

function slowNetwork() {
  const folder = mkdtempSync(join(tmpdir(), 'residua-pip-'));
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'python3'), pip);
  chmodSync(join(bin, 'python3'), 0o755);
  const cache = join(folder, 'cache');
  return {
    cache,
    broken: join(bin, 'broken'),
    environment: { RESIDUA_CACHE: cache, RESIDUA_ENGINE: 'cpu', PATH: `${bin}${delimiter}${process.env['PATH']}` },
  };
}

const assertAccessible = async (page: Page) => assert.deepEqual(await seriousFindings(page), []);

const go = (page: Page, name: string) => page.getByRole('link', { name, exact: true }).first().click();

test('the window works while the engine is missing, and while it is installed', limited, async () => {
  const { environment, cache, broken } = slowNetwork();
  mkdirSync(join(cache, 'engine', 'cpu-2.20.0'), { recursive: true });
  await using opened = await openApp({ environment });
  const { app, page } = opened;
  await go(page, 'Engine');
  await page.getByText('TensorFlow 2.20.0 is installed; this Residua trains with a newer one.').waitFor(patiently);
  rmSync(join(cache, 'engine'), { recursive: true });
  await page.reload();
  await page.getByText('Not installed yet.').waitFor(patiently);
  await page.getByText('274 MB to download').waitFor();
  await picture(page, 'engine-missing');
  await assertAccessible(page);

  // The one button begins with the engine; meanwhile there is something to look at.
  await go(page, 'Runs');
  await page.getByRole('button', { name: 'Train ResNet-20 on digits (about 1 minute)' }).click();
  await page.getByText('Training starts by itself then.').waitFor(patiently);
  await go(page, 'Data');
  await page.getByText('Digits').first().waitFor(patiently);
  await go(page, 'Design');
  await page.getByText('multiply-adds').first().waitFor(patiently);
  await go(page, 'Engine');
  await page.getByText(/^\d+(\.\d)? MB of 274 MB$/).waitFor(patiently);
  await page.getByText(/^[\d.]+ [kM]?B\/s$/).waitFor(patiently);
  await page.getByText(/ left$/).waitFor(patiently);
  await picture(page, 'engine-installing');
  await assertAccessible(page);
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByText('paused', { exact: true }).waitFor();
  // The last look at the growing file may be on its way.
  await page.waitForTimeout(600);
  const size = page.getByText(/ of 274 MB$/);
  const before = await size.innerText();
  await page.waitForTimeout(1000);
  assert.equal(await size.innerText(), before);
  await page.getByRole('button', { name: 'Go on' }).click();
  await eventually(async () => (await size.innerText()) !== before);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('Not installed yet.').waitFor(patiently);
  assert.deepEqual(existsSync(join(cache, 'engine')) ? readdirSync(join(cache, 'engine')) : [], []);

  // What goes wrong is said where it happened, with a way on.
  writeFileSync(broken, '');
  await page.getByRole('button', { name: 'Install' }).click();
  await page.getByText(/could not be downloaded: the package registry cannot be reached/).waitFor(patiently);
  await assertAccessible(page);
  await go(page, 'Runs');
  await page.getByText(/could not be downloaded: the package registry cannot be reached/).waitFor();
  rmSync(broken);
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('Training starts by itself then.').waitFor(patiently);
  await page.getByRole('button', { name: 'Do not train then' }).click();
  await page.getByRole('button', { name: 'Train ResNet-20 on digits (about 1 minute)' }).waitFor();
  await app.evaluate(({ app: electron }) => electron.quit());
});

test('an engine that the start asks for is installed while the window is open', limited, async () => {
  const { environment } = slowNetwork();
  await using opened = await openApp({ environment: { ...environment, RESIDUA_ENGINE_SETUP: '1' } });
  await opened.page.getByRole('link', { name: 'engine installing' }).click();
  await opened.page.getByText(/ of 274 MB$/).waitFor(patiently);
});

test('a card that the engine does not reach is named everywhere, with the mend', limited, async () => {
  const { PATH } = fakeDriver(
    mkdtempSync(join(tmpdir(), 'residua-driver-')),
    'echo "NVIDIA GeForce RTX 3090, 24576, 550.54.15"',
  );
  await using opened = await openApp({ environment: { PATH, RESIDUA_ENGINE: 'cpu' } });
  const { page } = opened;
  const banner = page.getByText(
    'NVIDIA GeForce RTX 3090 is there but not used: the CPU build of the engine is installed.',
  );
  for (const screen of ['Runs', 'Compare', 'Design', 'Data']) {
    await go(page, screen);
    await banner.waitFor(patiently);
  }
  await page.getByRole('link', { name: 'Open Engine' }).click();
  await page.getByText('550.54.15').waitFor();
  await page.getByText('no', { exact: true }).waitFor();
  await picture(page, 'engine-card');
  await assertAccessible(page);
  await go(page, 'Runs');
  await page.getByRole('button', { name: 'Not now' }).click();
  assert.equal(await banner.count(), 0);
});

test('an engine that is there is checked by loading it', limited, async () => {
  await using opened = await openApp();
  const { page } = opened;
  await go(page, 'Engine');
  await page.getByText('Ready to train.').waitFor(patiently);
  await page.getByRole('button', { name: 'Check' }).click();
  await page
    .getByText(/^The engine loads and /)
    .first()
    .waitFor(patiently);
  await picture(page, 'engine');
});
