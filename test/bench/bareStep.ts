/**
 * The least that a training step of ResNet-20 can be on this engine: forward, backward and Nesterov SGD as one graph, run
 * by one call, without anything that a run needs beside them. Float images and labels are fed and stay as they are; there
 * are no running statistics, no augmentation, no metrics. The product's step is held against it.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeSavedModel } from '../../src-main/core/graph/encode.ts';
import { Graph } from '../../src-main/core/graph/graph.ts';
import * as op from '../../src-main/core/graph/operations/index.ts';
import type { Variable } from '../../src-main/core/graph/operations/index.ts';
import type { Binding } from '../../src-main/core/graph/session.ts';
import type { Tensor } from '../../src-main/core/graph/tensor.ts';
import { benchFolder } from './engine.ts';
import { timed } from './timing.ts';
import type { Contender } from './timing.ts';

const side = 32;
const classes = 10;
const float = { type: 'float32' } as const;

interface Part {
  readonly output: Tensor;
  readonly backward: (gradient: Tensor) => Tensor;
}

/** Writes the layers, with TensorFlow's own padding. */
class BareNetwork {
  readonly graph = new Graph();
  readonly learned: { readonly variable: Variable; readonly read: Tensor; gradient: Tensor | null }[] = [];
  readonly beginnings: Tensor[] = [];

  #learn(shape: readonly number[], deviation: number, value: number) {
    const { graph } = this;
    const variable = op.declareVariable(graph, `bare${this.learned.length}`, 'float32', shape);
    const seed = graph.constant('int32', [this.learned.length, 0], [2]);
    const first =
      deviation > 0
        ? op.multiply(graph, op.normal(graph, shape, seed), graph.constant('float32', deviation))
        : op.fill(graph, shape, value);
    this.beginnings.push(op.assign(graph, variable, first));
    const entry = { variable, read: op.read(graph, variable), gradient: null as Tensor | null };
    this.learned.push(entry);
    return entry;
  }

  convolution(input: Tensor, channels: number, stride: number): Part {
    const { graph } = this;
    const [count = 0, height = 0, width = 0, from = 0] = input.shape;
    const shape = [3, 3, from, channels];
    const filter = this.#learn(shape, Math.sqrt(2 / (9 * channels)), 0);
    const attributes = {
      T: float,
      strides: { ints: [1, stride, stride, 1] },
      padding: { string: 'SAME' },
      data_format: { string: 'NHWC' },
      dilations: { ints: [1, 1, 1, 1] },
      explicit_paddings: { ints: [] },
      use_cudnn_on_gpu: { bool: true },
    };
    const outputShape = [count, height / stride, width / stride, channels];
    const sizes = (of: readonly number[]) => graph.constant('int32', of, [4]);
    return {
      output: graph.addOne('Conv2D', [input, filter.read], attributes, 'float32', outputShape),
      backward(gradient) {
        const toFilter = [input, sizes(shape), gradient];
        filter.gradient = graph.addOne('Conv2DBackpropFilter', toFilter, attributes, 'float32', shape);
        const toInput = [sizes(input.shape), filter.read, gradient];
        return graph.addOne('Conv2DBackpropInput', toInput, attributes, 'float32', input.shape);
      },
    };
  }

  normalisation(input: Tensor): Part {
    const { graph } = this;
    const channels = [input.shape[3] ?? 0];
    const scale = this.#learn(channels, 0, 1);
    const shift = this.#learn(channels, 0, 0);
    const nothing = graph.constant('float32', [], [0]);
    const attributes = { T: float, U: float, epsilon: { float: 1e-5 }, is_training: { bool: true } };
    const perChannel = ['float32', channels] as const;
    const [output, runningMean, runningVariance, ...saved] = graph.add(
      'FusedBatchNormV3',
      [input, scale.read, shift.read, nothing, nothing],
      { ...attributes, exponential_avg_factor: { float: 1 }, data_format: { string: 'NHWC' } },
      [['float32', input.shape], perChannel, perChannel, perChannel, perChannel, perChannel],
    ) as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];
    const forward = { output, runningMean, runningVariance, saved };
    return {
      output,
      backward(gradient) {
        const gradients = op.normaliseBatchGradient(graph, input, scale.read, forward, gradient);
        [scale.gradient, shift.gradient] = [gradients.scale, gradients.shift];
        return gradients.input;
      },
    };
  }

  relu(input: Tensor): Part {
    const output = op.relu(this.graph, input);
    return { output, backward: (gradient) => op.reluGradient(this.graph, gradient, output) };
  }

  /** Shortcut A. */
  shortcut(input: Tensor, channels: number): Part {
    const { graph } = this;
    const from = input.shape[3] ?? 0;
    if (from === channels) return { output: input, backward: (gradient) => gradient };
    const taken = op.everyNthPixel(graph, input, 2);
    const border = [0, 0, 0, channels - from].map((behind) => [0, behind] as const);
    return {
      output: op.pad(graph, taken, border),
      backward: (gradient) =>
        op.everyNthPixelGradient(graph, input.shape, op.slice(graph, gradient, [0, 0, 0, 0], taken.shape), 2),
    };
  }

  block(input: Tensor, channels: number, stride: number): Part {
    const { graph } = this;
    const branch = this.chain(input, [
      (x) => this.convolution(x, channels, stride),
      (x) => this.normalisation(x),
      (x) => this.relu(x),
      (x) => this.convolution(x, channels, 1),
      (x) => this.normalisation(x),
    ]);
    const past = this.shortcut(input, channels);
    const after = this.relu(op.add(graph, branch.output, past.output));
    return {
      output: after.output,
      backward(gradient) {
        const atSum = after.backward(gradient);
        return op.add(graph, branch.backward(atSum), past.backward(atSum));
      },
    };
  }

  head(input: Tensor): Part {
    const { graph } = this;
    const [count = 0, height = 0, width = 0, channels = 0] = input.shape;
    const weights = this.#learn([channels, classes], 0.1, 0);
    const bias = this.#learn([classes], 0, 0);
    const pooled = op.mean(graph, input, [1, 2]);
    return {
      output: op.addBias(graph, op.matrixProduct(graph, pooled, weights.read), bias.read),
      backward(gradient) {
        weights.gradient = op.matrixProduct(graph, pooled, gradient, { a: true });
        bias.gradient = op.biasGradient(graph, gradient);
        const atPooled = op.matrixProduct(graph, gradient, weights.read, { b: true });
        const spread = op.tile(graph, op.reshape(graph, atPooled, [count, 1, 1, channels]), [1, height, width, 1]);
        return op.multiply(graph, spread, graph.constant('float32', 1 / (height * width)));
      },
    };
  }

  chain(input: Tensor, makers: readonly ((x: Tensor) => Part)[]): Part {
    const parts: Part[] = [];
    let output = input;
    for (const make of makers) {
      const part = make(output);
      parts.push(part);
      output = part.output;
    }
    return { output, backward: (gradient) => parts.reduceRight((last, { backward }) => backward(last), gradient) };
  }

  /** Weight decay and Nesterov momentum. @returns what to wait for. */
  updates(rate: Tensor): Tensor[] {
    const { graph } = this;
    const [momentum, decay] = [graph.constant('float32', 0.9), graph.constant('float32', 1e-4)];
    return this.learned.map(({ variable, read, gradient }) => {
      const velocity = op.declareVariable(graph, `velocity/${variable.name}`, 'float32', variable.shape);
      this.beginnings.push(op.assign(graph, velocity, op.fill(graph, velocity.shape, 0)));
      const whole = op.add(graph, gradient as Tensor, op.multiply(graph, read, decay));
      const attributes = { T: float, use_locking: { bool: false }, use_nesterov: { bool: true } };
      const inputs = [variable.handle, velocity.handle, rate, whole, momentum];
      return graph.addOne('ResourceApplyKerasMomentum', inputs, attributes, 'resource', []);
    });
  }
}

/** The bare step of ResNet-20 as a contender. */
export function bareStep(binding: Binding, name: string, batch: number): Contender {
  const net = new BareNetwork();
  const { graph } = net;
  const images = graph.placeholder('images', 'float32', [batch, side, side, 3]);
  const labels = graph.placeholder('labels', 'int32', [batch]);
  const rate = graph.placeholder('rate', 'float32', []);
  const whole = net.chain(images, [
    (x) => net.convolution(x, 16, 1),
    (x) => net.normalisation(x),
    (x) => net.relu(x),
    ...[16, 32, 64].flatMap((width, stage) =>
      [1, 2, 3].map((block) => (x: Tensor) => net.block(x, width, stage > 0 && block === 1 ? 2 : 1)),
    ),
    (x) => net.head(x),
  ]);
  const loss = op.crossEntropy(graph, whole.output, labels);
  whole.backward(op.multiply(graph, loss.gradient, graph.constant('float32', 1 / batch)));
  const step = op.identity(graph, op.mean(graph, loss.perImage, [0]), { name: 'step', after: net.updates(rate) });
  const begin = op.done(graph, 'begin', net.beginnings);

  const folder = mkdtempSync(join(benchFolder('graphs'), 'bare-'));
  writeFileSync(join(folder, 'saved_model.pb'), encodeSavedModel(graph));
  const model = binding.loadSavedModel(folder, 'serve');
  rmSync(folder, { recursive: true });

  const run = (feeds: readonly number[], names: string, fetch: Tensor) => {
    for (const { id } of binding.runSavedModel(model, feeds, names, fetch.node)) {
      binding.tensorDataSync(id);
      binding.deleteTensor(id);
    }
  };
  run([], '', begin);
  const normal = () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
  const feeds = [
    binding.createTensor(
      images.shape,
      binding.TF_FLOAT,
      Float32Array.from({ length: batch * side * side * 3 }, normal),
    ),
    binding.createTensor(
      labels.shape,
      binding.TF_INT32,
      Int32Array.from({ length: batch }, (_, image) => image % classes),
    ),
    binding.createTensor([], binding.TF_FLOAT, Float32Array.of(0.01)),
  ];
  return { name, step: () => timed(() => run(feeds, 'images,labels,rate', step)) };
}
