/** The three forms of a ResNeXt block: the same weights, laid out for separate paths. */
import { Graph } from '../../../src-main/core/graph/graph.ts';
import { elements } from '../../../src-main/core/graph/tensor.ts';
import { Building } from '../../../src-main/core/network/building.ts';
import { network } from '../../../src-main/core/network/network.ts';
import { VariableSet } from '../../../src-main/core/network/variables.ts';
import type { Kept } from '../../../src-main/core/network/variables.ts';
import { expand } from '../../../src-main/shared/network/expand.ts';
import type { Spec } from '../../../src-main/shared/network/spec.ts';
import { valuesFor } from './values.ts';

/** All variables of a network, in its order. The spec names its input. */
export function variablesOf(spec: Spec): readonly Kept[] {
  const graph = new Graph();
  const variables = new VariableSet(graph);
  const plan = expand(spec);
  const { height, width, channels } = plan.input;
  const images = graph.placeholder('images', 'float32', [2, height, width, channels]);
  network(new Building(graph, variables, false, () => images), plan, images, { keep: () => null });
  return variables.all;
}

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

/** For a form of separate paths the values that form c draws from its names. */
export function pathValues(spec: Spec, form: 'a' | 'b'): Map<string, Float32Array> {
  const whole = new Map(
    variablesOf({ ...spec, form: 'c' }).map((kept) => [
      kept.variable.name,
      { shape: kept.variable.shape, values: valuesFor(kept) },
    ]),
  );
  return divide(variablesOf({ ...spec, form }), whole);
}
