/** A folder, a zip and a CIFAR archive are dropped and trained on, in the window and in a browser through `serve`. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import type { Page } from 'playwright-core';
import { cifar10Binary, imageFolder, someImages } from '../fixtures/datasets.ts';
import { tarGzOf, writeFolder, zipOf } from '../fixtures/files.ts';
import { datasets, drop, importAs, review, trainOnIt } from './dropping.ts';
import { patiently } from './film.ts';
import { checkout, emptyHome, endApp, openApp, picture, prepared } from './window.ts';

const files = mkdtempSync(join(tmpdir(), 'residua-dropped-'));
const folder = join(files, 'garden');
const zip = join(files, 'pictures.zip');
const archive = join(files, 'cifar-10-binary.tar.gz');
const large = join(files, 'large');
const names = ['apple', 'pear'];

/** Five files of 10,000 CIFAR images each: long enough to be stopped in the middle. */
function writeLarge(): void {
  const bytes = randomFillSync(new Uint8Array(10_000 * 3073));
  for (let record = 0; record < 10_000; record++) bytes[record * 3073] = record % 10;
  mkdirSync(join(large, 'cifar-10-batches-bin'), { recursive: true });
  for (const name of [1, 2, 3, 4, 5].map((at) => `data_batch_${at}`).concat('test_batch')) {
    randomFillSync(bytes, 1, 3000);
    writeFileSync(join(large, 'cifar-10-batches-bin', `${name}.bin`), bytes);
  }
}

before(async () => {
  writeFolder(folder, {
    ...(await imageFolder(someImages(48, 8, 8, 3, 2), names, 'png')),
    'apple/shopping.txt': 'five apples',
  });
  writeFileSync(zip, zipOf(await imageFolder(someImages(40, 10, 12, 3, 2, 3), names, 'png', 'train/')));
  writeFileSync(archive, tarGzOf(cifar10Binary(someImages(50, 32, 32, 3, 10), someImages(20, 32, 32, 3, 10, 4))));
  writeLarge();
});
after(() => rmSync(files, { recursive: true, force: true }));

interface Stage {
  readonly page: Page;
  readonly home: string;
  /** Answers the next dialog with these paths, while `open` opens it. */
  choose(paths: readonly string[], open: () => Promise<void>): Promise<void>;
  /** Pastes a file that was copied elsewhere. */
  paste(path: string): Promise<void>;
  close(): Promise<void>;
}

async function openWindow(): Promise<Stage> {
  const { page, home, app } = await openApp();
  return {
    page,
    home,
    async choose(paths, open) {
      await app.evaluate(
        ({ dialog }, filePaths) => {
          dialog.showOpenDialog = async () => ({ canceled: false, filePaths });
        },
        [...paths],
      );
      await open();
    },
    async paste(path) {
      await app.evaluate(async ({ clipboard, ...more }, address) => {
        const text = `${address}\r\n`;
        // Older Electrons take buffers, current ones items.
        const before = clipboard as unknown as { writeBuffer?: (format: string, bytes: Buffer) => void };
        if (before.writeBuffer) before.writeBuffer('text/uri-list', Buffer.from(text));
        else await clipboard.write([new more.ClipboardItem({ 'text/uri-list': text })]);
      }, pathToFileURL(path).href);
      await page.keyboard.press('Control+v');
    },
    close: () => endApp(app),
  };
}

/** Starts the program as a person without a display does, in a browser of its own. */
async function openServed(executablePath: string): Promise<Stage> {
  await prepared();
  const home = emptyHome();
  const program = spawn(process.execPath, [join(checkout, 'out/cli.mjs'), 'serve', '--home', home], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [address] = (await once(createInterface({ input: program.stdout! }), 'line')) as [string];
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(address);
  return {
    page,
    home,
    async choose(paths, open) {
      const [chooser] = await Promise.all([page.waitForEvent('filechooser'), open()]);
      await chooser.setFiles([...paths]);
    },
    async paste(path) {
      const content = readFileSync(path).toString('base64');
      await page.evaluate(
        ([name, text]) => {
          const clipboardData = new DataTransfer();
          clipboardData.items.add(new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], name));
          document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
        },
        [basename(path), content] as const,
      );
    },
    async close() {
      await browser.close();
      const ended = once(program, 'exit');
      program.kill('SIGKILL');
      await ended;
    },
  };
}

const browserPath = process.env['RESIDUA_TEST_CHROMIUM'] ?? '/usr/bin/chromium';
const stages = [
  { where: 'in the window', skip: false as const, open: openWindow },
  {
    where: 'through serve',
    skip: existsSync(browserPath) ? (false as const) : `no Chromium at ${browserPath}`,
    open: () => openServed(browserPath),
  },
];

/** Everything that the library has on the disk. */
const contents = (home: string) =>
  ['blocks', 'datasets', 'imports', 'uploads'].map((name) =>
    existsSync(join(home, name)) ? readdirSync(join(home, name)).sort() : [],
  );

for (const { where, skip, open } of stages) {
  const limited = { skip, timeout: 240_000 } as const;
  let stage: Stage;
  before(async () => {
    if (!skip) stage = await open();
  }, limited);
  after(() => stage?.close(), limited);

  test(`a dropped folder is looked at, imported and trained on, ${where}`, limited, async () => {
    const { page } = stage;
    await page.getByRole('link', { name: 'Data', exact: true }).click();
    await page.getByText('What is read').waitFor(patiently);
    await drop(page, [folder]);
    const found = await review(page);
    assert.match(found, /folder of images for each class/i);
    assert.match(found, /train 48/);
    assert.match(found, /2: apple 24, pear 24/);
    assert.match(found, /1 file is not taken/);
    await page.getByLabel('For validation, %').fill('10');
    await importAs(page, 'Garden');
    if (where === 'in the window') await picture(page, 'imported');
    await trainOnIt(page, 'Garden');
  });

  test(`a dropped zip is stored in the size and colour that were chosen, ${where}`, limited, async () => {
    const { page } = stage;
    // Dropped on another screen it is taken, too.
    await page.getByRole('link', { name: 'Runs' }).first().click();
    await drop(page, [zip]);
    assert.match(await review(page), /zip, 40 files/);
    await page.getByText('Letterbox').click();
    await page.getByLabel('Height × width').fill('8');
    await page.getByLabel('Width', { exact: true }).fill('8');
    await page.getByText('Grey', { exact: true }).click();
    await page.getByText('as stored, 8 × 8 × 1').waitFor(patiently);
    await importAs(page, 'Pictures');
    await trainOnIt(page, 'Pictures');
  });

  test(`a dropped CIFAR archive ends as a dataset that trains, ${where}`, limited, async () => {
    const { page } = stage;
    await page.getByRole('link', { name: 'Data', exact: true }).click();
    await drop(page, [archive]);
    assert.match(await review(page), /CIFAR-10, binary/);
    await importAs(page, 'Tiny CIFAR');
    await trainOnIt(page, 'Tiny CIFAR');
  });

  test(`files and a folder are chosen by dialog, and a copied file is pasted, ${where}`, limited, async () => {
    const { page, choose, paste } = stage;
    const giveUp = async () => {
      await page.getByRole('button', { name: 'Cancel' }).click();
      await page.getByText('What is read').waitFor(patiently);
    };
    await page.getByRole('link', { name: 'Data', exact: true }).click();
    await choose([zip], () => page.getByRole('button', { name: 'Choose files…' }).click());
    assert.match(await review(page), /zip, 40 files/);
    await giveUp();
    await choose([folder], () => page.getByRole('button', { name: 'Choose folder…' }).click());
    assert.match(await review(page), /train 48/);
    await giveUp();
    await paste(archive);
    assert.match(await review(page), /CIFAR-10, binary/);
    await giveUp();
  });

  test(`an import that is cancelled in the middle leaves nothing, ${where}`, limited, async () => {
    const { page, home } = stage;
    await page.getByRole('link', { name: 'Data', exact: true }).click();
    const before = contents(home);
    await drop(page, [large]);
    await review(page);
    await page.getByRole('button', { name: 'Import 60,000 images' }).click();
    await page
      .getByText(/images\/s/)
      .first()
      .waitFor(patiently);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('What is read').waitFor(patiently);
    assert.deepEqual(await datasets(page), ['Digits', 'Shapes', 'Garden', 'Pictures', 'Tiny CIFAR']);
    assert.deepEqual(contents(home), before);
  });
}
