/**
 * Stochastic depth (Huang et al. 2016): how likely every residual block takes part in a training step.
 *
 * L counts all residual blocks, those that shrink the map included, as in the authors' program.
 */
import type { Spec, Survival } from './spec.ts';

/** Residual blocks of all stages, L. */
export const blockCount = (spec: Pick<Spec, 'stages'>): number =>
  spec.stages.reduce((sum, stage) => sum + stage.blocks, 0);

/**
 * P_l of block `index`, 1 to `blocks`: 0 (never there) to 1 (always there).
 *
 * linear: 1 − (l/L)(1 − last). A list that is too short counts as 1 behind its end; `check` refuses it.
 */
export function survivalOf(survival: Survival, index: number, blocks: number): number {
  switch (survival.kind) {
    case 'always':
      return 1;
    case 'linear':
      return 1 - (index / blocks) * (1 - survival.last);
    case 'uniform':
      return survival.value;
    case 'list':
      return survival.values[index - 1] ?? 1;
  }
}

/** P_1 to P_L. */
export function survivals(spec: Pick<Spec, 'stages' | 'survival'>): number[] {
  const blocks = blockCount(spec);
  return Array.from({ length: blocks }, (_, index) => survivalOf(spec.survival, index + 1, blocks));
}

/**
 * Blocks that take part in a training step in the mean: the sum of P_l, in closed form where there is one, so that
 * linear decay to 0.5 gives exactly (3L − 1)/4.
 */
export function expectedDepth(spec: Pick<Spec, 'stages' | 'survival'>): number {
  const blocks = blockCount(spec);
  switch (spec.survival.kind) {
    case 'always':
      return blocks;
    case 'linear':
      return blocks - ((1 - spec.survival.last) * (blocks + 1)) / 2;
    case 'uniform':
      return blocks * spec.survival.value;
    case 'list':
      return survivals(spec).reduce((sum, probability) => sum + probability, 0);
  }
}
