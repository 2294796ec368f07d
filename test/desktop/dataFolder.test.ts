/** The data folder: chosen in the settings for the next start, or named at this one. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ElectronApplication, Page } from 'playwright-core';
import { findPreset } from '../../src-main/shared/network/presets.ts';
import { seriousFindings } from '../page/accessible.ts';
import { ask } from './asking.ts';
import { running } from './processes.ts';
import { emptyHome, limited, openApp, picture } from './window.ts';
import type { Opened } from './window.ts';

async function settings(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('heading', { name: 'Settings' }).waitFor();
}

/** The window's next answer to "which folder?". */
const answerWith = (app: ElectronApplication, path: string) =>
  app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [chosen] });
  }, path);

test('another data folder holds from the next start on, and the usual one comes back', limited, async () => {
  const [profile, chosen] = [emptyHome(), mkdtempSync(join(tmpdir(), 'residua chosen '))];
  const start = () => openApp({ home: null, environment: { XDG_CONFIG_HOME: profile, XDG_DATA_HOME: profile } });
  {
    await using opened = await start();
    const { app, page } = opened;
    assert.equal((await ask(page, 'app.status', {})).home, join(profile, 'residua'));
    await answerWith(app, chosen);
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

test(
  'a chosen folder that is gone is asked about, never made anew by itself, and comes back whole',
  limited,
  async () => {
    const profile = emptyHome();
    const disk = mkdtempSync(join(tmpdir(), 'residua disk '));
    const [chosen, away, other] = ['lab', 'away', 'other'].map((name) => join(disk, name)) as [string, string, string];
    for (const path of [chosen, other]) mkdirSync(path);
    const start = () => openApp({ home: null, environment: { XDG_CONFIG_HOME: profile, XDG_DATA_HOME: profile } });
    const homeOf = async (page: Page) => (await ask(page, 'app.status', {})).home;
    const kept = () =>
      (JSON.parse(readFileSync(join(profile, 'Residua', 'window.json'), 'utf8')) as { dataFolder: string }).dataFolder;
    /** Starts, looks at the question, answers by a button, and tells which folder is used then. */
    const answered = async (button: string, before?: (opened: Opened) => Promise<unknown>) => {
      await using opened = await start();
      const { page } = opened;
      await page.getByRole('heading', { name: 'The data folder is not there' }).waitFor();
      assert.equal(await page.locator('.path').innerText(), chosen);
      assert.deepEqual(running(opened.app.process().pid ?? 0, 'core.mjs'), [], 'core waits');
      await before?.(opened);
      await page.getByRole('button', { name: button }).click();
      await page.getByRole('link', { name: 'Runs' }).waitFor();
      // Before the window is closed.
      const home = await homeOf(page);
      return home;
    };
    {
      await using opened = await start();
      const { app, page } = opened;
      await answerWith(app, chosen);
      await settings(page);
      await page.getByRole('button', { name: 'Choose another…' }).click();
      await page.getByText('From the next start on:').waitFor();
    }
    {
      await using opened = await start();
      const { page } = opened;
      const network = { ...findPreset('resnet20').spec, name: 'kept' };
      await ask(page, 'network.save', { spec: network, tags: [], basedOn: null });
      assert.equal(await homeOf(page), chosen);
    }
    renameSync(chosen, away);
    const findings: string[] = [];
    const usual = await answered('Use the usual folder this time', async ({ page }) => {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await page.locator(`html[data-theme="${colorScheme}"]`).waitFor();
        findings.push(...(await seriousFindings(page)));
        await picture(page, `data-folder-gone-${colorScheme}`);
      }
      await page.getByRole('button', { name: 'Look again' }).click();
      await page.getByText('It is still not there.').waitFor();
    });
    assert.deepEqual([findings, usual, existsSync(chosen), kept()], [[], join(profile, 'residua'), false, chosen]);

    // Where a disk was mounted an empty folder stays; it is no better than none.
    mkdirSync(chosen);
    const back = await answered('Look again', async () => {
      rmdirSync(chosen);
      renameSync(away, chosen);
    });
    assert.equal(back, chosen);
    {
      await using opened = await start();
      const designs = await ask(opened.page, 'network.list', {});
      assert.ok(designs.some(({ spec }) => spec.name === 'kept'));
    }
    {
      // Torn away while it is in use: core is not started again on what is not there.
      await using opened = await start();
      const { app, page } = opened;
      assert.equal(await homeOf(page), chosen);
      renameSync(chosen, away);
      for (const core of running(app.process().pid ?? 0, 'core.mjs')) process.kill(core, 'SIGKILL');
      await page.getByRole('heading', { name: 'The data folder is not there' }).waitFor();
      assert.equal(existsSync(chosen), false);
      renameSync(away, chosen);
      await page.getByRole('button', { name: 'Look again' }).click();
      await page.getByRole('link', { name: 'Runs' }).waitFor();
      assert.equal(await homeOf(page), chosen);
    }
    renameSync(chosen, away);
    assert.equal(await answered('Begin anew there'), chosen);
    rmSync(chosen, { recursive: true });
    assert.equal(await answered('Choose another…', ({ app }) => answerWith(app, other)), other);
    assert.deepEqual([kept(), existsSync(join(away, 'residua.sqlite'))], [other, true]);
  },
);

test(
  'a folder that is named at the start wins, is made where it is missing, and the page says so',
  limited,
  async () => {
    const home = join(emptyHome(), 'not there yet');
    await using opened = await openApp({ home });
    assert.equal((await ask(opened.page, 'app.status', {})).home, home);
    await settings(opened.page);
    await opened.page.getByText('It was named at this start with --home or RESIDUA_HOME').waitFor();
    assert.equal(await opened.page.getByRole('button', { name: 'Choose another…' }).count(), 0);
  },
);
