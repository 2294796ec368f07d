/** The layers: one function for each operation of a plan, `(building, step, input) → { output, backward }`. */
import type {
  AverageStep,
  ConvolutionStep,
  DropoutStep,
  LinearStep,
  MaxPoolStep,
  NormalisationStep,
  ReluStep,
  ZeroPadStep,
} from '../../shared/network/plan.ts';
import * as op from '../graph/operations/index.ts';
import type { Tensor } from '../graph/tensor.ts';
import type { Building, Layer } from './building.ts';

const one = { kind: 'constant', value: 1 } as const;
const zero = { kind: 'constant', value: 0 } as const;

/** Filter [k, k, in / groups, out], drawn from N(0, 2 / (k² · out)), as in the programs of He et al. and Xie et al. */
export function convolution(building: Building, step: ConvolutionStep, input: Tensor): Layer {
  const { graph, variables } = building;
  const { kernel, stride, groups } = step;
  const geometry = { kernel, stride, padding: Math.floor(kernel / 2) };
  const shape = [kernel, kernel, step.input.channels / groups, step.output.channels];
  const deviation = Math.sqrt(2 / (kernel * kernel * step.output.channels));
  const variable = variables.declare(`${step.name}/filter`, shape, 'weights', { kind: 'normal', deviation });
  const filter = building.read(variable);
  const { output, seen } = op.convolution(graph, input, filter, geometry);
  return {
    output,
    backward(gradient) {
      building.setGradient(variable, op.convolutionFilterGradient(graph, seen, filter, gradient, geometry));
      return op.convolutionInputGradient(graph, input, seen, filter, gradient, geometry);
    },
  };
}

/** Batch normalisation. In training the running statistics move; a block that is not computed leaves them alone. */
export function normalisation(building: Building, step: NormalisationStep, input: Tensor): Layer {
  const { graph, variables } = building;
  const channels = [step.output.channels];
  const scaleVariable = variables.declare(`${step.name}/scale`, channels, 'vector', {
    kind: 'constant',
    value: step.initialScale,
  });
  const shiftVariable = variables.declare(`${step.name}/shift`, channels, 'vector', zero);
  const meanVariable = variables.declare(`${step.name}/mean`, channels, 'statistic', zero);
  const varianceVariable = variables.declare(`${step.name}/variance`, channels, 'statistic', one);
  const [scale, shift, mean, variance] = [scaleVariable, shiftVariable, meanVariable, varianceVariable].map(
    (variable) => building.read(variable),
  ) as [Tensor, Tensor, Tensor, Tensor];
  if (!building.training) return onlyForward(op.normaliseWith(graph, input, scale, shift, mean, variance), step.name);

  const forward = op.normaliseBatch(graph, input, scale, shift, mean, variance);
  building.effects.push(
    op.assign(graph, meanVariable, forward.runningMean),
    op.assign(graph, varianceVariable, forward.runningVariance),
  );
  return {
    output: forward.output,
    backward(gradient) {
      const gradients = op.normaliseBatchGradient(graph, input, scale, forward, gradient);
      building.setGradient(scaleVariable, gradients.scale);
      building.setGradient(shiftVariable, gradients.shift);
      return gradients.input;
    },
  };
}

export function relu({ graph }: Building, _step: ReluStep, input: Tensor): Layer {
  const output = op.relu(graph, input);
  return { output, backward: (gradient) => op.reluGradient(graph, gradient, output) };
}

/** Dropout (Srivastava et al. 2014), inverted: kept values are scaled in training, evaluation does nothing. */
export function dropout(building: Building, step: DropoutStep, input: Tensor): Layer {
  const { graph } = building;
  const keptOf256 = Math.round(256 * (1 - step.rate));
  if (!building.training || keptOf256 === 256) return { output: input, backward: (gradient) => gradient };
  const kept = op.cast(graph, building.dropoutMask(step, input.shape, building), 'float32');
  const factor = op.multiply(graph, kept, graph.constant('float32', 256 / keptOf256));
  return { output: op.multiply(graph, input, factor), backward: (gradient) => op.multiply(graph, gradient, factor) };
}

/** 3×3, stride 2, padding 1; its input comes from a ReLU. */
export function maxPool({ graph }: Building, _step: MaxPoolStep, input: Tensor): Layer {
  const geometry = { kernel: 3, stride: 2, padding: 1 };
  const forward = op.maxPool(graph, input, geometry);
  return {
    output: forward.output,
    backward: (gradient) => op.maxPoolGradient(graph, input, forward, gradient, geometry),
  };
}

/** Shortcut A (He et al. 2015, section 3.3): every stride-th pixel, zeros for the missing channels. */
export function zeroPad({ graph }: Building, step: ZeroPadStep, input: Tensor): Layer {
  const missing = step.output.channels - step.input.channels;
  const taken = step.stride === 1 ? input : op.everyNthPixel(graph, input, step.stride);
  return {
    output:
      missing === 0
        ? taken
        : op.pad(graph, taken, [
            [0, 0],
            [0, 0],
            [0, 0],
            [0, missing],
          ]),
    backward(gradient) {
      const known = missing === 0 ? gradient : op.slice(graph, gradient, [0, 0, 0, 0], taken.shape);
      return step.stride === 1 ? known : op.everyNthPixelGradient(graph, input.shape, known, step.stride);
    },
  };
}

/** Mean over the map: [n, h, w, c] → [n, c]. */
export function average({ graph }: Building, _step: AverageStep, input: Tensor): Layer {
  const [count = 0, height = 0, width = 0, channels = 0] = input.shape;
  return {
    output: op.mean(graph, input, [1, 2]),
    backward(gradient) {
      const share = op.multiply(graph, gradient, graph.constant('float32', 1 / (height * width)));
      return op.tile(graph, op.reshape(graph, share, [count, 1, 1, channels]), [1, height, width, 1]);
    },
  };
}

/** Weights [in, out], drawn with the variance of PyTorch's default, 1 / (3 · in); bias 0. */
export function linear(building: Building, step: LinearStep, input: Tensor): Layer {
  const { graph, variables } = building;
  const [from, to] = [step.input.channels, step.output.channels];
  const weightsVariable = variables.declare(`${step.name}/weights`, [from, to], 'weights', {
    kind: 'normal',
    deviation: Math.sqrt(1 / (3 * from)),
  });
  const biasVariable = variables.declare(`${step.name}/bias`, [to], 'vector', zero);
  const weights = building.read(weightsVariable);
  const product = op.matrixProduct(graph, input, weights);
  return {
    output: op.addBias(graph, product, building.read(biasVariable)),
    backward(gradient) {
      building.setGradient(weightsVariable, op.matrixProduct(graph, input, gradient, { a: true }));
      building.setGradient(biasVariable, op.biasGradient(graph, gradient));
      return op.matrixProduct(graph, gradient, weights, { b: true });
    },
  };
}

/** A layer of the evaluation graph, which has no backward pass. */
function onlyForward(output: Tensor, name: string): Layer {
  return {
    output,
    backward() {
      throw new Error(`${name} was built for evaluation; it has no backward pass.`);
    },
  };
}
