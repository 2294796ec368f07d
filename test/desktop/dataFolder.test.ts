/** The data folder: chosen in the settings for the next start, or named at this one. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { ask } from './asking.ts';
import { emptyHome, limited, openApp, picture } from './window.ts';

async function settings(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('heading', { name: 'Settings' }).waitFor();
}

test('another data folder holds from the next start on, and the usual one comes back', limited, async () => {
  const [profile, chosen] = [emptyHome(), mkdtempSync(join(tmpdir(), 'residua chosen '))];
  const start = () => openApp({ home: null, environment: { XDG_CONFIG_HOME: profile, XDG_DATA_HOME: profile } });
  {
    await using opened = await start();
    const { app, page } = opened;
    assert.equal((await ask(page, 'app.status', {})).home, join(profile, 'residua'));
    await app.evaluate(({ dialog }, path) => {
      dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [path] });
    }, chosen);
    await settings(page);
    await page.getByRole('button', { name: 'Choose another…' }).click();
    await page.getByText('From the next start on:').waitFor();
    await picture(page, 'settings-data-folder');
    // This start keeps to its own.
    assert.equal((await ask(page, 'app.status', {})).home, join(profile, 'residua'));
  }
  {
    await using opened = await start();
    const { page } = opened;
    assert.equal((await ask(page, 'app.status', {})).home, chosen);
    await settings(page);
    await page.getByRole('button', { name: 'Use the usual one' }).click();
    await page.getByText('From the next start on: the usual folder').waitFor();
  }
  const kept = readFileSync(join(profile, 'Residua', 'window.json'), 'utf8');
  assert.equal((JSON.parse(kept) as { dataFolder: string | null }).dataFolder, null);
});

test('a folder that is named at the start wins, and the page says so', limited, async () => {
  await using opened = await openApp();
  await settings(opened.page);
  await opened.page.getByText('It was named at this start with --home or RESIDUA_HOME').waitFor();
  assert.equal(await opened.page.getByRole('button', { name: 'Choose another…' }).count(), 0);
});
