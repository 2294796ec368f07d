/** Which residual blocks a step computes (Huang et al. 2016, section 3: one draw for each block and mini-batch). */
import { Draws } from './random.ts';

/** @param survival P_l of each block. @param step from 1 over the whole run. @returns int32 [blocks], 1: computed. */
export function drawSurvival(survival: readonly number[], seed: number, step: number): Int32Array {
  const draws = new Draws(seed, 'survival', 0, step);
  return Int32Array.from(survival, (probability) => (draws.uniform() < probability ? 1 : 0));
}
