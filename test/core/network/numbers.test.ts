import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Graph } from '../../../src-main/core/graph/graph.ts';
import * as op from '../../../src-main/core/graph/operations/index.ts';
import { elements } from '../../../src-main/core/graph/tensor.ts';
import { Building } from '../../../src-main/core/network/building.ts';
import { network } from '../../../src-main/core/network/network.ts';
import { VariableSet } from '../../../src-main/core/network/variables.ts';
import { describe } from '../../../src-main/shared/network/cost.ts';
import { expand } from '../../../src-main/shared/network/expand.ts';
import type { Plan } from '../../../src-main/shared/network/plan.ts';
import { presets } from '../../../src-main/shared/network/presets.ts';

/** Counts products by the shapes that meet in its convolutions and matrix products. */
class CountingGraph extends Graph {
  products = 0;

  override add(...[name, inputs, attributes, outputs, options]: Parameters<Graph['add']>): ReturnType<Graph['add']> {
    const [, weights] = inputs;
    const [, shape] = outputs[0] ?? [];
    // Every output is the sum of as many products as the weights have values for it.
    if ((name === 'Conv2D' || name === 'MatMul') && weights && shape)
      this.products += elements(shape) * elements(weights.shape.slice(0, -1));
    return super.add(name, inputs, attributes, outputs, options);
  }
}

/** What the forward pass of the graph that trains has. */
function built(plan: Plan) {
  const graph = new CountingGraph();
  const variables = new VariableSet(graph);
  const building = new Building(graph, variables, true, (_step, shape) =>
    op.cast(graph, op.fill(graph, shape, 1), 'bool'),
  );
  const { height, width, channels } = plan.input;
  let sums = 0;
  const { output } = network(building, plan, graph.placeholder('images', 'float32', [1, height, width, channels]), {
    keep: () => null,
    see: () => void (sums += 1),
  });
  const values = (isLearned: boolean) =>
    variables.all
      .filter(({ role }) => (role !== 'statistic') === isLearned)
      .reduce((sum, { variable }) => sum + elements(variable.shape), 0);
  return { parameters: values(true), buffers: values(false), macs: graph.products, sums, classes: output.shape[1] };
}

test('parameters, statistics, multiply-adds, sums and classes of every preset’s graph are those of `describe`', () => {
  for (const { name, spec } of presets) {
    const plan = expand(spec);
    const { parameters, buffers, macs, blocks, classes } = describe(plan);
    const sums = spec.shortcut === 'none' ? 0 : blocks;
    assert.deepEqual([name, built(plan)], [name, { parameters, buffers, macs, sums, classes }]);
  }
});
