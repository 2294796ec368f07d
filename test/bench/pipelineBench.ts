/** `bench --data`, the way from blocks to the session: alone, and as ResNet-20 feels it beside a dataset that it holds. */
import { randomFillSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { chooseAugmentation } from '../../src-main/core/batches/augment.ts';
import { Sequence } from '../../src-main/core/batches/order.ts';
import { addDataset, openDataset } from '../../src-main/core/dataset/library.ts';
import type { OpenDataset } from '../../src-main/core/dataset/library.ts';
import { writeProgram } from '../../src-main/core/training/program.ts';
import { TrainingSession } from '../../src-main/core/training/session.ts';
import { Supply } from '../../src-main/core/training/supply.ts';
import { evaluationBatch, train } from '../../src-main/core/training/train.ts';
import { expand } from '../../src-main/shared/network/expand.ts';
import { findPreset } from '../../src-main/shared/network/presets.ts';
import { defaultRecipe } from '../../src-main/shared/recipe.ts';
import type { Augmentation, Recipe } from '../../src-main/shared/recipe.ts';
import type { LoadedEngine } from '../../src-main/trainer/engine.ts';
import { benchFolder } from './engine.ts';
import { atLeast, atMost, nothing, timingOf } from './report.ts';
import type { Report } from './report.ts';
import { mean, median } from './timing.ts';

const batch = 128;
const images = 50_000;
/** The pixels have 150 MB. */
const allowanceBytes = 16 * 1024 * 1024;
/** Longer than batches are read ahead, so that reading is not hidden in the other's turn. */
const blockSteps = 12;
const passes = 3;
const augmentation: Augmentation = { crop: 4, cropFill: 'zero', flip: true, cutout: 0 };

/** A training split of CIFAR's size, of noise. */
function noise(home: string): OpenDataset {
  const pixels = randomFillSync(new Uint8Array(images * 3072));
  const labels = Int32Array.from({ length: images }, (_, index) => index % 10);
  const test = { name: 'test', pixels: [pixels.subarray(0, 3072 * 100)], labels: labels.subarray(0, 100) };
  const { id } = addDataset(home, {
    name: 'Noise',
    image: { height: 32, width: 32, channels: 3 },
    classes: Array.from({ length: 10 }, (_, index) => String(index)),
    mirrors: true,
    note: '',
    splits: [{ name: 'train', pixels: [pixels], labels }, test],
  });
  return openDataset(home, id);
}

/** Everything that is done for a step outside the session: order, moves of pixels, reading. Images a second of each pass. */
async function pipelineSpeeds(data: OpenDataset, note: (text: string) => void): Promise<number[]> {
  const supply = new Supply(data, allowanceBytes);
  const sequence = new Sequence(images, batch, 1);
  const steps = Math.floor(images / batch);
  const speeds: number[] = [];
  for (let pass = 0; pass < passes; pass += 1) {
    const startedMs = performance.now();
    for (let step = pass * steps; step < (pass + 1) * steps; step += 1) {
      await supply.prepare('train', (ahead) => sequence.at(step + ahead));
      const indices = sequence.at(step);
      const taken = supply.images('train', indices);
      if (!('words' in taken)) throw new Error('The images were not read.');
      chooseAugmentation(indices, 32, 32, augmentation, 1, pass + 1);
    }
    speeds.push((steps * batch * 1000) / (performance.now() - startedMs));
    note(`pipeline ${pass + 1} of ${passes}`);
  }
  return speeds;
}

/** A run whose next step can be asked for. */
function begin(engine: LoadedEngine, data: OpenDataset, supply: Supply, recipe: Recipe) {
  const { dataset } = data;
  const program = writeProgram({
    plan: expand(findPreset('resnet20').spec, { input: dataset.image, classes: dataset.classes.length }),
    recipe,
    augmentation,
    mean: dataset.mean,
    deviation: dataset.deviation,
    held: supply.held ? dataset.splits.map((split) => ({ ...split })) : [],
    evaluationBatch: evaluationBatch(recipe),
  });
  const session = new TrainingSession(engine.binding, program, benchFolder('graphs'));
  const [folder, resumeFrom, checkpointEveryMs] = [null, null, Infinity] as const;
  const events = train({
    run: 'bench',
    session,
    data,
    supply,
    recipe,
    augmentation,
    folder,
    resumeFrom,
    checkpointEveryMs,
    shouldStop: () => false,
  });
  const step = async (): Promise<void> => {
    for (;;) {
      const { value, done } = await events.next();
      if (done) throw new Error('The run ended before the benchmark did.');
      if (value.type === 'step') return;
    }
  };
  return { step, close: () => session.close() };
}

/** @param rounds blocks of 12 steps that each of the two does. */
export async function benchPipeline(
  engine: LoadedEngine,
  rounds: number,
  note: (text: string) => void,
): Promise<Report> {
  const home = mkdtempSync(join(benchFolder(), 'pipeline-'));
  const data = noise(home);
  try {
    return await measure(engine, data, rounds, note);
  } finally {
    data.close();
    rmSync(home, { recursive: true, force: true });
  }
}

async function measure(
  engine: LoadedEngine,
  data: OpenDataset,
  rounds: number,
  note: (text: string) => void,
): Promise<Report> {
  const speeds = await pipelineSpeeds(data, note);
  const recipe: Recipe = { ...defaultRecipe, batch, duration: { steps: (rounds + 1) * blockSteps + 1 } };
  const streaming = begin(engine, data, new Supply(data, allowanceBytes), recipe);
  const resident = begin(engine, data, new Supply(data, Infinity), recipe);
  const [streamed, held] = [[] as number[], [] as number[]];
  for (let round = -1; round < rounds; round += 1) {
    const turns = [[streamed, streaming.step] as const, [held, resident.step] as const];
    for (const [times, step] of round % 2 === 0 ? turns : turns.reverse()) {
      const block: number[] = [];
      for (let at = 0; at < blockSteps; at += 1) {
        const startedMs = performance.now();
        await step();
        block.push(performance.now() - startedMs);
      }
      // The first block is for warming up.
      if (round >= 0) times.push(mean(block));
    }
    note(`streaming beside resident ${round + 1} of ${rounds}`);
  }
  streaming.close();
  resident.close();
  const what = `ResNet-20, batch ${batch}, blocks of ${blockSteps} steps`;
  const ratios = streamed.map((time, round) => time / (held[round] as number));
  return {
    ...nothing,
    timings: [
      timingOf(what, { name: 'streaming', times: streamed }),
      timingOf(what, { name: 'resident', times: held }),
    ],
    bounds: [
      atLeast(
        `images/s from blocks, ${images.toLocaleString('en-US')} of 32 × 32 × 3, 16 MiB allowed`,
        median(speeds),
        50_000,
      ),
      atMost(`${what}: streaming / resident, median of pairs`, median(ratios), 1.05),
    ],
  };
}
