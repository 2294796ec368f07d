/**
 * Our training step as a contender: data held as bytes, normalisation, running statistics and metrics on, as in a run.
 * Neither it nor those beside it augment or watch; what a run adds is bounded by the speed of `train` beside this step.
 */
import type { Binding } from '../../src-main/core/graph/session.ts';
import type { TrainingSession } from '../../src-main/core/training/session.ts';
import { TimedStep } from '../../src-main/core/training/timing.ts';
import { expand } from '../../src-main/shared/network/expand.ts';
import type { Fill } from '../../src-main/shared/network/shapes.ts';
import type { Spec } from '../../src-main/shared/network/spec.ts';
import { benchFolder } from './engine.ts';
import type { Contender } from './timing.ts';

export interface OurStep extends Contender {
  readonly session: TrainingSession;
  /** One step in which exactly these gated blocks are computed. @returns milliseconds. */
  readonly stepWith: (survival: Int32Array) => number;
  readonly close: () => void;
}

/** Makes our step for a network, on random images that lie in the session. */
export function ourStep(binding: Binding, name: string, spec: Spec, batch: number, fill: Fill = {}): OurStep {
  const own = new TimedStep(binding, expand(spec, fill), batch, benchFolder('graphs'));
  const all = own.gated > 0 ? new Int32Array(own.gated).fill(1) : null;
  return {
    name,
    session: own.session,
    step: () => 1000 * own.stepWith(all),
    stepWith: (survival) => 1000 * own.stepWith(survival),
    close: () => own.close(),
  };
}
