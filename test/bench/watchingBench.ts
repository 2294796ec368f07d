/** `bench --watching`: what watching costs a fast step, and how many metrics a second reach the disk. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Writable, PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { drawSurvival } from '../../src-main/core/batches/survival.ts';
import { openDataset } from '../../src-main/core/dataset/library.ts';
import { createCore } from '../../src-main/core/service/core.ts';
import { program as version } from '../../src-main/core/service/home.ts';
import { openStoreReader } from '../../src-main/core/store/open.ts';
import { Supply } from '../../src-main/core/training/supply.ts';
import { writeProgram } from '../../src-main/core/training/program.ts';
import { TrainingSession } from '../../src-main/core/training/session.ts';
import { evaluationBatch, train } from '../../src-main/core/training/train.ts';
import { expand } from '../../src-main/shared/network/expand.ts';
import { findPreset } from '../../src-main/shared/network/presets.ts';
import type { Spec } from '../../src-main/shared/network/spec.ts';
import { Client, portPair, streamPort } from '../../src-main/shared/port.ts';
import { defaultRecipe } from '../../src-main/shared/recipe.ts';
import type { Recipe } from '../../src-main/shared/recipe.ts';
import type { LoadedEngine } from '../../src-main/trainer/engine.ts';
import { benchFolder } from './engine.ts';
import { atLeast, atMost, nothing, timingOf } from './report.ts';
import type { Report } from './report.ts';
import { interleave, median, timed } from './timing.ts';
import type { Contender } from './timing.ts';

const batch = 8;
/** A step that takes no longer than this is one to which watching must add next to nothing. */
const fastMs = 3;
const mostAddedMs = 0.3;
const leastRows = 50_000;

/** Three blocks of eight channels with stochastic depth, on the digits of 8 × 8 pixels. */
const spec: Spec = {
  ...findPreset('resnet20').spec,
  name: 'tiny',
  stem: { kind: 'cifar', width: 8 },
  stages: [{ blocks: 3, width: 8, stride: 1 }],
  survival: { kind: 'linear', last: 0.5 },
};

/** A port whose messages are encoded and go nowhere. */
const sink = () => streamPort(new PassThrough(), new Writable({ write: (_chunk, _encoding, done) => done() }));

/** The loop of a run with everything that it says, or its step alone. */
export async function benchWatching(
  engine: LoadedEngine,
  rounds: number,
  note: (text: string) => void,
): Promise<Report> {
  const data = openDataset(benchFolder('home'), 'digits');
  const { dataset } = data;
  const supply = new Supply(data);
  const augmentation = { crop: 0, cropFill: 'zero', flip: false, cutout: 0 } as const;
  const sessions: TrainingSession[] = [];
  const sessionOf = (recipe: Recipe) => {
    const program = writeProgram({
      plan: expand(spec, { input: dataset.image, classes: dataset.classes.length }),
      recipe,
      augmentation,
      mean: dataset.mean,
      deviation: dataset.deviation,
      held: dataset.splits.map(({ name, images }) => ({ name, images })),
      evaluationBatch: evaluationBatch(recipe),
    });
    const session = new TrainingSession(engine.binding, program, benchFolder('graphs'));
    sessions.push(session);
    return session;
  };
  const recipeOf = (watchEvery: number): Recipe => ({
    ...defaultRecipe,
    batch,
    watchEvery,
    evaluateEvery: 100_000,
    duration: { steps: 10_000_000 },
    learningRate: 0.01,
  });

  /** Time from one step of the loop to the next; a phase begins it anew, so that no evaluation counts. */
  const looping = (name: string, watchEvery: number): Contender => {
    const recipe = recipeOf(watchEvery);
    const port = sink();
    const events = train({
      run: 'bench',
      session: sessionOf(recipe),
      data,
      supply,
      recipe,
      augmentation,
      folder: null,
      resumeFrom: null,
      checkpointEveryMs: 1e9,
      shouldStop: () => false,
    });
    return {
      name,
      step: async () => {
        for (let startedMs = performance.now(); ;) {
          const { value } = await events.next();
          if (!value) throw new Error('The run ended before the benchmark did.');
          port.send({ kind: 'events', events: [value] });
          // What a step is followed by belongs to it: its look, and the messages that are let in.
          if (value.type === (watchEvery === 1 ? 'blocks' : 'step')) return performance.now() - startedMs;
          if (value.type === 'phase') startedMs = performance.now();
        }
      },
    };
  };
  const alone = sessionOf(recipeOf(0));
  supply.fill(alone);
  alone.begin(1);
  const indices = Int32Array.from({ length: batch }, (_, at) => at);
  const input = {
    images: { indices },
    choice: null,
    learningRate: 0.01,
    seed: [1, 1] as const,
  };
  const survivals = alone.program.train.gated.map((block) => block.survival);
  let stepsAlone = 0;
  const step = () => void alone.train({ ...input, survival: drawSurvival(survivals, 1, ++stepsAlone) });
  const contenders = [
    looping('loop, looking at every step', 1),
    looping('loop, watching nothing', 0),
    { name: 'its step alone', step: () => timed(step) },
  ];
  const times = await interleave(contenders, rounds, 5, (done) => note(`watching ${done} of ${rounds}`));
  for (const session of sessions) session.close();
  const [every, never, bare] = times.map((each) => each.times) as [number[], number[], number[]];
  /** Median of what one contender takes longer than another in the same round. */
  const added = (more: readonly number[], less: readonly number[]) =>
    median(more.map((ms, round) => ms - (less[round] ?? NaN)));
  const what = `tiny net, batch ${batch}`;
  return {
    ...nothing,
    timings: times.map((each) => timingOf(what, each)),
    bounds: [
      atMost(`${what}: its step alone, ms`, median(bare), fastMs),
      atMost(`${what}: loop and looking at every step beside its step alone, ms`, added(every, bare), mostAddedMs),
      atMost(`${what}: looking at every step beside the loop that does not, ms`, added(every, never), mostAddedMs),
    ],
  };
}

/** Metrics from a trainer process over its pipe into SQLite that syncs every commit, in rows a second. */
export async function benchRows(steps: number, note: (text: string) => void): Promise<Report> {
  const home = mkdtempSync(join(benchFolder(), 'rows-'));
  const flood = fileURLToPath(new URL('floodTrainer.ts', import.meta.url));
  let [beganMs, endedMs] = [0, 0];
  let settle: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (settle = resolve));
  const core = createCore({
    home,
    ...version,
    trainer: [process.execPath, flood, String(steps)],
    onCommitted: (_run, events) => {
      if (beganMs === 0) beganMs = performance.now();
      const last = events.at(-1);
      if (last?.type === 'step') note(`row ${5 * last.step} of ${5 * steps}`);
      if (last?.type !== 'end') return;
      endedMs = performance.now();
      settle();
    },
  });
  const [near, far] = portPair();
  core.connect(far);
  const client = new Client(near);
  // Somebody watches, as a window does.
  await client.watch(() => undefined);
  const [run] = await client.call('run.start', {
    network: 'resnet20',
    data: 'digits',
    recipe: { duration: { steps } },
    device: 'cpu',
    seeds: 1,
  });
  await ended;
  await core.close();
  const series = [
    'step/loss',
    'step/accuracy',
    'step/learningRate',
    'step/imagesPerSecond',
    'step/gradientNorm',
  ] as const;
  const store = openStoreReader(home);
  const stored = series.map((name) => store?.readCurve(run?.id ?? '', name, { points: 2 }).stored ?? 0);
  store?.close();
  rmSync(home, { recursive: true, force: true });
  const rows = stored.reduce((sum, count) => sum + count, 0);
  if (rows !== series.length * steps)
    return { ...nothing, failures: [`Of ${series.length * steps} rows ${rows} were stored.`] };
  return {
    ...nothing,
    bounds: [
      atLeast(
        `${rows.toLocaleString('en-US')} rows, trainer to disk: rows a second`,
        rows / ((endedMs - beganMs) / 1000),
        leastRows,
      ),
    ],
  };
}
