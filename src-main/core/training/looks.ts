/** When a run looks into its blocks, and what it says about them. */
import type { BlocksEvent } from '../../shared/run/event.ts';
import type { Program } from './program.ts';
import type { BlocksSeen } from './watching.ts';

/** What was counted since the last look; a part of every checkpoint. */
export interface LookCounts {
  readonly steps: number;
  /** For each block. */
  readonly dropped: readonly number[];
}

export class Looks {
  readonly #every: number;
  readonly #blocks: number;
  /** For each gated block its place among all. */
  readonly #places: readonly number[];
  #steps = 0;
  /** Steps since the last look that did not compute a block. */
  #dropped: Int32Array;

  /** @param every steps between looks; 0: none. @param before what was counted where a run goes on. */
  constructor({ train }: Program, every: number, before: LookCounts | null = null) {
    const blocks = train.parts.sums?.reader.blocks ?? [];
    this.#every = train.look ? every : 0;
    this.#blocks = blocks.length;
    this.#places = train.gated.map((block) => blocks.indexOf(block));
    this.#dropped = new Int32Array(this.#blocks);
    if (before?.dropped.length !== this.#blocks) return;
    this.#steps = before.steps;
    this.#dropped.set(before.dropped);
  }

  /** What was counted since the last look. */
  get counts(): LookCounts {
    return { steps: this.#steps, dropped: [...this.#dropped] };
  }

  /** Whether the step of this number, from 1, looks. */
  isDue(step: number): boolean {
    return this.#every > 0 && step % this.#every === 0;
  }

  /** Counts a step. @param survival 0 or 1 for each gated block; null where there are none. */
  count(survival: Int32Array | null): void {
    this.#steps += 1;
    if (this.#blocks === 0) return;
    survival?.forEach((flag, index) => {
      if (flag === 0) this.#dropped[this.#places[index]!]! += 1;
    });
  }

  /** What the step that looked saw, with the counts since the look before it. */
  event(step: number, { gradientNorm, ratio }: BlocksSeen): BlocksEvent {
    const steps = this.#steps;
    const computed = Int32Array.from(this.#dropped, (dropped) => steps - dropped);
    this.#steps = 0;
    this.#dropped = new Int32Array(this.#blocks);
    return { type: 'blocks', step, steps, gradientNorm, ratio, computed };
  }
}
