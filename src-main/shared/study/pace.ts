/** How long a study's runs take on a device: its measured rates, and what every run takes beside its steps. */
import type { Plan } from '../network/plan.ts';
import { graphNodes, secondsFor, workOf } from '../network/work.ts';
import type { Rates } from '../network/work.ts';

export interface Pace {
  /** Seconds of one training step, in the mean over dropped blocks. */
  readonly stepSeconds: (plan: Plan, batch: number) => number;
  /** Seconds from the start of a trainer to its first step, and from its last to its end. */
  readonly startSeconds: (plan: Plan) => number;
}

/** Starting a trainer and loading the engine; and writing and loading a graph, for each of its nodes. */
const trainerSeconds = 5;
const nodeSeconds = 0.0007;

export const paceOf = (rates: Rates): Pace => ({
  stepSeconds: (plan, batch) => secondsFor(workOf(plan, batch), rates),
  startSeconds: (plan) => trainerSeconds + nodeSeconds * graphNodes(plan),
});

/** Of two processor cores in use: where nothing was measured and the device is not free for it. */
export const usualRates: Rates = {
  nodes: 7e-6,
  spatial: 1.4e-11,
  pointwise: 9e-12,
  narrow: 2e-10,
  medium: 3e-10,
  broad: 9e-11,
  traffic: 5e-11,
};

/** The forward pass alone takes about a third of a training step. */
export const evaluationShare = 1 / 3;
