/**
 * Whether a run of 100,000 steps stays smooth while it is watched: `npm run test:smooth`.
 *
 * Replays the run to the built page in Chromium. Bounds: script, style and layout of a frame under 16 ms at the 95th
 * percentile, no task of the main thread over 50 ms, and a heap that does not grow with the run. Times are what the main
 * thread computed, so that other programs of the machine do not count; the time on the clock is printed beside.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CDPSession } from 'playwright-core';
import { chromium } from 'playwright-core';
import { serve } from '../../../src-main/serve/serve.ts';
import { buildParts } from '../../../src-main/setup/build.mjs';
import { checkoutFolder } from '../../../src-main/setup/paths.mjs';
import { staleParts } from '../../../src-main/setup/sources.mjs';
import { timesOf, traced } from './frames.ts';
import { Replay } from './replay.ts';

const steps = Number(process.env['RESIDUA_TEST_STEPS'] ?? 100_000);
const stepsPerSecond = 5000;
const bounds = { frameMs: 16, taskMs: 50, heapGrowth: 4_000_000 };

async function heapOf(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  return (await session.send('Runtime.getHeapUsage')).usedSize;
}

const executablePath = process.env['RESIDUA_TEST_CHROMIUM'] ?? '/usr/bin/chromium';

test('a run of 100,000 steps stays smooth while it is watched', async () => {
  if (!process.env['RESIDUA_TEST_BUILT']) await buildParts(checkoutFolder(), staleParts(checkoutFolder()));
  const replay = new Replay(steps);
  const server = await serve(replay, { port: 0 });
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(server.address);
    await page.goto(new URL(`/#/runs/${replay.run}`, server.address).href);
    await page.getByRole('region', { name: 'Loss' }).waitFor();
    const session = await page.context().newCDPSession(page);
    const until = async (step: number) => {
      while (replay.step < step) await page.waitForTimeout(100);
    };
    let early = 0;
    const trace = await traced(session, async () => {
      replay.play(stepsPerSecond);
      await until(steps * 0.1);
      early = await heapOf(session);
      await until(steps);
      await page.waitForTimeout(300);
    });
    const heapGrowth = (await heapOf(session)) - early;
    const { frames, clock, tasks } = timesOf(trace);
    const at = (times: readonly number[], share: number) => times[Math.floor(times.length * share)] ?? Infinity;
    const result = {
      steps,
      frames: frames.length,
      frameMedianMs: at(frames, 0.5),
      frameP95Ms: at(frames, 0.95),
      frameP95OnTheClockMs: at(clock, 0.95),
      longestTaskMs: tasks.at(-1) ?? Infinity,
      tasksOver50Ms: tasks.filter((ms) => ms > bounds.taskMs).length,
      heapGrowth,
    };
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    assert.ok(frames.length > 50, 'too few frames to judge');
    assert.ok(result.frameP95Ms < bounds.frameMs, `a frame takes ${result.frameP95Ms} ms at the 95th percentile`);
    assert.equal(result.tasksOver50Ms, 0);
    assert.ok(heapGrowth < bounds.heapGrowth, `the heap grew by ${heapGrowth} bytes`);
  } finally {
    await browser.close();
    await server.close();
  }
});
