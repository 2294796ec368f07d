/** The film in a real browser through `serve`: the same scenes, with the trainer killed and the program ended on the way. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';
import { buildParts } from '../../src-main/setup/build.mjs';
import { staleParts } from '../../src-main/setup/sources.mjs';
import { allKept, anotherSeed, finished, firstRun, grown, listOfRuns, liveChart, overlaid, patiently } from './film.ts';
import type { Stage } from './film.ts';
import { running, strangersOf } from './processes.ts';
import { checkout, emptyHome } from './window.ts';

const executablePath = process.env['RESIDUA_TEST_CHROMIUM'] ?? '/usr/bin/chromium';
const skip = existsSync(executablePath) ? false : `no Chromium at ${executablePath}`;
const limited = { skip, timeout: 180_000 } as const;

const home = emptyHome();
const strangers: string[] = [];
const requests: string[] = [];
let browser: Browser;
let program: ChildProcess;
let origin = '';
let stage: Stage;
let watch: NodeJS.Timeout;

/** Starts the program as a person without a display does, and opens the address that it prints. */
async function open(): Promise<void> {
  program = spawn(process.execPath, [join(checkout, 'out/cli.mjs'), 'serve', '--home', home], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [address] = (await once(createInterface({ input: program.stdout! }), 'line')) as [string];
  origin = new URL(address).origin;
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.on('request', (request) => void requests.push(request.url()));
  page.on('websocket', (socket) => void requests.push(socket.url()));
  await page.goto(address);
  stage = {
    page,
    async saved(save) {
      const [download] = await Promise.all([page.waitForEvent('download'), save()]);
      return readFileSync(await download.path(), 'utf8');
    },
    picture: () => Promise.resolve(),
  };
}

async function end(signal: NodeJS.Signals): Promise<void> {
  if (program.exitCode !== null || program.signalCode !== null) return;
  const ended = once(program, 'exit');
  program.kill(signal);
  await ended;
}

before(async () => {
  if (skip) return;
  if (!process.env['RESIDUA_TEST_BUILT']) await buildParts(checkout, staleParts(checkout));
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  await open();
  watch = setInterval(() => strangers.push(...strangersOf(program.pid ?? 0)), 250);
}, limited);
after(async () => {
  clearInterval(watch);
  await browser?.close();
  if (program) await end('SIGKILL');
}, limited);

test('an empty history offers one button, it trains, and the run ends with a sentence', limited, async () => {
  await firstRun(stage);
  await liveChart(stage);
  assert.match(await finished(stage), /^\d+\.\d % of the test images/);
});

test('the same network trains with another seed, and both are overlaid', limited, async () => {
  await anotherSeed(stage);
  await finished(stage);
  await overlaid(stage);
});

test('a killed trainer is said, and no point that was shown is missing', limited, async () => {
  await listOfRuns(stage);
  await stage.page.locator('tbody tr a').first().click();
  await anotherSeed(stage);
  const shown = await grown(stage, 'Loss', 0, 3);
  const [trainer] = running(program.pid ?? 0, 'trainer.mjs');
  assert.ok(trainer);
  process.kill(trainer, 'SIGKILL');
  const { page } = stage;
  await page
    .locator('.result')
    .getByText(/^Interrupted after /)
    .waitFor(patiently);
  await allKept(stage, 'Loss', shown);
});

test('a program that is gone is said; after the next start everything is there', limited, async () => {
  const runs = await listOfRuns(stage);
  await end('SIGTERM');
  await stage.page.getByText("The connection to Residua's core was lost.").waitFor(patiently);
  await stage.page.close();
  await open();
  assert.deepEqual(await listOfRuns(stage), runs);
  assert.deepEqual(
    runs.map((row) => row[1]),
    ['interrupted', 'finished', 'finished'],
  );
});

test('nothing was asked of anyone but the program, and it talked to nobody', limited, () => {
  const { host } = new URL(origin);
  const foreign = requests.filter(
    (url) => !/^(http|ws):\/\/127\.0\.0\.1:\d+\//.test(url) && !/^(blob|data):/.test(url),
  );
  assert.ok(requests.some((url) => url.startsWith(`ws://${host}/`)));
  assert.deepEqual([foreign, [...new Set(strangers)]], [[], []]);
});
