/**
 * Child program: loads the engine, says what it finds as one JSON line on standard output, and ends. A broken engine
 * kills this process, not the caller.
 *
 * `probe.mjs devices ADDON [LIBRARY …]` says whether the engine reaches a card, and if not, which library does not load;
 * `probe.mjs gradient ADDON` checks a grouped convolution.
 */
import { createRequire } from 'node:module';

/** Grouped convolution small enough to compute by hand: 4×4 map, 4 → 4 channels in 2 groups, 3×3, padding SAME. */
const side = 4;
const channels = 4;
const groups = 2;
const perGroup = channels / groups;

/** Small distinct values, exact in float32. @param {number} length @param {number} step */
const values = (length, step) => Float32Array.from({ length }, (_, index) => ((index * step) % 17) / 8 - 1);

/**
 * Gradients of the convolution by its definition.
 * @param {Float32Array} image [side, side, channels]
 * @param {Float32Array} filter [3, 3, perGroup, channels]
 * @param {Float32Array} gradient of the output, [side, side, channels]
 */
function gradientsByDefinition(image, filter, gradient) {
  const ofImage = new Float32Array(image.length);
  const ofFilter = new Float32Array(filter.length);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      for (let out = 0; out < channels; out++)
        for (let tap = 0; tap < 9 * perGroup; tap++) {
          const [row, column, within] = [
            Math.floor(tap / (3 * perGroup)),
            Math.floor(tap / perGroup) % 3,
            tap % perGroup,
          ];
          const [fromY, fromX] = [y + row - 1, x + column - 1];
          if (fromY < 0 || fromX < 0 || fromY >= side || fromX >= side) continue;
          const at = (fromY * side + fromX) * channels + Math.floor(out / perGroup) * perGroup + within;
          const weight = tap * channels + out;
          const upstream = /** @type {number} */ (gradient[(y * side + x) * channels + out]);
          ofImage[at] = /** @type {number} */ (ofImage[at]) + upstream * /** @type {number} */ (filter[weight]);
          ofFilter[weight] = /** @type {number} */ (ofFilter[weight]) + upstream * /** @type {number} */ (image[at]);
        }
  return { ofImage, ofFilter };
}

/** @param {Float32Array} found @param {Float32Array} wanted */
const isNear = (found, wanted) =>
  found.length === wanted.length &&
  found.every((value, index) => Math.abs(value - /** @type {number} */ (wanted[index])) < 1e-3);

/** Runs both gradients of a grouped Conv2D through the engine and compares. @param {any} binding the addon: untyped at its boundary */
function checkGroupedGradients(binding) {
  const image = values(side * side * channels, 5);
  const filter = values(9 * perGroup * channels, 7);
  const gradient = values(side * side * channels, 3);
  const wanted = gradientsByDefinition(image, filter, gradient);
  const attributes = [
    { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: 'strides', type: binding.TF_ATTR_INT, value: [1, 1, 1, 1] },
    { name: 'padding', type: binding.TF_ATTR_STRING, value: 'SAME' },
    { name: 'data_format', type: binding.TF_ATTR_STRING, value: 'NHWC' },
    { name: 'use_cudnn_on_gpu', type: binding.TF_ATTR_BOOL, value: true },
    { name: 'dilations', type: binding.TF_ATTR_INT, value: [1, 1, 1, 1] },
  ];
  const float = (/** @type {number[]} */ shape, /** @type {Float32Array} */ data) =>
    binding.createTensor(shape, binding.TF_FLOAT, data);
  const shape = (/** @type {number[]} */ sizes) => binding.createTensor([4], binding.TF_INT32, Int32Array.from(sizes));
  const maps = [1, side, side, channels];
  const weights = [3, 3, perGroup, channels];
  const upstream = float(maps, gradient);
  const run = (/** @type {string} */ name, /** @type {number[]} */ inputs) =>
    binding.tensorDataSync(binding.executeOp(name, attributes, inputs, 1)[0].id);
  return (
    isNear(run('Conv2DBackpropInput', [shape(maps), float(weights, filter), upstream]), wanted.ofImage) &&
    isNear(run('Conv2DBackpropFilter', [float(maps, image), shape(weights), upstream]), wanted.ofFilter)
  );
}

/**
 * The first library that the system's loader refuses.
 * @param {readonly string[]} libraries names or paths
 */
function firstUnloadable(libraries) {
  for (const library of libraries) {
    try {
      process.dlopen({ exports: {} }, library);
    } catch (thrown) {
      // Once loaded, Node misses the marks of an addon: that one is as it should be.
      const reason = thrown instanceof Error ? (thrown.message.split('\n')[0] ?? '') : String(thrown);
      if (!/self-register/.test(reason)) return { library, reason };
    }
  }
  return null;
}

const [, , task, addon, ...libraries] = process.argv;
const answer = (/** @type {object} */ value) => process.stdout.write(`${JSON.stringify(value)}\n`);
try {
  const binding = createRequire(import.meta.url)(addon ?? '');
  if (task === 'gradient') {
    let grouped = false;
    try {
      grouped = checkGroupedGradients(binding);
    } catch {
      grouped = false;
    }
    answer({ groupedGradients: grouped, version: binding.TF_Version });
  } else {
    const gpu = binding.isUsingGpuDevice === true;
    answer({ gpu, version: binding.TF_Version, unloadable: gpu ? null : firstUnloadable(libraries) });
  }
} catch (thrown) {
  answer({ error: thrown instanceof Error ? thrown.message.split('\n')[0] : String(thrown) });
}
