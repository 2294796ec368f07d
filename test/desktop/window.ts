/** Starts the app in a real Electron window, for the tests of this folder. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron } from 'playwright-core';
import sharp from 'sharp';
import type { ElectronApplication, Page } from 'playwright-core';
import { buildParts } from '../../src-main/setup/build.mjs';
import { electronRuntime } from '../../src-main/setup/electron.mjs';
import type { ElectronRuntime } from '../../src-main/setup/electron.mjs';
import { staleParts } from '../../src-main/setup/sources.mjs';

export const checkout = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
/** `RESIDUA_SCREENSHOTS=resources/screenshots npm test -- desktop/film` makes those of the README. */
const screenshots = resolve(checkout, process.env['RESIDUA_SCREENSHOTS'] ?? 'out/screenshots');

export interface Opened {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly home: string;
  /** What the app's processes wrote. */
  readonly log: string[];
  [Symbol.asyncDispose](): Promise<void>;
}

/** A display of one's own where the machine has none. Lives until the test process ends. */
let displayReady: Promise<string> | null = null;
export function display(): Promise<string> {
  const { DISPLAY } = process.env;
  if (DISPLAY) return Promise.resolve(DISPLAY);
  displayReady ??= new Promise((resolve, reject) => {
    const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1400x1000x24', '-nolisten', 'tcp'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    server.once('error', reject);
    server.stdio[3]?.once('data', (bytes: Buffer) => resolve(`:${bytes.toString().trim()}`));
    process.once('exit', () => server.kill());
    server.unref();
  });
  return displayReady;
}

/** An empty data folder. */
export const emptyHome = (): string => mkdtempSync(join(tmpdir(), 'residua-home-'));

/** Builds what is stale; all tests of a process share one build. */
let ready: Promise<ElectronRuntime> | null = null;
export function prepared(): Promise<ElectronRuntime> {
  ready ??= (async () => {
    if (!process.env['RESIDUA_TEST_BUILT']) await buildParts(checkout, staleParts(checkout));
    return electronRuntime({ checkout, onLine: () => undefined });
  })();
  return ready;
}

/** The older Electron of development now and then never answers Playwright's first questions; a new start does. */
const launchLimitMs = 30_000;
const mostLaunches = 3;

async function launched(options: Parameters<typeof _electron.launch>[0]): Promise<ElectronApplication> {
  for (let launch = 1; ; launch++) {
    try {
      return await _electron.launch({ ...options, timeout: launchLimitMs });
    } catch (thrown) {
      if (launch === mostLaunches || !(thrown instanceof Error && thrown.name === 'TimeoutError')) throw thrown;
    }
  }
}

/** Opens the app on a data folder; null names none. Dispose ends it. */
export async function openApp(
  options: { home?: string | null; arguments?: readonly string[]; environment?: NodeJS.ProcessEnv } = {},
): Promise<Opened> {
  const runtime = await prepared();
  const home = options.home === undefined ? emptyHome() : options.home;
  const environment = { ...process.env, ...runtime.environment, ...options.environment, DISPLAY: await display() };
  const app = await launched({
    executablePath: runtime.executable,
    args: [...runtime.args, ...(home === null ? [] : ['--home', home]), ...(options.arguments ?? [])],
    env: Object.fromEntries(
      Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
  });
  const log: string[] = [];
  for (const stream of [app.process().stdout, app.process().stderr])
    stream?.on('data', (bytes: Buffer) => log.push(bytes.toString()));
  const page = await app.firstWindow();
  await page.waitForLoadState('domcontentloaded');
  return { app, page, home: home ?? '', log, [Symbol.asyncDispose]: () => endApp(app) };
}

/** Options of a test that must not hold up the others where it hangs. */
export const limited = { timeout: 180_000 } as const;
/** Longest time for the app to end in order. */
const endLimitMs = 20_000;

/** Ends the app as a person would, and makes sure of it: it may wait for the answer to a question. */
export async function endApp(app: ElectronApplication): Promise<void> {
  const child = app.process();
  if (child.exitCode !== null || child.signalCode !== null) return;
  const impatient = setTimeout(() => child.kill('SIGKILL'), endLimitMs);
  await app.close().catch(() => child.kill('SIGKILL'));
  clearTimeout(impatient);
}

/** Keeps a small picture of the window, without the pointer on anything. */
export async function picture(page: Page, name: string): Promise<void> {
  await page.mouse.move(0, 0);
  mkdirSync(screenshots, { recursive: true });
  const colours = { palette: true, colours: 128, effort: 10 } as const;
  await sharp(await page.screenshot())
    .png(colours)
    .toFile(join(screenshots, `${name}.png`));
}
