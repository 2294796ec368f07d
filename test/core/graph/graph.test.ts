import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { encodeSavedModel } from '../../../src-main/core/graph/encode.ts';
import { Graph } from '../../../src-main/core/graph/graph.ts';
import * as op from '../../../src-main/core/graph/operations/index.ts';
import { dataTypeNumber, elements } from '../../../src-main/core/graph/tensor.ts';
import { Building } from '../../../src-main/core/network/building.ts';
import { network, sequence } from '../../../src-main/core/network/network.ts';
import { VariableSet } from '../../../src-main/core/network/variables.ts';
import type { Attribute, Node } from '../../../src-main/core/graph/graph.ts';
import { expand } from '../../../src-main/shared/network/expand.ts';
import type { Step } from '../../../src-main/shared/network/plan.ts';
import { smallSpec } from '../network/specs.ts';

/** The decoder that came with tfjs, made by others from TensorFlow's own description. */
const proto = createRequire(import.meta.url)('@tensorflow/tfjs-node-gpu/dist/proto/api_pb.js') as {
  SavedModel: { deserializeBinary(bytes: Uint8Array): { toObject(): Decoded } };
};

interface Decoded {
  readonly savedModelSchemaVersion: number;
  readonly metaGraphsList: readonly [
    {
      readonly metaInfoDef: { readonly tagsList: readonly string[] };
      readonly graphDef: {
        readonly nodeList: readonly {
          readonly name: string;
          readonly op: string;
          readonly inputList: readonly string[];
          readonly device: string;
          readonly attrMap: readonly (readonly [string, DecodedAttribute])[];
        }[];
        readonly versions: { readonly producer: number };
      };
    },
  ];
}

interface DecodedShape {
  readonly dimList: readonly { readonly size: number }[];
}

interface DecodedAttribute {
  readonly list?: { readonly iList: readonly number[] };
  readonly s: string;
  readonly i: number;
  readonly f: number;
  readonly b: boolean;
  readonly type: number;
  readonly shape?: DecodedShape;
  readonly tensor?: { readonly dtype: number; readonly tensorShape: DecodedShape; readonly tensorContent: string };
}

const sizes = ({ dimList }: DecodedShape) => dimList.map(({ size }) => size);

/** What a decoded attribute says, in the words of the graph; which of its fields counts is known from the original. */
function decodedAs(original: Attribute, found: DecodedAttribute): unknown {
  if ('type' in original) return { type: found.type };
  if ('int' in original) return { int: found.i };
  if ('float' in original) return { float: found.f };
  if ('bool' in original) return { bool: found.b };
  if ('string' in original) return { string: Buffer.from(found.s, 'base64').toString('latin1') };
  if ('shape' in original) return { shape: found.shape && sizes(found.shape) };
  if ('ints' in original) return { ints: found.list?.iList };
  const { dtype, tensorShape, tensorContent } = found.tensor ?? { tensorShape: { dimList: [] }, tensorContent: '' };
  return { tensor: { dtype, shape: sizes(tensorShape), bytes: [...Buffer.from(tensorContent, 'base64')] } };
}

function meant(original: Attribute): unknown {
  if ('type' in original) return { type: dataTypeNumber[original.type] };
  if ('float' in original) return { float: Math.fround(original.float) };
  if (!('tensor' in original)) return original;
  const { dtype, shape, bytes } = original.tensor;
  return { tensor: { dtype: dataTypeNumber[dtype], shape, bytes: [...bytes] } };
}

const entries = (node: Node) => Object.entries(node.attributes).sort(([a], [b]) => (a < b ? -1 : 1));

/** A network with every operation that a training step has, and more kinds of attributes than those. */
function wholeGraph(): Graph {
  const graph = new Graph();
  const plan = expand({ ...smallSpec, survival: { kind: 'linear', last: 0.5 } });
  const images = graph.placeholder('images', 'float32', [2, 8, 8, 3]);
  const flags = op.unpackOnHost(graph, graph.placeholder('flags', 'bool', [3]));
  const building = new Building(graph, new VariableSet(graph), true, () => images);
  const net = network(building, plan, images, { keep: ({ index }) => flags[index - 1] ?? null });
  graph.scope('backward', () => net.backward(net.output));
  graph.constant('float32', [1.5, -2.25e-3, 3e8], [3]);
  graph.constant('int32', [-1, 2_147_483_647], [2]);
  op.done(graph, 'done', building.effects);
  return graph;
}

test("a graph's bytes are decoded to the same nodes by another reader", () => {
  const graph = wholeGraph();
  const { savedModelSchemaVersion, metaGraphsList } = proto.SavedModel.deserializeBinary(
    encodeSavedModel(graph),
  ).toObject();
  const [{ metaInfoDef, graphDef }] = metaGraphsList;
  assert.deepEqual([savedModelSchemaVersion, metaInfoDef.tagsList, graphDef.versions.producer], [1, ['serve'], 2474]);
  const decoded = graphDef.nodeList.map(({ name, op: operation, inputList, device, attrMap }, at) => ({
    name,
    op: operation,
    inputs: inputList,
    device,
    attributes: attrMap.map(([key, found], place) => {
      const original = entries(graph.nodes[at] as Node)[place]?.[1];
      return [key, original && decodedAs(original, found)];
    }),
  }));
  const wanted = graph.nodes.map((node) => ({
    ...node,
    attributes: entries(node).map(([key, attribute]) => [key, meant(attribute)]),
  }));
  assert.ok(wanted.length > 100);
  assert.deepEqual(decoded, wanted);
});

test('every node has a name of its own, and its inputs are nodes before it', () => {
  const { nodes } = wholeGraph();
  const known = new Set<string>();
  for (const { name, inputs } of nodes) {
    assert.ok(!known.has(name), name);
    for (const input of inputs) assert.ok(known.has(input.replace(/^\^|:\d+$/g, '')), `${name} needs ${input}`);
    known.add(name);
  }
});

test('a node carries the name of its layer, forward and backward', () => {
  const names = wholeGraph().nodes.map(({ name }) => name);
  const step = 'stage2/block1/conv1';
  assert.deepEqual(
    names.filter((name) => /Conv2D/.test(name) && name.includes(step)),
    [`${step}/Conv2D`, `backward/${step}/Conv2DBackpropFilter`, `backward/${step}/Conv2DBackpropInput`],
  );
});

test('equal constants share a node, unequal ones do not', () => {
  const graph = new Graph();
  const same = [graph.constant('float32', 1, [2]), graph.constant('float32', [1, 1], [2])];
  const others = [graph.constant('int32', 1, [2]), graph.constant('float32', 1, [1, 2]), graph.constant('float32', 1)];
  assert.equal(new Set(same.map(({ node }) => node)).size, 1);
  assert.equal(new Set([...same, ...others].map(({ node }) => node)).size, 4);
});

test('two feeds of one name are refused', () => {
  const graph = new Graph();
  graph.placeholder('images', 'int32', [1]);
  assert.throws(() => graph.placeholder('images', 'int32', [1]), { name: 'ShapeError' });
});

const layerErrors: Readonly<Record<string, readonly [Step, readonly number[]]>> = {
  'a convolution whose input has other channels than planned': [
    {
      op: 'convolution',
      name: 'stage1/block1/conv1',
      input: { height: 8, width: 8, channels: 6 },
      output: { height: 8, width: 8, channels: 4 },
      kernel: 3,
      stride: 1,
      groups: 1,
    },
    [2, 8, 8, 4],
  ],
  'groups that do not divide the output': [
    {
      op: 'convolution',
      name: 'stage1/block1/conv1',
      input: { height: 8, width: 8, channels: 6 },
      output: { height: 8, width: 8, channels: 4 },
      kernel: 3,
      stride: 1,
      groups: 3,
    },
    [2, 8, 8, 6],
  ],
  'a convolution whose map is smaller than planned': [
    {
      op: 'convolution',
      name: 'stage1/block1/conv1',
      input: { height: 8, width: 8, channels: 4 },
      output: { height: 8, width: 8, channels: 4 },
      kernel: 3,
      stride: 2,
      groups: 1,
    },
    [2, 8, 8, 4],
  ],
  'a normalisation of other channels than planned': [
    {
      op: 'normalisation',
      name: 'stage1/block1/norm1',
      input: { height: 8, width: 8, channels: 4 },
      output: { height: 8, width: 8, channels: 4 },
      initialScale: 1,
    },
    [2, 8, 8, 5],
  ],
  'a linear layer of other channels than planned': [
    {
      op: 'linear',
      name: 'head/linear',
      input: { height: 1, width: 1, channels: 4 },
      output: { height: 1, width: 1, channels: 10 },
    },
    [2, 5],
  ],
};

for (const [what, [step, shape]] of Object.entries(layerErrors)) {
  test(`${what} is refused while building, with the layer's name`, () => {
    const graph = new Graph();
    const input = graph.placeholder('input', 'float32', shape);
    const building = new Building(graph, new VariableSet(graph), true, () => input);
    assert.throws(() => sequence(building, [step], input), {
      name: 'ShapeError',
      message: new RegExp(`^${step.name}: .*\\[${shape.join(', ')}\\]|^${step.name}: .*where the plan has`),
    });
  });
}

test('operands that do not fit are refused while building', () => {
  const graph = new Graph();
  const tensor = (...shape: number[]) => graph.placeholder(`feed${graph.nodes.length}`, 'float32', shape);
  const whole = (...shape: number[]) => graph.placeholder(`feed${graph.nodes.length}`, 'int32', shape);
  const variable = op.declareVariable(graph, 'weights', 'float32', [3]);
  const geometry = { kernel: 3, stride: 1, padding: 1 };
  const refused: Readonly<Record<string, () => unknown>> = {
    add: () => op.add(graph, tensor(2, 3), tensor(2, 4)),
    'add of two kinds': () => op.add(graph, tensor(2), whole(2)),
    addMany: () => op.addMany(graph, [tensor(2), tensor(2), tensor(3)]),
    'sum of nothing': () => op.addMany(graph, []),
    reluGradient: () => op.reluGradient(graph, tensor(2), tensor(3)),
    addBias: () => op.addBias(graph, tensor(2, 3), tensor(2)),
    matrixProduct: () => op.matrixProduct(graph, tensor(2, 3), tensor(2, 3)),
    reshape: () => op.reshape(graph, tensor(2, 3), [5]),
    pad: () => op.pad(graph, tensor(2, 3), [[1, 1]]),
    slice: () => op.slice(graph, tensor(4), [2], [3]),
    concatenate: () => op.concatenate(graph, [tensor(2, 3), tensor(3, 3)], 1),
    split: () => op.split(graph, tensor(2, 5), [2, 2], 1),
    gatherInBatch: () => op.gatherInBatch(graph, tensor(4, 8), whole(3, 8), 1),
    merge: () => op.merge(graph, tensor(2), tensor(3)),
    convolution: () => op.convolution(graph, tensor(2, 8, 8, 5), tensor(3, 3, 2, 4), geometry),
    normaliseBatch: () => op.normaliseBatch(graph, tensor(2, 8, 8, 5), tensor(5), tensor(5), tensor(5), tensor(4)),
    normaliseWith: () => op.normaliseWith(graph, tensor(2, 5), tensor(5), tensor(5), tensor(5), tensor(5)),
    crossEntropy: () => op.crossEntropy(graph, tensor(4, 10), whole(3)),
    crossEntropyOfShares: () => op.crossEntropyOfShares(graph, tensor(4, 10), tensor(4, 9)),
    assign: () => op.assign(graph, variable, tensor(4)),
    'assign of another kind': () => op.assign(graph, variable, whole(3)),
    applyMomentum: () => op.applyMomentum(graph, variable, variable, tensor(), tensor(4), tensor(), true),
    constant: () => graph.constant('float32', [1, 2], [3]),
  };
  const accepted = Object.entries(refused).flatMap(([name, build]) => {
    try {
      build();
      return [name];
    } catch (error) {
      assert.equal((error as Error).name, 'ShapeError', name);
      return [];
    }
  });
  assert.deepEqual(accepted, []);
});

test('the sides of padded windows are those of PyTorch', () => {
  const sides = [1, 2, 7, 8, 224].map((side) =>
    ([1, 3, 7] as const).flatMap((kernel) =>
      [1, 2].map((stride) => op.outputSide(side, { kernel, stride, padding: (kernel - 1) / 2 })),
    ),
  );
  assert.deepEqual(sides, [
    [1, 1, 1, 1, 1, 1],
    [2, 1, 2, 1, 2, 1],
    [7, 4, 7, 4, 7, 4],
    [8, 4, 8, 4, 8, 4],
    [224, 112, 224, 112, 224, 112],
  ]);
  assert.equal(elements([]), 1);
});
