/** A whole training program on fed images, with weights, dropout masks and survival flags of our choosing. */
import * as op from '../../../src-main/core/graph/operations/index.ts';
import { elements } from '../../../src-main/core/graph/tensor.ts';
import type { Tensor } from '../../../src-main/core/graph/tensor.ts';
import { writeProgram } from '../../../src-main/core/training/program.ts';
import type { Program } from '../../../src-main/core/training/program.ts';
import { TrainingSession, wordsOf } from '../../../src-main/core/training/session.ts';
import { expand } from '../../../src-main/shared/network/expand.ts';
import type { Spec } from '../../../src-main/shared/network/spec.ts';
import { defaultRecipe } from '../../../src-main/shared/recipe.ts';
import type { Recipe } from '../../../src-main/shared/recipe.ts';
import { engine, scratch } from '../network/engine.ts';
import { even, valuesFor } from '../network/values.ts';

const still = { crop: 0, cropFill: 'zero', flip: false, cutout: 0 } as const;

export class Rig {
  readonly program: Program;
  readonly session: TrainingSession;
  readonly #recipe: Recipe;
  readonly #masks = new Map<string, { readonly feed: Tensor; readonly rate: number }>();

  /** The spec names its input and classes. Images are scaled from 0 … 255 to −1 … 1. */
  constructor(spec: Spec, changes: Partial<Recipe> = {}) {
    this.#recipe = { ...defaultRecipe, batch: 4, normalisation: 'scale', ...changes };
    const plan = expand(spec);
    this.program = writeProgram({
      plan,
      recipe: this.#recipe,
      augmentation: still,
      mean: Array<number>(plan.input.channels).fill(0),
      deviation: Array<number>(plan.input.channels).fill(1),
      held: [],
      evaluationBatch: this.#recipe.batch,
      dropoutMask: (step, shape, { graph }) => {
        const feed = graph.placeholder(`mask_${step.name}`, 'int32', shape);
        this.#masks.set(step.name, { feed, rate: step.rate });
        return op.cast(graph, feed, 'bool');
      },
    });
    this.session = new TrainingSession(engine.binding, this.program, scratch);
  }

  /** Gives every variable the value of that name, or the one drawn from its name; averages begin as copies, the rest at 0. */
  assign(values: ReadonlyMap<string, Float32Array> = new Map()): void {
    const drawn = new Map(this.program.variables.all.map((kept) => [kept.variable.name, () => valuesFor(kept)]));
    const valueOf = (name: string) => values.get(name) ?? drawn.get(name)?.();
    const chunks = this.program.snapshot.chunks.map(({ variables }) =>
      variables.flatMap(({ name, shape }) => [
        ...(valueOf(name) ?? valueOf(name.replace(/^average\//, '')) ?? new Float32Array(elements(shape))),
      ]),
    );
    this.session.restore(chunks.map((chunk) => Float32Array.from(chunk)));
  }

  /** The value of every variable, velocities included, by name. */
  values(): Map<string, Float32Array> {
    const saved = this.session.save();
    const values = new Map<string, Float32Array>();
    this.program.snapshot.chunks.forEach(({ variables }, index) => {
      let at = 0;
      for (const { name, shape } of variables) {
        values.set(name, (saved[index] as Float32Array).slice(at, at + elements(shape)));
        at += elements(shape);
      }
    });
    return values;
  }

  /** Trains on the images of step `step`. @param flags 0 and 1 for each gated block. */
  step(step: number, flags: readonly number[] = [], learningRate = 0.05) {
    const { train } = this.program;
    const feeds = this.#images(step, train.feeds);
    feeds.set(train.rateBits, new Int32Array(Float32Array.of(learningRate).buffer));
    if (train.step) feeds.set(train.step, Int32Array.of(step));
    if (train.look) feeds.set(train.look, Int32Array.of(0));
    if (train.survival) feeds.set(train.survival, Int32Array.from(flags));
    for (const [name, { feed, rate }] of this.#masks) {
      const drawn = even(`mask/${step}/${name}`, elements(feed.shape), 0, 1);
      feeds.set(
        feed,
        Int32Array.from(drawn, (value) => (value < Math.fround(rate) ? 0 : 1)),
      );
    }
    const [metrics, logits, norm] = this.session.run(feeds, [train.metrics, train.logits, train.gradientNorm]) as [
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    return { loss: metrics[0] as number, gradientNorm: norm[0] as number, logits };
  }

  /** The logits of the images of step `step` with the running statistics. */
  evaluate(step: number): Float32Array {
    const way = this.program.evaluate[0] as Program['evaluate'][number];
    return this.session.run(this.#images(step, way.feeds), [way.logits])[0] as Float32Array;
  }

  /** The bytes and labels of step `step`. */
  images(step: number): { readonly bytes: Uint8Array; readonly labels: Int32Array } {
    const { words } = this.program.train.feeds;
    const classes = this.program.train.logits.shape[1] ?? 0;
    return {
      bytes: Uint8Array.from(even(`images/${step}`, (words?.shape[0] ?? 0) * 4, 0, 256)),
      labels: Int32Array.from(even(`labels/${step}`, this.#recipe.batch, 0, classes)),
    };
  }

  #images(step: number, { words, labels }: Program['train']['feeds']): Map<Tensor, Int32Array> {
    if (!words || !labels) throw new Error('A rig is fed with images.');
    const own = this.images(step);
    return new Map([
      [words, wordsOf(own.bytes)],
      [labels, own.labels],
    ]);
  }

  close(): void {
    this.session.close();
  }
}
