/** The loss, and how gradients move the weights. */
import type { Recipe } from '../../shared/recipe.ts';
import type { Graph } from '../graph/graph.ts';
import * as op from '../graph/operations/index.ts';
import type { Loss, Variable } from '../graph/operations/index.ts';
import type { Tensor } from '../graph/tensor.ts';
import type { VariableSet } from '../network/variables.ts';

/** Cross-entropy; with smoothing s the label's share is 1 − s + s / classes and every other one s / classes (Szegedy et al. 2016, section 7). */
export function crossEntropyWithSmoothing(
  graph: Graph,
  logits: Tensor,
  labels: Tensor,
  classes: number,
  smoothing: number,
): Loss {
  if (smoothing === 0) return op.crossEntropy(graph, logits, labels);
  const share = smoothing / classes;
  return op.crossEntropyOfShares(graph, logits, op.oneHot(graph, labels, classes, 1 - smoothing + share, share));
}

/**
 * Stochastic gradient descent with momentum on every learned variable.
 *
 * Weight decay is added to the gradient (L2, as in the papers' programs), on weights, and with `decayAll` on scales,
 * shifts and biases. It and the momentum also move a block that the step did not compute, as in the authors' program
 * of stochastic depth.
 * @returns the velocity of each learned variable, and the updates to wait for.
 */
export function momentumUpdates(
  graph: Graph,
  variables: VariableSet,
  gradients: ReadonlyMap<Variable, Tensor>,
  rate: Tensor,
  recipe: Recipe,
): { readonly velocities: ReadonlyMap<Variable, Variable>; readonly updates: readonly Tensor[] } {
  const momentum = graph.constant('float32', recipe.momentum);
  const decay = graph.constant('float32', recipe.weightDecay);
  const velocities = new Map<Variable, Variable>();
  const updates = variables.learned.map(({ variable, role }) =>
    graph.scope(variable.name, () => {
      const gradient = gradients.get(variable);
      if (!gradient) throw new Error(`${variable.name} has no gradient.`);
      const velocity = op.declareVariable(graph, `velocity/${variable.name}`, 'float32', variable.shape);
      velocities.set(variable, velocity);
      const decays = recipe.weightDecay > 0 && (recipe.decayAll || role === 'weights');
      const whole = decays ? op.add(graph, gradient, op.multiply(graph, variables.read(variable), decay)) : gradient;
      return op.applyMomentum(graph, variable, velocity, rate, whole, momentum, recipe.nesterov);
    }),
  );
  return { velocities, updates };
}
