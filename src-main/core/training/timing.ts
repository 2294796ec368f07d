/** How long a training step takes: on random images that lie in the session, nothing watched, nothing kept. */
import { Draws } from '../batches/random.ts';
import { drawSurvival } from '../batches/survival.ts';
import type { Binding } from '../graph/session.ts';
import type { Plan } from '../../shared/network/plan.ts';
import { defaultRecipe } from '../../shared/recipe.ts';
import { writeProgram } from './program.ts';
import { TrainingSession, wordsOf } from './session.ts';

/** Small enough that a large network does not diverge on random labels. */
const learningRate = 0.01;
const seed = 1;

export class TimedStep {
  readonly session: TrainingSession;
  readonly #indices: Int32Array;
  readonly #survival: readonly number[];
  #steps = 0;

  /** @param scratch a writable folder, used for a moment while the graph is loaded. */
  constructor(binding: Binding, plan: Plan, batch: number, scratch: string) {
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
    this.session = new TrainingSession(binding, program, scratch);
    this.session.begin(seed);
    const draws = new Draws(seed, 'generation');
    const pixels = Uint8Array.from({ length: batch * height * width * channels }, () => draws.below(256));
    const labels = Int32Array.from({ length: batch }, () => draws.below(plan.classes));
    this.session.hold('train', wordsOf(pixels), labels);
    this.#indices = Int32Array.from({ length: batch }, (_, image) => image);
    this.#survival = program.train.gated.map(({ survival }) => survival);
  }

  /** Number of blocks that may be dropped. */
  get gated(): number {
    return this.#survival.length;
  }

  /** One step, with blocks dropped as in training. @returns seconds. */
  step(): number {
    this.#steps += 1;
    return this.stepWith(this.gated > 0 ? drawSurvival(this.#survival, seed, this.#steps) : null);
  }

  /** One step. @param survival of each gated block, 0 or 1; null where none is. @returns seconds. */
  stepWith(survival: Int32Array | null): number {
    const startedMs = performance.now();
    this.session.train({ images: { indices: this.#indices }, choice: null, learningRate, survival, seed: [1, 1] });
    return (performance.now() - startedMs) / 1000;
  }

  close(): void {
    this.session.close();
  }
}
