/** A core's page, served and opened in a real browser, for the tests of this folder. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { serve } from '../../src-main/serve/serve.ts';
import { buildParts } from '../../src-main/setup/build.mjs';
import { checkoutFolder } from '../../src-main/setup/paths.mjs';
import { staleParts } from '../../src-main/setup/sources.mjs';

const executablePath = process.env['RESIDUA_TEST_CHROMIUM'] ?? '/usr/bin/chromium';
/** For the options of a test: why it cannot run here. */
export const skip = existsSync(executablePath) ? false : `no Chromium at ${executablePath}`;
export const themes = ['light', 'dark'] as const;

export interface Served {
  /** What pages wrote as errors, and what was thrown in them; a test ends by finding it empty. */
  readonly wrong: string[];
  /** A page of its own, at a place such as `#/runs`, 1280 × 800 unless told otherwise. */
  open(place?: string, look?: BrowserContextOptions): Promise<Page>;
  /** Takes a page of ours to another place, and waits until it is loaded. */
  go(page: Page, place: string): Promise<void>;
  /** Ends browser and server; the core is the caller's. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Builds what is stale, serves the core on a free port and starts a browser. */
export async function servePages(core: Parameters<typeof serve>[0]): Promise<Served> {
  if (!process.env['RESIDUA_TEST_BUILT']) await buildParts(checkoutFolder(), staleParts(checkoutFolder()));
  const server = await serve(core, { port: 0 });
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const wrong: string[] = [];
  const go = async (page: Page, place: string) => {
    await page.goto(new URL(`/${place}`, server.address).href);
  };
  return {
    wrong,
    go,
    async open(place = '', look = {}) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...look });
      const page = await context.newPage();
      page.on('pageerror', ({ message }) => void wrong.push(message));
      page.on('console', (message) => void (message.type() === 'error' && wrong.push(message.text())));
      // The address with its token lets the page in; it is taken to its place then.
      await page.goto(server.address);
      if (place) await go(page, place);
      return page;
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      await server.close();
    },
  };
}

/** Keeps a picture of the page to look at. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  const pictures = join(checkoutFolder(), 'out', 'screenshots');
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`) });
}
