/** A plan as a graph: the forward pass, and the backward pass behind it. */
import type { BlockPlan, PathsStep, Plan, Step } from '../../shared/network/plan.ts';
import * as op from '../graph/operations/index.ts';
import { describeTensor, sameShape, ShapeError } from '../graph/tensor.ts';
import type { Tensor } from '../graph/tensor.ts';
import { average, convolution, dropout, linear, maxPool, normalisation, relu, zeroPad } from './layers.ts';
import type { Building, Layer } from './building.ts';

/** One step of a plan, forward and backward under its name. @throws ShapeError where graph and plan disagree. */
function layer(building: Building, step: Step, input: Tensor): Layer {
  const { graph } = building;
  return graph.scope(step.name, () => {
    const { output, backward } = layerOf(building, step, input);
    const { height, width, channels } = step.output;
    const flat = step.op === 'average' || step.op === 'linear';
    const planned = [input.shape[0] ?? 0, ...(flat ? [] : [height, width]), channels];
    if (!sameShape(output.shape, planned))
      throw new ShapeError(graph.place, `${describeTensor(output)}, where the plan has [${planned.join(', ')}]`);
    building.watch?.see(building, 'output', step.name, output);
    return {
      output,
      backward: (gradient) =>
        graph.scope(step.name, () => {
          const onward = backward(gradient);
          building.watch?.see(building, 'gradient', step.name, onward);
          return onward;
        }),
    };
  });
}

function layerOf(building: Building, step: Step, input: Tensor): Layer {
  switch (step.op) {
    case 'convolution':
      return convolution(building, step, input);
    case 'normalisation':
      return normalisation(building, step, input);
    case 'relu':
      return relu(building, step, input);
    case 'dropout':
      return dropout(building, step, input);
    case 'maxPool':
      return maxPool(building, step, input);
    case 'zeroPad':
      return zeroPad(building, step, input);
    case 'average':
      return average(building, step, input);
    case 'linear':
      return linear(building, step, input);
    case 'paths':
      return paths(building, step, input);
    default:
      return step satisfies never;
  }
}

/** Steps one after the other. */
export function sequence(building: Building, steps: readonly Step[], input: Tensor): Layer {
  const layers: Layer[] = [];
  let output = input;
  for (const step of steps) {
    const next = layer(building, step, output);
    layers.push(next);
    output = next.output;
  }
  return {
    output,
    backward: (gradient) => layers.reduceRight((toContinue, { backward }) => backward(toContinue), gradient),
  };
}

/** Forms a and b of a ResNeXt block (Xie et al. 2016, figure 3): paths beside each other, summed or concatenated. */
function paths(building: Building, step: PathsStep, input: Tensor): Layer {
  const { graph } = building;
  const layers = step.paths.map((steps) => sequence(building, steps, input));
  const outputs = layers.map(({ output }) => output);
  const channels = outputs.map(({ shape }) => shape[3] ?? 0);
  return {
    output: step.join === 'sum' ? op.addMany(graph, outputs) : op.concatenate(graph, outputs, 3),
    backward(gradient) {
      const parts = step.join === 'sum' ? layers.map(() => gradient) : op.split(graph, gradient, channels, 3);
      return op.addMany(
        graph,
        layers.map(({ backward }, path) => backward(parts[path] as Tensor)),
      );
    },
  };
}

/** The two terms of a block's sum. With a gate the branch is there only where the gate is open. */
export interface Arms {
  readonly branch: Tensor;
  readonly shortcut: Tensor;
  readonly gate: Tensor | null;
}

/** How many of the blocks are computed: what of a block's branch counts, given its plan. */
export interface Gates {
  /** Training: bool scalar in host memory, true where the block is computed; null where it always is. */
  readonly keep: (block: BlockPlan) => Tensor | null;
  /** Evaluation: float32 scalar by which the branch counts; null where it counts by its survival. */
  readonly share?: (block: BlockPlan) => Tensor | null;
  /** Sees the terms of every sum while it is written. */
  readonly see?: (block: BlockPlan, arms: Arms) => void;
}

/** `after(shortcut(h) + branch(h))` with `h = before(x)`; with a gate, the branch is computed only where it is open. */
export function residualBlock(building: Building, block: BlockPlan, input: Tensor, gates: Gates): Layer {
  const { graph } = building;
  const gate = building.training && block.shortcut !== null ? gates.keep(block) : null;

  const before = sequence(building, block.before, input);
  const h = before.output;
  const shortcut = block.shortcut && sequence(building, block.shortcut, h);
  const ways = gate && graph.scope(`${block.name}/gate`, () => op.branch(graph, h, gate));
  const branch = building.gated(gate, () => sequence(building, block.branch, ways ? ways.yes : h));
  const share = building.training || !block.shortcut ? null : (gates.share?.(block) ?? null);
  const scaled =
    !share && (building.training || block.survival === 1)
      ? branch.output
      : op.multiply(graph, branch.output, share ?? graph.constant('float32', block.survival));
  if (shortcut) gates.see?.(block, { branch: scaled, shortcut: shortcut.output, gate });
  const sum = graph.scope(`${block.name}/sum`, () => {
    if (!shortcut) return scaled;
    if (!gate) return op.add(graph, scaled, shortcut.output);
    const past = op.branch(graph, shortcut.output, gate);
    return op.merge(graph, past.no, op.add(graph, scaled, past.yes));
  });
  const after = sequence(building, block.after, sum);

  return {
    output: after.output,
    backward(gradient) {
      const atSum = after.backward(gradient);
      if (!shortcut) return before.backward(branch.backward(atSum));
      const throughShortcut = shortcut.backward(atSum);
      if (!gate) return before.backward(op.add(graph, branch.backward(atSum), throughShortcut));
      const throughBranch = building.gated(gate, () => branch.backward(op.branch(graph, atSum, gate).yes));
      const past = op.branch(graph, throughShortcut, gate);
      return before.backward(op.merge(graph, past.no, op.add(graph, throughBranch, past.yes)));
    },
  };
}

/** images float32 [n, h, w, c], normalised → logits float32 [n, classes]. */
export function network(building: Building, plan: Plan, images: Tensor, gates: Gates): Layer {
  const stem = sequence(building, plan.stem, images);
  const blocks: Layer[] = [];
  let output = stem.output;
  for (const stage of plan.stages) {
    for (const block of stage.blocks) {
      const next = residualBlock(building, block, output, gates);
      blocks.push(next);
      output = next.output;
    }
  }
  const head = sequence(building, plan.head, output);
  return {
    output: head.output,
    backward: (gradient) =>
      stem.backward(blocks.reduceRight((toContinue, { backward }) => backward(toContinue), head.backward(gradient))),
  };
}
