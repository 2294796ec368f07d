/** Values for tests: drawn from a name, so that both sides of a comparison have the same without storing any. */
import { elements } from '../../../src-main/core/graph/tensor.ts';
import type { Kept } from '../../../src-main/core/network/variables.ts';

/** A whole number for a name (FNV-1a). */
function numberOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const letter of name) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash;
}

/**
 * Evenly drawn values, `from` ≤ value < `to`: a linear congruential generator (Numerical Recipes), begun at the name.
 * test/reference/make.py draws the same.
 */
export function even(name: string, count: number, from: number, to: number): Float32Array {
  let state = numberOf(name);
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return from + (to - from) * ((state >>> 8) / 16_777_216);
  });
}

/** Evenly drawn values of mean 0 and this standard deviation. */
export const spread = (name: string, count: number, deviation: number): Float32Array =>
  even(name, count, -Math.sqrt(3) * deviation, Math.sqrt(3) * deviation);

/** Values as far from the usual beginning as trained ones may be: scales of both signs, moved statistics. */
export function valuesFor({ variable: { name, shape }, role }: Kept, salt = ''): Float32Array {
  const count = elements(shape);
  const drawn = (from: number, to: number) => even(salt + name, count, from, to);
  if (role === 'weights') return spread(salt + name, count, Math.sqrt((1.5 * (shape.at(-1) ?? 1)) / count));
  if (name.endsWith('/variance')) return drawn(0.5, 1.5);
  if (name.endsWith('/mean')) return spread(salt + name, count, 0.3);
  if (name.endsWith('/scale')) return drawn(-0.5, 1).map((value) => (value < 0 ? value - 0.5 : value + 0.5));
  return spread(salt + name, count, 0.3);
}

/** ‖ours − reference‖ / ‖reference‖; 0 where both are nothing but zeros. */
export function relativeError(ours: ArrayLike<number>, reference: ArrayLike<number>): number {
  if (ours.length !== reference.length) return Infinity;
  let [difference, size] = [0, 0];
  for (let at = 0; at < ours.length; at += 1) {
    difference += ((ours[at] as number) - (reference[at] as number)) ** 2;
    size += (reference[at] as number) ** 2;
  }
  return difference === 0 ? 0 : Math.sqrt(difference / size);
}

/** ⟨a, b⟩ in double precision. */
export const innerProduct = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) sum += (a[at] as number) * (b[at] as number);
  return sum;
};
