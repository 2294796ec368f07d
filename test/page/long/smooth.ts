/**
 * Whether a run of 100,000 steps stays smooth while it is watched: `node test/page/long/smooth.ts [STEPS]`.
 *
 * Replays the run to the built page in Chromium and exits 1 where a bound is missed: script, style and layout of a frame
 * under 16 ms at the 95th percentile, no task of the main thread over 50 ms, and a heap that does not grow with the run.
 */
import type { CDPSession } from 'playwright-core';
import { chromium } from 'playwright-core';
import { serve } from '../../../src-main/serve/serve.ts';
import { Replay } from './replay.ts';

const steps = Number(process.argv[2] ?? 100_000);
const stepsPerSecond = 5000;
const bounds = { frameMs: 16, taskMs: 50, heapGrowth: 4_000_000 };

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly ts: number;
  readonly dur?: number;
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

/** Milliseconds of script, style and layout in each frame of the page's main thread, rising. */
function frameTimes(trace: readonly TraceEvent[]): number[] {
  const main = trace.filter((event) => event.name === 'FireAnimationFrame').map(({ tid }) => tid)[0];
  const own = trace.filter((event) => event.tid === main).sort((a, b) => a.ts - b.ts);
  const times: number[] = [];
  let end = 0;
  for (const { name, ts, dur = 0 } of own) {
    if (name === 'WebFrameWidgetImpl::BeginMainFrame') times.push(0);
    if (!work.has(name) || times.length === 0 || ts + dur <= end) continue;
    times[times.length - 1] = (times.at(-1) as number) + (ts + dur - Math.max(ts, end)) / 1000;
    end = ts + dur;
  }
  return times.sort((a, b) => a - b);
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
    traceConfig: { includedCategories: ['devtools.timeline', 'v8', 'blink'] },
  });
  await act();
  await session.send('Tracing.end');
  await complete;
  return events;
}

const executablePath = process.env['RESIDUA_TEST_CHROMIUM'] ?? '/usr/bin/chromium';
const replay = new Replay(steps);
const server = await serve(replay, { port: 0 });
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(server.address);
  await page.goto(new URL(`/#/runs/${replay.run}`, server.address).href);
  await page.getByRole('region', { name: 'Loss' }).waitFor();
  const session = await page.context().newCDPSession(page);
  // As text: the page's types are not those of this program.
  await page.evaluate(`window.tasks = [];
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)))
      .observe({ type: 'longtask' })`);
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
  const late = await heapOf(session);
  const tasks = await page.evaluate<number[]>('window.tasks');
  const times = frameTimes(trace);
  const result = {
    steps,
    frames: times.length,
    frameMedianMs: times[Math.floor(times.length * 0.5)],
    frameP95Ms: times[Math.floor(times.length * 0.95)],
    longestTaskMs: Math.max(0, ...tasks),
    tasksOver50Ms: tasks.length,
    heapGrowth: late - early,
  };
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  const missed =
    times.length < 50 ||
    (result.frameP95Ms ?? Infinity) >= bounds.frameMs ||
    tasks.length > 0 ||
    result.heapGrowth > bounds.heapGrowth;
  process.exitCode = missed ? 1 : 0;
} finally {
  await browser.close();
  await server.close();
}
