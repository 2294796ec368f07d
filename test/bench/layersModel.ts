/** The peer that users of tfjs have: a ResNet of `tf.layers`, trained batch by batch on the same engine. */
import type * as Tf from '@tensorflow/tfjs-node-gpu';
import type { Contender } from './timing.ts';

/** ResNet-20 of He et al. 2015, section 4.2. */
function resnet20(tf: typeof Tf): Tf.LayersModel {
  const { layers } = tf;
  const convolve = (x: Tf.SymbolicTensor, filters: number, strides: number) =>
    layers
      .conv2d({ filters, kernelSize: 3, strides, padding: 'same', useBias: false, kernelInitializer: 'heNormal' })
      .apply(x) as Tf.SymbolicTensor;
  const normalise = (x: Tf.SymbolicTensor) =>
    layers.batchNormalization({ epsilon: 1e-5, momentum: 0.9 }).apply(x) as Tf.SymbolicTensor;
  const relu = (x: Tf.SymbolicTensor) => layers.reLU().apply(x) as Tf.SymbolicTensor;
  /** Every second pixel, twice over: tf.layers cannot pad channels, and what stands in them does not change the time. */
  const shrink = (x: Tf.SymbolicTensor) => {
    const taken = layers.averagePooling2d({ poolSize: 1, strides: 2 }).apply(x) as Tf.SymbolicTensor;
    return layers.concatenate().apply([taken, taken]) as Tf.SymbolicTensor;
  };

  const input = tf.input({ shape: [32, 32, 3] });
  let x = relu(normalise(convolve(input, 16, 1)));
  for (const [stage, width] of [16, 32, 64].entries()) {
    for (let block = 0; block < 3; block += 1) {
      const shrinks = stage > 0 && block === 0;
      const inner = relu(normalise(convolve(x, width, shrinks ? 2 : 1)));
      const branch = normalise(convolve(inner, width, 1));
      x = relu(layers.add().apply([branch, shrinks ? shrink(x) : x]) as Tf.SymbolicTensor);
    }
  }
  const pooled = layers.globalAveragePooling2d({}).apply(x) as Tf.SymbolicTensor;
  const output = layers.dense({ units: 10, activation: 'softmax' }).apply(pooled) as Tf.SymbolicTensor;
  return tf.model({ inputs: input, outputs: output });
}

/** `trainOnBatch` with momentum and without anything else, to the peer's advantage. */
export function layersStep(engine: unknown, name: string, batch: number): Contender {
  const tf = engine as typeof Tf;
  const model = resnet20(tf);
  model.compile({ optimizer: tf.train.momentum(0.01, 0.9, true), loss: 'categoricalCrossentropy' });
  const images = tf.randomNormal([batch, 32, 32, 3]);
  const labels = tf.oneHot(tf.randomUniform([batch], 0, 10, 'int32'), 10);
  return {
    name,
    async step() {
      const startedMs = performance.now();
      await model.trainOnBatch(images, labels);
      return performance.now() - startedMs;
    },
  };
}
