/** The variables of a grouped block laid out for separate paths: forms a and b of form c (Xie et al. 2016, figure 3). */
import { elements } from '../graph/tensor.ts';
import type { Kept } from './variables.ts';

/** Name of the same variable in form c, and the number of the path, from 1; 0 outside of paths. */
const placeOf = (name: string) => ({
  whole: name.replace(/\/path\d+\//, '/'),
  path: Number(/\/path(\d+)\//.exec(name)?.[1] ?? 0),
});

/**
 * The values of form c for the variables of another form: each path's part of the grouped weights.
 * @param whole by the names of form c, each with its shape.
 */
export function divide(
  parts: readonly Kept[],
  whole: ReadonlyMap<string, { readonly shape: readonly number[]; readonly values: Float32Array }>,
): Map<string, Float32Array> {
  return new Map(
    parts.map(({ variable: { name, shape } }) => {
      const { whole: own, path } = placeOf(name);
      const from = whole.get(own);
      if (!from) throw new Error(`Form c has no ${own}.`);
      const axis = from.shape.findIndex((size, at) => size !== shape[at]);
      return [name, axis < 0 ? from.values : part(from.values, from.shape, axis, shape[axis] as number, path - 1)];
    }),
  );
}

/** The `index`-th part of `size` along an axis. */
function part(values: Float32Array, shape: readonly number[], axis: number, size: number, index: number): Float32Array {
  const inner = elements(shape.slice(axis + 1));
  const whole = shape[axis] as number;
  return values.filter((_, at) => Math.floor((Math.floor(at / inner) % whole) / size) === index);
}
