/** The loss, and how gradients move the weights. */
import type { Recipe } from '../../shared/recipe.ts';
import type { Graph } from '../graph/graph.ts';
import * as op from '../graph/operations/index.ts';
import type { Loss, Variable } from '../graph/operations/index.ts';
import type { Tensor } from '../graph/tensor.ts';
import { mixed } from './mix.ts';
import type { MixFeeds } from './mix.ts';
import type { Kept, VariableSet } from '../network/variables.ts';

/** Cross-entropy; with smoothing s the label's share is 1 − s + s / classes and every other one s / classes (Szegedy et al. 2016, section 7). */
export function crossEntropyWithSmoothing(
  graph: Graph,
  logits: Tensor,
  labels: Tensor,
  classes: number,
  smoothing: number,
  mix: MixFeeds | null = null,
): Loss {
  if (smoothing === 0 && !mix) return op.crossEntropy(graph, logits, labels);
  const share = smoothing / classes;
  const shares = op.oneHot(graph, labels, classes, 1 - smoothing + share, share);
  return op.crossEntropyOfShares(graph, logits, mix ? mixed(graph, shares, mix) : shares);
}

/** A variable that the optimiser keeps beside the learned ones, and how it begins: at zero, or as a copy. */
export interface Slot {
  readonly variable: Variable;
  readonly copyOf: Variable | null;
}

/** What moves the learned variables in one step. */
export interface Updates {
  readonly slots: readonly Slot[];
  /** To be waited for. */
  readonly effects: readonly Tensor[];
  /** Half the sum of squares of each learned variable's gradient, before clipping and decay: float32 scalars. */
  readonly halfSquares: readonly Tensor[];
  /** Norm of all gradients together, before clipping and decay: float32 scalar. */
  readonly gradientNorm: Tensor;
  /** The moving average of each learned variable; empty where the recipe has none. */
  readonly averages: ReadonlyMap<Variable, Variable>;
}

/** What a step feeds to the optimiser, as float32 scalars. */
export interface Pace {
  readonly rate: Tensor;
  /** Steps done with this one, from 1. */
  readonly step: Tensor;
}

/**
 * Moves every learned variable.
 *
 * Weight decay acts on weights, and with `decayAll` on scales, shifts and biases. It and the momentum also move a block
 * that the step did not compute, as in the authors' program of stochastic depth.
 */
export function updates(
  graph: Graph,
  variables: VariableSet,
  gradients: ReadonlyMap<Variable, Tensor>,
  pace: Pace,
  recipe: Recipe,
): Updates {
  const { learned } = variables;
  const raw = learned.map(({ variable }) => {
    const gradient = gradients.get(variable);
    if (!gradient) throw new Error(`${variable.name} has no gradient.`);
    return gradient;
  });
  const halfSquares = raw.map((gradient) => op.halfSquares(graph, gradient));
  const gradientNorm = op.squareRoot(
    graph,
    op.multiply(graph, op.addMany(graph, halfSquares), graph.constant('float32', 2)),
  );
  const clipped = recipe.clipNorm === null ? raw : shortened(graph, raw, gradientNorm, recipe.clipNorm);
  const move =
    recipe.optimiser.kind === 'sgd'
      ? momentum(graph, variables, pace, recipe)
      : adam(graph, variables, pace, recipe, recipe.optimiser);
  const moved = learned.map((kept, place) =>
    graph.scope(kept.variable.name, () => move(kept, clipped[place] as Tensor)),
  );

  const averages = new Map<Variable, Variable>();
  const averaged = learned.map(({ variable }, place) => {
    if (recipe.averageDecay === null) return null;
    const average = op.declareVariable(graph, `average/${variable.name}`, 'float32', variable.shape);
    averages.set(variable, average);
    return followed(graph, average, variable, (moved[place] as Moved).effect, recipe.averageDecay);
  });
  return {
    slots: [
      ...moved.flatMap(({ slots }) => slots),
      ...[...averages].map(([copyOf, variable]) => ({ variable, copyOf })),
    ],
    effects: [...moved.map(({ effect }) => effect), ...averaged.filter((effect) => effect !== null)],
    halfSquares,
    gradientNorm,
    averages,
  };
}

interface Moved {
  readonly slots: readonly Slot[];
  readonly effect: Tensor;
}

type Move = (kept: Kept, gradient: Tensor) => Moved;

const decays = (recipe: Recipe, { role }: Kept): boolean =>
  recipe.weightDecay > 0 && (recipe.decayAll || role === 'weights');

/** Stochastic gradient descent with momentum; the decay is added to the gradient (L2), as in the papers' programs. */
function momentum(graph: Graph, variables: VariableSet, { rate }: Pace, recipe: Recipe): Move {
  const factor = graph.constant('float32', recipe.momentum);
  const decay = graph.constant('float32', recipe.weightDecay);
  return (kept, gradient) => {
    const { variable } = kept;
    const velocity = op.declareVariable(graph, `velocity/${variable.name}`, 'float32', variable.shape);
    const whole = decays(recipe, kept)
      ? op.add(graph, gradient, op.multiply(graph, variables.read(variable), decay))
      : gradient;
    const effect = op.applyMomentum(graph, variable, velocity, rate, whole, factor, recipe.nesterov);
    return { slots: [{ variable: velocity, copyOf: null }], effect };
  };
}

/** AdamW (Loshchilov and Hutter 2019, algorithm 2), with PyTorch's place of epsilon: behind the corrected root. */
function adam(
  graph: Graph,
  variables: VariableSet,
  { rate, step }: Pace,
  recipe: Recipe,
  { beta1, beta2, epsilon }: { beta1: number; beta2: number; epsilon: number },
): Move {
  const number = (value: number) => graph.constant('float32', value);
  const beta1Power = op.power(graph, number(beta1), step);
  const beta2Power = op.power(graph, number(beta2), step);
  // TensorFlow adds epsilon to the root before its correction, so it is given the corrected one.
  const correction = op.squareRoot(graph, op.subtract(graph, number(1), beta2Power));
  const shared = {
    beta1Power,
    beta2Power,
    rate,
    beta1: number(beta1),
    beta2: number(beta2),
    epsilon: op.multiply(graph, number(epsilon), correction),
  };
  const decay = op.multiply(graph, rate, number(recipe.weightDecay));
  return (kept, gradient) => {
    const { variable } = kept;
    const first = op.declareVariable(graph, `firstMoment/${variable.name}`, 'float32', variable.shape);
    const second = op.declareVariable(graph, `secondMoment/${variable.name}`, 'float32', variable.shape);
    const before = decays(recipe, kept)
      ? [op.subtractFrom(graph, variable, op.multiply(graph, variables.read(variable), decay))]
      : [];
    // The gradient is a function of the weights before the decay: it must be there before they change.
    const effect = op.applyAdam(graph, variable, first, second, { ...shared, gradient }, before);
    return {
      slots: [
        { variable: first, copyOf: null },
        { variable: second, copyOf: null },
      ],
      effect,
    };
  };
}

/** Moves an average towards a variable that was just updated. */
function followed(graph: Graph, average: Variable, variable: Variable, updated: Tensor, decay: number): Tensor {
  const now = op.read(graph, variable, { after: [updated] });
  const distance = op.subtract(graph, op.read(graph, average), now);
  return op.subtractFrom(graph, average, op.multiply(graph, distance, graph.constant('float32', 1 - decay)));
}

/** All gradients times min(1, longest / norm). */
function shortened(graph: Graph, gradients: readonly Tensor[], norm: Tensor, longest: number): Tensor[] {
  const factor = op.lesser(
    graph,
    graph.constant('float32', 1),
    op.divide(graph, graph.constant('float32', longest), op.add(graph, norm, graph.constant('float32', 1e-6))),
  );
  return gradients.map((gradient) => op.multiply(graph, gradient, factor));
}
