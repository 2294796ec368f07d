/** The three forms of a ResNeXt block: the same weights, laid out for separate paths. */
import { Graph } from '../../../src-main/core/graph/graph.ts';
import { Building } from '../../../src-main/core/network/building.ts';
import { network } from '../../../src-main/core/network/network.ts';
import { divide } from '../../../src-main/core/network/paths.ts';
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
