/** How the images of a step are mixed with each other (Zhang et al. 2018, "mixup", section 2). */
import { Draws } from './random.ts';

export interface Mixing {
  /** λ, 0.5 to 1: the share of the image itself and of its label. */
  readonly share: number;
  /** int32 [images]: a permutation; each image's partner has the share 1 − λ. */
  readonly partners: Int32Array;
}

/**
 * One λ from Beta(α, α) for a step and one partner for each image, as in the authors' program. λ below one half is
 * turned around: with the partners' permutation that is the same mixture, and the image itself stays the larger part.
 * @param alpha α > 0. @param step from 1 over the whole run. @param part of the step's batch, from 0.
 */
export function drawMixing(alpha: number, images: number, seed: number, step: number, part = 0): Mixing {
  const draws = new Draws(seed, 'mixup', part, step);
  // The share of one gamma of two, from their logarithms: for small α both may be too small to be divided.
  const share = 1 / (1 + Math.exp(logGamma(alpha, draws) - logGamma(alpha, draws)));
  const partners = Int32Array.from({ length: images }, (_, index) => index);
  for (let last = images - 1; last > 0; last -= 1) {
    const other = draws.below(last + 1);
    [partners[last], partners[other]] = [partners[other] as number, partners[last] as number];
  }
  return { share: Math.max(share, 1 - share), partners };
}

/** The logarithm of a draw from Gamma(α, 1) (Marsaglia and Tsang 2000; for α < 1 with their remark in section 6). */
function logGamma(alpha: number, draws: Draws): number {
  if (alpha < 1) {
    const uniform = 1 - draws.uniform();
    return logGamma(alpha + 1, draws) + Math.log(uniform) / alpha;
  }
  const d = alpha - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(draws);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - draws.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return Math.log(d * v);
  }
}

/** A standard normal draw (Box and Muller 1958). */
const normal = (draws: Draws): number =>
  Math.sqrt(-2 * Math.log(1 - draws.uniform())) * Math.cos(2 * Math.PI * draws.uniform());
