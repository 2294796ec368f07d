/** What a page's main thread does in each frame, read from Chromium's own trace. */
import type { CDPSession } from 'playwright-core';

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
export function timesOf(trace: readonly TraceEvent[]) {
  const main = trace.find((event) => event.name === 'WebFrameWidgetImpl::BeginMainFrame')?.tid;
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

/** Does something and returns what was traced meanwhile. */
export async function traced(session: CDPSession, act: () => Promise<void>): Promise<TraceEvent[]> {
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
