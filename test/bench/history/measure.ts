/**
 * `bench --history`: how the history and the comparison hold up in Chromium with 1,000 runs of 12 curves with 10,000
 * points each. Fills a data folder in the cache at the first time (about 700 MB), serves it, and looks at the page as a
 * person would.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { spawn } from 'node:child_process';
import { chromium } from 'playwright-core';
import type { Page } from 'playwright-core';
import { openStore } from '../../../src-main/core/store/open.ts';
import { buildParts } from '../../../src-main/setup/build.mjs';
import { cacheFolder } from '../../../src-main/setup/engine.mjs';
import { checkoutFolder } from '../../../src-main/setup/paths.mjs';
import { staleParts } from '../../../src-main/setup/sources.mjs';
import { atMost, nothing } from '../report.ts';
import type { Report } from '../report.ts';
import { median } from '../timing.ts';
import { timesOf, traced } from '../../page/long/frames.ts';
import { fill } from './fill.ts';

const size = { runs: 1000, points: 10_000 };
export const bounds = {
  firstPaintMs: 300,
  filterMs: 100,
  overlayMs: 1000,
  zoomMs: 200,
  frameP95Ms: 16,
  coreMegabytes: 500,
  /** Appending with 1,000 runs stored by appending with 10. */
  appendRatio: 1.5,
} as const;

/** The filled data folder; made anew where its layout is another one. */
function filledHome(note: (text: string) => void): string {
  const home = join(cacheFolder(), 'bench', `history-${size.runs}-${size.points}-1`);
  if (existsSync(home)) return home;
  const beside = `${home}.part`;
  rmSync(beside, { recursive: true, force: true });
  mkdirSync(beside, { recursive: true });
  fill(beside, size.runs, size.points, (done) => note(`Filling ${done} of ${size.runs} runs`));
  renameSync(beside, home);
  return home;
}

/** Milliseconds until a condition of the page holds, looked at with every frame; `act` begins it. */
function until(page: Page, act: string, holds: string): Promise<number> {
  return page.evaluate(`(async () => {
    const begun = performance.now();
    ${act};
    while (!(${holds})) {
      if (performance.now() - begun > 30_000) throw new Error('It never came: ' + (document.querySelector('section[aria-label="Accuracy"] header')?.innerText ?? '') + (document.querySelector('.toasts, [role=alert]')?.innerText ?? ''));
      await new Promise(requestAnimationFrame);
    }
    return performance.now() - begun;
  })()`);
}

const rowsThere = `document.querySelectorAll('tbody tr').length > 5`;
const panel = `document.querySelector('section[aria-label="Accuracy"] header')`;
/** All curves have come: the panel tells how many points there are of those that it draws. */
const overlaid = `${panel}?.innerText.includes(' of 2,000,000 points')`;

/** First rows after the page was opened, without the time that a cold browser takes for its own files. */
async function firstPaint(page: Page, address: string): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 5; round++) {
    await page.goto(new URL('/#/settings', address).href);
    await page.reload();
    await page.locator('main .screen').waitFor();
    await page.waitForTimeout(500);
    times.push(await until(page, `location.hash = '#/runs'`, rowsThere));
  }
  return median(times);
}

/** The same from the start of the page's loading: connection, list and first rows. */
async function coldPaint(page: Page, address: string): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 5; round++) {
    await page.goto('about:blank');
    await page.goto(new URL('/#/runs', address).href, { waitUntil: 'commit' });
    times.push(
      await page.evaluate<number>(`(async () => {
        while (!(${rowsThere})) await new Promise(requestAnimationFrame);
        return performance.now() - performance.getEntriesByName('first-paint')[0].startTime;
      })()`),
    );
  }
  return median(times);
}

async function filtering(page: Page): Promise<number> {
  const times: number[] = [];
  for (const [text, count] of [
    ['acc > 0.93 and family = wide', /, \d+ shown/],
    ['tag = night', /, \d+ shown/],
    ['not tag = night and lr < 0.1', /, \d+ shown/],
    ['resnet110', /, \d+ shown/],
  ] as const) {
    const before = await page.locator('.count').innerText();
    times.push(
      await until(
        page,
        `const box = document.querySelector('input[type=search]'); box.value = ${JSON.stringify(text)};
         box.dispatchEvent(new Event('input', { bubbles: true }))`,
        `document.querySelector('.count').innerText !== ${JSON.stringify(before)} && ${String(count)}.test(document.querySelector('.count').innerText)`,
      ),
    );
  }
  return Math.max(...times);
}

interface Server {
  readonly address: string;
  readonly pid: number;
  close(): void;
}

function serve(home: string): Promise<Server> {
  const program = join(checkoutFolder(), 'src-main', 'cli', 'index.ts');
  const child = spawn(process.execPath, [program, 'serve', '--home', home, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (bytes: Buffer) => {
      text += bytes.toString();
      if (!text.includes('\n')) return;
      const { address } = JSON.parse(text) as { address: string };
      resolve({ address, pid: child.pid as number, close: () => child.kill('SIGTERM') });
    });
    child.once('error', reject);
    child.once('exit', (status) => reject(new Error(`The server ended with status ${status}.`)));
  });
}

const residentMegabytes = (pid: number): number =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1000;

/** Milliseconds for 200 batches of 50 points that are committed one by one. */
function appending(home: string): number {
  const store = openStore(home);
  try {
    const { run: like, spec, recipe, dataset, provenance } = store.readRunDetail(store.listRuns()[0]!.id);
    const { network, family, parameters, data, dataName, seed, steps, epochs } = like;
    const same = {
      network,
      family,
      parameters,
      data,
      dataName,
      seed,
      steps,
      epochs,
      spec,
      recipe,
      dataset,
      provenance,
    };
    const run = store.addRun({ ...same, name: 'Appended', group: null, deviceAsked: 'auto', status: 'finished' });
    const times: number[] = [];
    for (let batch = 0; batch < 200; batch++) {
      const begun = performance.now();
      store.appendPoints(
        run.id,
        Array.from({ length: 50 }, (_, index) => ({
          series: 'step/loss',
          step: batch * 50 + index + 1,
          value: index / 7,
        })),
      );
      times.push(performance.now() - begun);
    }
    store.deleteRun(run.id);
    return median(times);
  } finally {
    store.close();
  }
}

/** With 1,000 runs by with 10, in turn, because the disk has moods. */
function appendRatio(large: string): number {
  const small = join(cacheFolder(), 'bench', 'history-small');
  rmSync(small, { recursive: true, force: true });
  fill(small, 10, size.points);
  const times: { few: number[]; many: number[] } = { few: [], many: [] };
  for (let round = 0; round < 5; round++) {
    times.few.push(appending(small));
    times.many.push(appending(large));
  }
  return median(times.many) / median(times.few);
}

/** Measures everything. */
export async function benchHistory(note: (text: string) => void): Promise<Report> {
  await buildParts(checkoutFolder(), staleParts(checkoutFolder()));
  const home = filledHome(note);
  note('Appending');
  const ratio = appendRatio(home);
  const server = await serve(home);
  const browser = await chromium.launch({
    executablePath: process.env['RESIDUA_TEST_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(server.address);
    note('Opening the list');
    await coldPaint(page, server.address);
    const firstPaintMs = Math.max(await firstPaint(page, server.address), await coldPaint(page, server.address));
    note('Filtering');
    const filterMs = await filtering(page);
    note('Laying 100 runs over each other');
    const runs = await page.evaluate<string[]>(`(async () => {
      location.hash = '#/runs?seeds=apart';
      await new Promise((resolve) => setTimeout(resolve, 500));
      return [...new Set([...document.querySelectorAll('tbody a')].map((link) => link.hash.split('/')[2]))];
    })()`);
    const all = idsOf(home).filter((id) => !runs.includes(id));
    const hundred = (from: number) => all.slice(from, from + 100).join(',');
    const overlays: number[] = [];
    for (let round = 0; round < 3; round++) {
      await page.evaluate(`location.hash = '#/runs'`);
      await page.waitForTimeout(500);
      overlays.push(await until(page, `location.hash = '#/compare?runs=${hundred(round * 100)}'`, overlaid));
    }
    await page.waitForTimeout(1000);
    note('Zooming');
    const compared = hundred(200);
    const zooms: number[] = [];
    for (const from of [20, 60, 100, 140]) {
      // 100 runs × 2 curves × 61 steps an epoch.
      zooms.push(
        await until(
          page,
          `location.hash = '#/compare?runs=${compared}&zoom=${from}~${from + 1}'`,
          `${panel}.innerText.includes('Show all') && !${panel}.innerText.includes(' points')`,
        ),
      );
      await page.waitForTimeout(300);
    }
    note('Panning');
    const session = await page.context().newCDPSession(page);
    const trace = await traced(session, async () => {
      for (let step = 0; step < 60; step++) {
        await page.evaluate(
          `location.hash = '#/compare?runs=${compared.split(',').slice(0, 10).join()}&zoom=${step}~${step + 20}'`,
        );
        await page.waitForTimeout(50);
      }
      await page.evaluate(`location.hash = '#/runs'`);
      await page.locator('tbody tr').first().waitFor();
      for (let step = 0; step < 120; step++) {
        await page.mouse.move(700, 400);
        await page.mouse.wheel(0, 300);
        await page.waitForTimeout(16);
      }
    });
    const times = timesOf(trace).frames;
    const found = [
      atMost('history, first rows, ms', firstPaintMs, bounds.firstPaintMs),
      atMost('history, filter, ms', filterMs, bounds.filterMs),
      atMost('100 runs over each other, ms', median(overlays), bounds.overlayMs),
      atMost('every point of a zoom, ms', median(zooms), bounds.zoomMs),
      atMost(
        'script and layout of a frame, 95th percentile, ms',
        times[Math.floor(times.length * 0.95)] ?? Infinity,
        bounds.frameP95Ms,
      ),
      atMost('largest memory of core, MB', residentMegabytes(server.pid), bounds.coreMegabytes),
      atMost('appending with 1,000 runs stored by with 10', ratio, bounds.appendRatio),
    ];
    return { ...nothing, bounds: found };
  } finally {
    await browser.close();
    server.close();
  }
}

function idsOf(home: string): string[] {
  const store = openStore(home);
  const ids = store
    .listRuns()
    .filter(({ status }) => status === 'finished')
    .map(({ id }) => id);
  store.close();
  return ids;
}
