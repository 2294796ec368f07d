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
import { Replay } from './replay.ts';

const steps = Number(process.env['RESIDUA_TEST_STEPS'] ?? 100_000);
const stepsPerSecond = 5000;
const bounds = { frameMs: 16, taskMs: 50, heapGrowth: 4_000_000 };

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly ts: number;
  /** Microseconds on the clock and of the thread. */
  readonly dur?: number;
  readonly tdur?: number;
  readonly tid: number;
  readonly args?: { name?: string };
}

/** Work of ours within a frame; they lie within one another, so times are those of their union. */
const work = new Set([
  'FireAnimationFrame',
  'FunctionCall',
  'TimerFire',
  'EventDispatch',
  'RunMicrotasks',
  'Layout',
  'UpdateLayoutTree',
  'MinorGC',
  'MajorGC',
]);

/** Of what ran within another, only the other counts. */
function outermost(events: readonly TraceEvent[]): TraceEvent[] {
  let end = 0;
  return events.filter(({ ts, dur = 0 }) => {
    if (ts + dur <= end) return false;
    end = ts + dur;
    return true;
  });
}

/** Milliseconds of script, style and layout in each frame, and of each task, of the page's main thread; rising. */
function timesOf(trace: readonly TraceEvent[]) {
  const main = trace.filter((event) => event.name === 'FireAnimationFrame').map(({ tid }) => tid)[0];
  const own = trace.filter((event) => event.tid === main).sort((a, b) => a.ts - b.ts);
  const begins = own.filter(({ name }) => name === 'WebFrameWidgetImpl::BeginMainFrame').map(({ ts }) => ts);
  const frames = begins.map(() => ({ thread: 0, clock: 0 }));
  let at = 0;
  for (const { ts, dur = 0, tdur = dur } of outermost(own.filter(({ name }) => work.has(name)))) {
    if (ts < (begins[0] ?? Infinity)) continue;
    while (at + 1 < begins.length && ts >= (begins[at + 1] ?? Infinity)) at++;
    const frame = frames[at];
    if (!frame) continue;
    frame.thread += tdur / 1000;
    frame.clock += dur / 1000;
  }
  const tasks = own.filter(({ name }) => name === 'RunTask').map(({ dur = 0, tdur = dur }) => tdur / 1000);
  const rising = (times: number[]) => times.sort((a, b) => a - b);
  return {
    frames: rising(frames.map(({ thread }) => thread)),
    clock: rising(frames.map(({ clock }) => clock)),
    tasks: rising(tasks),
  };
}

async function heapOf(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  return (await session.send('Runtime.getHeapUsage')).usedSize;
}

async function traced(session: CDPSession, act: () => Promise<void>): Promise<TraceEvent[]> {
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => void events.push(...(value as unknown as TraceEvent[])));
  const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'v8', 'blink'] },
  });
  await act();
  await session.send('Tracing.end');
  await complete;
  return events;
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
