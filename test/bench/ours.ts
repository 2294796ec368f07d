/**
 * Our training step as a contender: data held as bytes, normalisation, running statistics and metrics on, as in a run.
 * Neither it nor those beside it augment or watch; what a run adds is bounded by the speed of `train` beside this step.
 */
import { Draws } from '../../src-main/core/batches/random.ts';
import type { Binding } from '../../src-main/core/graph/session.ts';
import { writeProgram } from '../../src-main/core/training/program.ts';
import { TrainingSession, wordsOf } from '../../src-main/core/training/session.ts';
import { expand } from '../../src-main/shared/network/expand.ts';
import type { Fill } from '../../src-main/shared/network/shapes.ts';
import type { Spec } from '../../src-main/shared/network/spec.ts';
import { defaultRecipe } from '../../src-main/shared/recipe.ts';
import { benchFolder } from './engine.ts';
import { timed } from './timing.ts';
import type { Contender } from './timing.ts';

/** Small enough that a large network does not diverge on random labels. */
const learningRate = 0.01;

export interface OurStep extends Contender {
  readonly session: TrainingSession;
  /** One step in which exactly these gated blocks are computed. @returns milliseconds. */
  readonly stepWith: (survival: Int32Array) => number;
  readonly close: () => void;
}

/** Makes our step for a network, on random images that lie in the session. */
export function ourStep(binding: Binding, name: string, spec: Spec, batch: number, fill: Fill = {}): OurStep {
  const plan = expand(spec, fill);
  const { height, width, channels } = plan.input;
  const program = writeProgram({
    plan,
    recipe: { ...defaultRecipe, batch, watchEvery: 0 },
    augmentation: { crop: 0, cropFill: 'zero', flip: false, cutout: 0 },
    mean: new Array<number>(channels).fill(127.5),
    deviation: new Array<number>(channels).fill(64),
    held: [{ name: 'train', images: batch }],
    evaluationBatch: batch,
  });
  const session = new TrainingSession(binding, program, benchFolder('graphs'));
  session.begin(1);
  const draws = new Draws(1, 'generation');
  const pixels = Uint8Array.from({ length: batch * height * width * channels }, () => draws.below(256));
  session.hold(
    'train',
    wordsOf(pixels),
    Int32Array.from({ length: batch }, () => draws.below(plan.classes)),
  );

  const indices = Int32Array.from({ length: batch }, (_, image) => image);
  const gated = program.train.gated.length;
  const all = gated > 0 ? new Int32Array(gated).fill(1) : null;
  const step = (survival: Int32Array | null) =>
    timed(() => void session.train({ images: { indices }, choice: null, learningRate, survival, seed: [1, 1] }));
  return {
    name,
    session,
    step: () => step(all),
    stepWith: step,
    close: () => session.close(),
  };
}
