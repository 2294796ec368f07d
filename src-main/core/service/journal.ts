/** Events of a run, written down: what they change in the store, in one transaction, and what is published for them. */
import { rmSync } from 'node:fs';
import type { Change, Run, SeriesName } from '../../shared/contract.ts';
import { evaluatedIn, isBest } from '../../shared/run/event.ts';
import type { EndEvent, EpochEvent, RewindEvent, RunEvent, StepEvent, UsageEvent } from '../../shared/run/event.ts';
import { bothTold, tell, toldOf } from '../../shared/told.ts';
import type { Told } from '../../shared/told.ts';
import { storeWatched } from './watched.ts';
import type { CheckpointEntry, RunChanges, RunEventLine, Store } from '../store/open.ts';

interface Point {
  readonly series: SeriesName;
  readonly step: number;
  readonly value: number | null;
}

function pointsOf(event: StepEvent | EpochEvent): Point[] {
  const { step } = event;
  if (event.type === 'step')
    return [
      { series: 'step/loss', step, value: event.loss },
      { series: 'step/accuracy', step, value: event.accuracy },
      { series: 'step/learningRate', step, value: event.learningRate },
      { series: 'step/imagesPerSecond', step, value: event.imagesPerSecond },
      ...(event.gradientNorm === undefined
        ? []
        : [{ series: 'step/gradientNorm' as const, step, value: event.gradientNorm }]),
    ];
  const points: Point[] = [
    { series: 'train/loss', step, value: event.train.loss },
    { series: 'train/accuracy', step, value: event.train.accuracy },
    { series: 'epoch/imagesPerSecond', step, value: event.imagesPerSecond },
  ];
  if (event.train.topFive !== undefined) points.push({ series: 'train/topFive', step, value: event.train.topFive });
  if (event.test)
    points.push(
      { series: 'test/loss', step, value: event.test.loss },
      { series: 'test/accuracy', step, value: event.test.accuracy },
    );
  if (event.validation)
    points.push(
      { series: 'validation/loss', step, value: event.validation.loss },
      { series: 'validation/accuracy', step, value: event.validation.accuracy },
    );
  if (event.test?.topFive !== undefined) points.push({ series: 'test/topFive', step, value: event.test.topFive });
  if (event.meanDepth !== null) points.push({ series: 'epoch/meanDepth', step, value: event.meanDepth });
  return points;
}

/** The clocks at a step; one reading for each commit is as close as anybody looks. */
function clockPoints({ step, trainingMs, wallMs, pausedMs }: StepEvent): Point[] {
  return [
    { series: 'clock/trainingSeconds', step, value: trainingMs / 1000 },
    { series: 'clock/wallSeconds', step, value: wallMs / 1000 },
    { series: 'clock/pausedSeconds', step, value: pausedMs / 1000 },
  ];
}

function usagePoints({ step, processors, memoryMiB, card }: UsageEvent): Point[] {
  const points: Point[] = [
    { series: 'process/processors', step, value: processors },
    { series: 'process/memoryMiB', step, value: memoryMiB },
  ];
  if (!card) return points;
  const names = ['memoryMiB', 'utilisation', 'celsius', 'watts'] as const;
  return [...points, ...names.map((name): Point => ({ series: `device/${name}`, step, value: card[name] }))];
}

/** The last words of a run. */
function toldEnd(end: EndEvent, run: Run, atMs: number): Told {
  const time =
    run.startedAtMs === null
      ? ''
      : tell(' after {duration}', { duration: { seconds: (atMs - run.startedAtMs) / 1000 } });
  const result = end.last ? tell(', {share} on the test split', { share: { share: end.last.test.accuracy } }) : '';
  const how = {
    finished: tell('Finished'),
    stopped: tell('Stopped'),
    paused: tell('Paused'),
    interrupted: tell('Interrupted'),
    failed: tell('Failed'),
  }[end.status];
  const told = tell('{how}{time}{result}.', { how, time, result });
  return end.failure ? bothTold(told, { failure: end.failure }) : told;
}

/** What one event changes of its run. `before` is the run with everything earlier. */
function changesOf(event: RunEvent, before: Run, batch: number, atMs: number): RunChanges {
  switch (event.type) {
    case 'start':
      return { device: event.device, steps: event.steps, epochs: event.epochs, parameters: event.parameters };
    case 'phase':
      return { phase: event.phase, ...(event.phase === 'training' ? { status: 'training' as const } : {}) };
    case 'step': {
      const secondsLeft =
        event.imagesPerSecond > 0 ? ((before.steps - event.step) * batch) / event.imagesPerSecond : null;
      const { step, epoch, imagesPerSecond } = event;
      return { status: 'training', step, epoch, imagesPerSecond, secondsLeft };
    }
    case 'epoch': {
      const evaluated = evaluatedIn(event);
      return {
        train: event.train,
        ...(evaluated ? { test: evaluated.test } : {}),
        ...(evaluated && isBest(evaluated, before.best) ? { best: evaluated } : {}),
      };
    }
    case 'rewind':
      return { step: event.step, epoch: event.epoch, train: event.train, test: event.test, best: event.best };
    case 'blocks':
    case 'usage':
    case 'evaluation':
    case 'checkpoint':
    case 'note':
      return {};
    case 'end':
      return {
        status: event.status,
        phase: null,
        stopping: false,
        secondsLeft: null,
        endedAtMs: atMs,
        failure: event.failure ?? null,
        ...(event.weights === null ? {} : { weights: event.weights }),
      };
    default:
      return event satisfies never;
  }
}

/** What a rewind takes back, in a sentence. */
function toldRewind({ step }: RewindEvent, before: Run): Told {
  const from = step === 0 ? tell('Begins again') : tell('Goes on from step {step}', { step });
  const { step: last } = before;
  if (last <= step) return tell('{sentence}.', { sentence: from });
  if (last === step + 1) return tell('{from}; step {last} is computed anew.', { from, last });
  return tell('{from}; steps {first} to {last} are computed anew.', { from, first: step + 1, last });
}

function linesOf(event: RunEvent, before: Run, run: Run, atMs: number): RunEventLine[] {
  if (event.type === 'rewind')
    return event.step === 0 && before.step === 0 ? [] : [{ atMs, kind: 'resume', text: toldRewind(event, before) }];
  if (event.type === 'note') return [{ atMs, kind: event.level, text: event.text }];
  if (event.type === 'start') {
    const { kind, name, engine } = event.device;
    return [
      {
        atMs,
        kind: 'start',
        text: tell('Training on {kind} {name} with TensorFlow {engine}.', { kind: kind.toUpperCase(), name, engine }),
      },
    ];
  }
  if (event.type === 'end') return [{ atMs, kind: event.status, text: toldEnd(event, run, atMs) }];
  return [];
}

/** Points as they are published: one change a series. */
function pointChanges(run: string, points: readonly Point[]): Change[] {
  const bySeries = new Map<SeriesName, Point[]>();
  for (const point of points) {
    const list = bySeries.get(point.series);
    if (list) list.push(point);
    else bySeries.set(point.series, [point]);
  }
  return [...bySeries].map(([series, list]) => ({
    kind: 'points',
    run,
    series,
    steps: Float64Array.from(list, ({ step }) => step),
    values: Float64Array.from(list, ({ value }) => value ?? NaN),
  }));
}

/** Removes files that no row tells of any more; what cannot be removed now is swept at the next start. */
function removeFiles(checkpoints: readonly CheckpointEntry[]): void {
  for (const { file } of checkpoints) {
    try {
      rmSync(file, { force: true });
    } catch {
      // Everything is committed; a file more does no harm.
    }
  }
}

/**
 * Commits events of a run in one transaction and returns what to publish. `batch`: images in one step. Files of
 * checkpoints that need not be kept are removed after the commit, never before the newer one's row is there.
 * Fails as the store does; nothing is written then.
 */
export function commitEvents(store: Store, id: string, events: readonly RunEvent[], batch: number): Change[] {
  const atMs = Date.now();
  const lines: RunEventLine[] = [];
  const published: Change[] = [];
  const retired: CheckpointEntry[] = [];
  const run = store.transaction(() => {
    let now = store.readRun(id);
    const changes: RunChanges = {};
    let points: Point[] = [];
    let clocks: Point[] = [];
    let seen: RunEvent[] = [];
    const append = () => {
      points.push(...clocks);
      clocks = [];
      store.appendPoints(id, points);
      published.push(...pointChanges(id, points), ...storeWatched(store, id, seen));
      points = [];
      seen = [];
    };
    for (const event of events) {
      const before = now;
      const step = changesOf(event, now, batch, atMs);
      Object.assign(changes, step);
      now = { ...now, ...step } as Run;
      lines.push(...linesOf(event, before, now, atMs));
      if (event.type === 'step' || event.type === 'epoch') points.push(...pointsOf(event));
      if (event.type === 'usage') points.push(...usagePoints(event));
      if (event.type === 'step') clocks = clockPoints(event);
      if (event.type === 'blocks' || event.type === 'evaluation') seen.push(event);
      if (event.type === 'checkpoint') {
        const { type: _, ...checkpoint } = event;
        store.addCheckpoint(id, { ...checkpoint, atMs, pinned: false });
        retired.push(...store.retireCheckpoints(id));
      }
      if (event.type === 'rewind') {
        append();
        retired.push(...store.supersedeAfter(id, event.step));
        if (before.step > event.step) published.push({ kind: 'rewind', run: id, step: event.step });
      }
      if (event.type === 'note' && event.level === 'warning')
        published.push({ kind: 'notice', level: 'warning', text: toldOf(now.name, event.text), run: id });
    }
    append();
    for (const line of lines) store.addEvent(id, line);
    if (events.some((event) => event.type === 'end')) store.sealPoints(id);
    return store.changeRun(id, changes);
  });
  removeFiles(retired);
  return [
    ...published,
    ...lines.map((line): Change => ({ kind: 'event', run: id, atMs: line.atMs, event: line.kind, text: line.text })),
    { kind: 'run', run },
  ];
}
