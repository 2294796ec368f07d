/**
 * What this device takes for the work of training steps: steps of a few small networks are timed, and the time of each
 * kind of work is what explains them best.
 */
import { chooseAugmentation } from '../batches/augment.ts';
import { Draws } from '../batches/random.ts';
import type { Binding } from '../graph/session.ts';
import { expand } from '../../shared/network/expand.ts';
import { cifarPreactivationBottleneck, cifarResNet, cifarResNeXt, wideResNet } from '../../shared/network/families.ts';
import type { Plan } from '../../shared/network/plan.ts';
import type { Spec } from '../../shared/network/spec.ts';
import { secondsFor, workOf } from '../../shared/network/work.ts';
import type { Rates } from '../../shared/network/work.ts';
import { defaultRecipe } from '../../shared/recipe.ts';
import { fitRates } from './fitRates.ts';
import type { TimedWork } from './fitRates.ts';
import { writeProgram } from './program.ts';
import { TrainingSession, wordsOf } from './session.ts';

interface Trial {
  readonly spec: Spec;
  readonly batch: number;
  /** Side of the images in pixels. */
  readonly side: number;
}

const trial = (spec: Spec, batch: number, side = 32): Trial => ({ spec, batch, side });

/**
 * Each kind of work weighs most in one of them; together they take a processor of two cores about 15 seconds. Grouped
 * convolutions come first: on a processor, they are slow after many other graphs in one process.
 */
const trials: readonly Trial[] = [
  trial(cifarResNeXt(11, 8, 64), 8),
  trial(cifarResNeXt(11, 8, 16), 16),
  trial(cifarResNeXt(11, 32, 4), 16),
  trial(cifarResNeXt(11, 1, 64), 16),
  trial(cifarPreactivationBottleneck(11), 32),
  trial(wideResNet(10, 8), 12),
  trial(wideResNet(10, 4), 32),
  trial(cifarResNet(56), 8, 8),
  trial(cifarResNet(20), 8, 8),
  trial(cifarResNet(20), 64),
  trial(cifarResNet(8), 128),
  trial(cifarResNet(8), 32),
];

const warmUpSteps = 2;
const leastSteps = 3;
/** Milliseconds for which a trial is timed where its steps are short. */
const timedMs = 300;

const augmentation = { crop: 4, cropFill: 'zero', flip: true, cutout: 0 } as const;

/** Times every trial. @param scratch a writable folder. @param onProgress hears how many of all trials are done. */
export async function calibrate(
  binding: Binding,
  scratch: string,
  onProgress: (done: number, total: number) => void,
): Promise<{ readonly rates: Rates; readonly error: number }> {
  const timed: TimedWork[] = [];
  for (const { spec, batch, side } of trials) {
    const plan = expand(spec, { input: { height: side, width: side, channels: 3 }, classes: 10 });
    timed.push({ work: workOf(plan, batch), seconds: shortestStepMs(binding, plan, batch, scratch) / 1000 });
    onProgress(timed.length, trials.length);
    await new Promise(setImmediate);
  }
  const rates = fitRates(timed);
  const errors = timed.map(({ work, seconds }) => Math.abs(secondsFor(work, rates) / seconds - 1));
  return { rates, error: Math.max(...errors) };
}

/**
 * The time of a training step on random images, moved as in a run: the shortest of a few, because whatever else the
 * machine does only adds.
 */
function shortestStepMs(binding: Binding, plan: Plan, batch: number, scratch: string): number {
  const { height, width, channels } = plan.input;
  const program = writeProgram({
    plan,
    recipe: { ...defaultRecipe, batch },
    augmentation,
    mean: new Array<number>(channels).fill(127.5),
    deviation: new Array<number>(channels).fill(64),
    held: [{ name: 'train', images: batch }],
    evaluationBatch: batch,
  });
  const session = new TrainingSession(binding, program, scratch);
  const draws = new Draws(1, 'generation');
  const below = (most: number) => () => draws.below(most);
  session.begin(1);
  const pixels = Uint8Array.from({ length: batch * height * width * channels }, below(256));
  session.hold('train', wordsOf(pixels), Int32Array.from({ length: batch }, below(plan.classes)));
  const indices = Int32Array.from({ length: batch }, (_, image) => image);
  const times: number[] = [];
  let passedMs = 0;
  while (times.length < warmUpSteps + leastSteps || passedMs < timedMs) {
    const beganMs = performance.now();
    const choice = chooseAugmentation(indices, height, width, augmentation, 1, times.length + 1);
    session.train({ images: { indices }, choice, learningRate: 1e-3, survival: null, seed: [1, 1] });
    const ms = performance.now() - beganMs;
    if (times.push(ms) > warmUpSteps) passedMs += ms;
  }
  session.close();
  return Math.min(...times.slice(warmUpSteps));
}
