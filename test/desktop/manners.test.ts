/** How the app behaves on a desktop: sleep, taskbar, notifications, quitting, a second start, what it remembers. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { ElectronApplication } from 'playwright-core';
import { ask, endlessRun, eventually, until } from './asking.ts';
import { running } from './processes.ts';
import { display, emptyHome, endApp, limited, openApp, prepared } from './window.ts';
import { inWords } from '../../src-main/shared/failure.ts';
import type { Opened } from './window.ts';

interface Noted {
  progress: number[];
  notices: string[];
  awake: boolean;
  questions: { message: string; buttons: string[] }[];
  /** Button that answers the next question. */
  response: number;
}

/** Notes what the shell does on the desktop, and answers its questions. */
async function noteManners(app: ElectronApplication): Promise<void> {
  await app.evaluate(({ BrowserWindow, Notification, dialog, powerSaveBlocker }) => {
    const noted: Noted = { progress: [], notices: [], awake: false, questions: [], response: 2 };
    Object.assign(globalThis, { noted });
    const { setProgressBar } = BrowserWindow.prototype;
    BrowserWindow.prototype.setProgressBar = function (progress, options) {
      noted.progress.push(progress);
      setProgressBar.call(this, progress, options);
    };
    Notification.isSupported = () => true;
    // Each notification has a `show` of its own, so it is met where the shell waits for a click on it.
    const { on } = Notification.prototype;
    Notification.prototype.on = function (this: Electron.Notification, ...given: [string, () => void]) {
      noted.notices.push(`${this.title}. ${this.body}`);
      Object.assign(globalThis, { click: given[1] });
      return Reflect.apply(on, this, given);
    } as unknown as typeof on;
    const { start, stop } = powerSaveBlocker;
    powerSaveBlocker.start = (kind) => {
      noted.awake = true;
      return start.call(powerSaveBlocker, kind);
    };
    powerSaveBlocker.stop = (id) => {
      noted.awake = false;
      return stop.call(powerSaveBlocker, id);
    };
    dialog.showMessageBox = async (...given: unknown[]) => {
      const options = given.at(-1) as { message: string; buttons: string[] };
      noted.questions.push({ message: options.message, buttons: options.buttons });
      return { response: noted.response, checkboxChecked: false };
    };
  });
}
const noted = (app: ElectronApplication) => app.evaluate(() => (globalThis as unknown as { noted: Noted }).noted);
const willAnswer = (app: ElectronApplication, response: number) =>
  app.evaluate(
    (_electron, value) => void ((globalThis as unknown as { noted: Noted }).noted.response = value),
    response,
  );
const windows = (app: ElectronApplication) => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);
const closeWindow = (app: ElectronApplication) =>
  app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
const exited = (app: ElectronApplication) =>
  new Promise<number | null>((resolve) => {
    const child = app.process();
    if (child.exitCode !== null) resolve(child.exitCode);
    else child.once('exit', resolve);
  });

const home = emptyHome();
let opened: Opened;
before(async () => {
  opened = await openApp({ home });
  await noteManners(opened.app);
}, limited);
after(() => endApp(opened.app), limited);

test('a run keeps the system awake, moves the taskbar, and says its end behind other windows', limited, async () => {
  const { app, page } = opened;
  const run = await endlessRun(page);
  await until(page, run.id, ({ step }) => step > 2);
  assert.equal((await noted(app)).awake, true);
  await app.evaluate(({ BrowserWindow }) => {
    BrowserWindow.prototype.isFocused = () => false;
  });
  await ask(page, 'run.stop', { run: run.id, now: false });
  await until(page, run.id, ({ status }) => status === 'stopped');
  const [short] = await ask(page, 'run.start', {
    network: 'resnet20',
    data: 'digits',
    recipe: { duration: { epochs: 1 } },
    device: 'cpu',
    seeds: 1,
  });
  assert.ok(short);
  await eventually(async () => (await noted(app)).notices.length > 0);
  const { awake, progress, notices } = await noted(app);
  assert.equal(awake, false);
  // Nothing is said of the run that was stopped by hand.
  assert.match(notices.join('\n'), /^.* is finished\. Best test accuracy \d+\.\d %\.$/);
  assert.ok(progress.some((value) => value > 0 && value <= 1));
  assert.equal(progress.at(-1), -1);
  await app.evaluate(() => (globalThis as unknown as { click: () => void }).click());
  await page.waitForURL(new RegExp(`#/runs/${short.id}`));
});

test('datasets that were trained on are in the File menu', limited, async () => {
  const labels = await opened.app.evaluate(({ Menu }) => {
    const recent = Menu.getApplicationMenu()?.getMenuItemById('recent')?.submenu;
    return recent?.items.map(({ label }) => label);
  });
  assert.deepEqual(labels, ['Digits']);
});

test('commands of the menu reach the page', limited, async () => {
  const { app, page } = opened;
  await app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('go.engine')?.click());
  await page.waitForURL(/#\/engine$/);
  await app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('recent')?.submenu?.items[0]?.click());
  await page.waitForURL(/#\/data\/digits$/);
});

test('diagnostics are shown, then written where the person says', limited, async () => {
  const { app, page } = opened;
  const folder = join(mkdtempSync(join(tmpdir(), 'residua-diagnostics-')), 'diagnostics');
  await app.evaluate(({ Menu, dialog }, filePath) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath });
    Menu.getApplicationMenu()?.getMenuItemById('diagnostics.save')?.click();
  }, folder);
  await page.getByRole('button', { name: /^Save \d+ files…$/ }).click();
  await page.getByText('Saved diagnostics in diagnostics.').first().waitFor();
  assert.deepEqual(readdirSync(folder).sort(), ['core.log', 'runs.json', 'status.json']);
  assert.equal((JSON.parse(readFileSync(join(folder, 'status.json'), 'utf8')) as { home: string }).home, home);
});

test('the theme is kept for the first paint of the next start', limited, async () => {
  const { app, page } = opened;
  assert.deepEqual(await page.evaluate(() => window.residua?.desktop.setTheme('dark')), { ok: true, value: null });
  assert.equal(await app.evaluate(({ nativeTheme }) => nativeTheme.shouldUseDarkColors), true);
  const kept = JSON.parse(readFileSync(join(home, 'window', 'window.json'), 'utf8')) as { theme: string };
  assert.equal(kept.theme, 'dark');
});

test('a second start brings the window forward and ends', limited, async () => {
  const runtime = await prepared();
  const second = spawn(runtime.executable, [...runtime.args, '--home', home], {
    env: { ...process.env, ...runtime.environment, DISPLAY: await display() },
    stdio: 'ignore',
  });
  assert.equal(await new Promise((resolve) => second.once('exit', resolve)), 0);
  assert.equal(await windows(opened.app), 1);
});

test('Stop finishes the step and keeps it; a second press ends a trainer that does not answer', limited, async () => {
  const { app, page } = opened;
  const gentle = await endlessRun(page);
  await until(page, gentle.id, ({ step }) => step > 2);
  await page.evaluate((hash) => void (location.hash = hash), `#/runs/${gentle.id}`);
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  const { step } = await until(page, gentle.id, ({ status }) => status === 'stopped');
  const { checkpoints } = await ask(page, 'run.show', { run: gentle.id });
  assert.equal(checkpoints.at(-1)?.step, step);
  await page
    .locator('.result')
    .getByText(/^Stopped after /)
    .waitFor();

  const stuck = await endlessRun(page);
  await until(page, stuck.id, ({ step: done }) => done > 2);
  await page.evaluate((hash) => void (location.hash = hash), `#/runs/${stuck.id}`);
  const stop = page.getByRole('button', { name: 'Stop', exact: true });
  await stop.waitFor();
  for (const trainer of running(app.process().pid ?? 0, 'trainer.mjs')) process.kill(trainer, 'SIGSTOP');
  await stop.click();
  await page.getByRole('button', { name: 'Stop now' }).click();
  await until(page, stuck.id, ({ status }) => status === 'stopped');
  const { events } = await ask(page, 'run.show', { run: stuck.id });
  assert.ok(
    events.some(({ text }) => inWords(text) === 'Stopped at once; the training process was ended.'),
    JSON.stringify(events),
  );
});

test('closing the window while a run trains asks, and Cancel stays', limited, async () => {
  const { app, page } = opened;
  const run = await endlessRun(page);
  await until(page, run.id, ({ step }) => step > 2);
  await closeWindow(app);
  await eventually(async () => (await noted(app)).questions.length === 1);
  const { questions } = await noted(app);
  assert.deepEqual(questions, [
    { message: `${run.name} is training.`, buttons: ['Keep running', 'Checkpoint and quit', 'Cancel'] },
  ]);
  assert.equal(await windows(app), 1);
});

test('Keep running closes the window and trains on; the next start shows it again', limited, async () => {
  const { app } = opened;
  await willAnswer(app, 0);
  await closeWindow(app);
  await eventually(async () => (await windows(app)) === 0);
  const runtime = await prepared();
  const reopened = app.waitForEvent('window');
  spawn(runtime.executable, [...runtime.args, '--home', home], {
    env: { ...process.env, ...runtime.environment, DISPLAY: await display() },
    stdio: 'ignore',
  });
  const page = await reopened;
  opened = { ...opened, page };
  await page.getByText('resnet20').first().waitFor();
  const [run] = await ask(page, 'run.list', {});
  assert.equal(run?.status, 'training');
});

test('Checkpoint and quit ends the run at its next step, and then the app', limited, async () => {
  const { app } = opened;
  await willAnswer(app, 1);
  const gone = exited(app);
  await app.evaluate(({ app: electron }) => electron.quit());
  assert.equal(await gone, 0);
  opened = await openApp({ home });
  const [run] = await ask(opened.page, 'run.list', {});
  assert.equal(run?.status, 'stopped');
  const { checkpoints } = await ask(opened.page, 'run.show', { run: run.id });
  assert.equal(checkpoints.at(-1)?.step, run.step);
});
