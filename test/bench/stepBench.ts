/** `bench`: our step of ResNet-20 beside the same engine's tf.layers and beside the bare step; the loop beside its step. */
import { openDataset } from '../../src-main/core/dataset/library.ts';
import { Supply } from '../../src-main/core/training/supply.ts';
import { writeProgram } from '../../src-main/core/training/program.ts';
import { TrainingSession } from '../../src-main/core/training/session.ts';
import { evaluationBatch, train } from '../../src-main/core/training/train.ts';
import { chooseAugmentation } from '../../src-main/core/batches/augment.ts';
import { expand } from '../../src-main/shared/network/expand.ts';
import { findPreset } from '../../src-main/shared/network/presets.ts';
import { defaultRecipe } from '../../src-main/shared/recipe.ts';
import type { Augmentation, Recipe } from '../../src-main/shared/recipe.ts';
import type { LoadedEngine } from '../../src-main/trainer/engine.ts';
import { bareStep } from './bareStep.ts';
import { benchFolder } from './engine.ts';
import { layersStep } from './layersModel.ts';
import { ourStep } from './ours.ts';
import { atLeast, atMost, nothing, timingOf } from './report.ts';
import type { Report } from './report.ts';
import { interleave, mean, median, timed } from './timing.ts';

const batch = 128;
const image = { height: 32, width: 32, channels: 3 };

/** Steps before the first that counts: TensorFlow and tfjs settle. */
const warmUp = 3;

/** The step alone, `rounds` interleaved rounds. */
export async function benchStep(engine: LoadedEngine, rounds: number, note: (text: string) => void): Promise<Report> {
  const ours = ourStep(engine.binding, 'Residua', findPreset('resnet20').spec, batch, { input: image, classes: 10 });
  const contenders = [ours, bareStep(engine.binding, 'bare graph', batch), layersStep(engine.tf, 'tf.layers', batch)];
  const times = await interleave(contenders, rounds, warmUp, (done) => note(`step ${done} of ${rounds}`));
  ours.close();
  const [own, bare, layers] = times.map((each) => median(each.times)) as [number, number, number];
  const what = `ResNet-20, batch ${batch}`;
  return {
    ...nothing,
    timings: times.map((each) => timingOf(what, each)),
    bounds: [
      atMost(`${what}: Residua / tf.layers`, own / layers, 0.35),
      atMost(`${what}: Residua / bare graph`, own / bare, 1.05),
    ],
  };
}

/** Steps in one block of the comparison of loop and step. */
const blockSteps = 4;

/** A whole run on the set `shapes`, its steps between evaluations beside steps of the same session alone. */
export async function benchTraining(
  engine: LoadedEngine,
  rounds: number,
  note: (text: string) => void,
): Promise<Report> {
  const recipe: Recipe = { ...defaultRecipe, batch, duration: { steps: rounds * blockSteps * 2 }, learningRate: 0.05 };
  const augmentation: Augmentation = { crop: 4, cropFill: 'zero', flip: true, cutout: 0 };
  const data = openDataset(benchFolder('home'), 'shapes');
  const { dataset } = data;
  const supply = new Supply(data);
  const program = writeProgram({
    plan: expand(findPreset('resnet20').spec, { input: dataset.image, classes: dataset.classes.length }),
    recipe,
    augmentation,
    mean: dataset.mean,
    deviation: dataset.deviation,
    held: dataset.splits.map(({ name, images }) => ({ name, images })),
    evaluationBatch: evaluationBatch(recipe),
  });
  const session = new TrainingSession(engine.binding, program, benchFolder('graphs'));
  const events = train({
    run: 'bench',
    session,
    data,
    supply,
    recipe,
    augmentation,
    folder: null,
    resumeFrom: null,
    checkpointEveryMs: 30_000,
    shouldStop: () => false,
  });

  const indices = Int32Array.from({ length: batch }, (_, at) => at);
  const choice = chooseAugmentation(indices, image.height, image.width, augmentation, 1, 1);
  const input = { images: { indices }, choice, learningRate: 0.05, survival: null, seed: [1, 1] as const };
  const alone = () => timed(() => void session.train(input));
  /** Time from one step of the loop to the next; one with an evaluation between is not counted. */
  const inLoop = async (): Promise<number> => {
    for (let startedMs = performance.now(); ;) {
      const { value, done } = await events.next();
      if (done) throw new Error('The run ended before the benchmark did.');
      if (value.type === 'step') return performance.now() - startedMs;
      if (value.type === 'phase') startedMs = performance.now();
    }
  };

  for (let step = 0; step < warmUp; step += 1) {
    await inLoop();
    alone();
  }
  const [looped, bare] = [[] as number[], [] as number[]];
  for (let round = 0; round < rounds; round += 1) {
    for (const [times, step] of [[looped, inLoop] as const, [bare, alone] as const]) {
      const block: number[] = [];
      for (let at = 0; at < blockSteps; at += 1) block.push(await step());
      times.push(mean(block));
    }
    note(`training ${round + 1} of ${rounds}`);
  }
  session.close();
  const what = `ResNet-20 on shapes, batch ${batch}, blocks of ${blockSteps} steps`;
  return {
    ...nothing,
    timings: [
      timingOf(what, { name: 'train', times: looped }),
      timingOf(what, { name: 'its step alone', times: bare }),
    ],
    bounds: [atLeast(`${what}: speed of train / step alone`, median(bare) / median(looped), 0.95)],
  };
}
