import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sequence } from '../../../src-main/core/network/network.ts';
import type { Step } from '../../../src-main/shared/network/plan.ts';
import type { Shape } from '../../../src-main/shared/network/spec.ts';
import * as make from '../../../src-main/shared/network/steps.ts';
import type { Maker } from '../../../src-main/shared/network/steps.ts';
import { againstDifferences, againstReference } from './agreement.ts';
import { referenceSteps } from './reference.ts';
import { Trial } from './trial.ts';
import { relativeError } from './values.ts';

const batch = 4;
const map: Shape = { height: 8, width: 6, channels: 8 };
const odd: Shape = { height: 7, width: 5, channels: 8 };
const point: Shape = { height: 1, width: 1, channels: 8 };

const cases: Readonly<Record<string, readonly [Shape, ...Maker[]]>> = {
  'convolution 1×1': [map, make.convolution('conv', 1, 12)],
  'convolution 1×1, stride 2': [map, make.convolution('conv', 1, 12, 2)],
  'convolution 1×1, stride 2, odd map': [odd, make.convolution('conv', 1, 12, 2)],
  'convolution 3×3': [map, make.convolution('conv', 3, 12)],
  'convolution 3×3, stride 2': [map, make.convolution('conv', 3, 12, 2)],
  'convolution 3×3, stride 2, odd map': [odd, make.convolution('conv', 3, 12, 2)],
  'convolution 3×3 on one pixel': [point, make.convolution('conv', 3, 12)],
  'convolution 7×7': [map, make.convolution('conv', 7, 12)],
  'convolution 7×7, stride 2': [map, make.convolution('conv', 7, 12, 2)],
  'convolution 7×7, stride 2, odd map': [odd, make.convolution('conv', 7, 12, 2)],
  'grouped convolution 3×3': [map, make.convolution('conv', 3, 12, 1, 4)],
  'grouped convolution 3×3, stride 2': [map, make.convolution('conv', 3, 12, 2, 4)],
  'grouped convolution 3×3, stride 2, odd map': [odd, make.convolution('conv', 3, 12, 2, 2)],
  'convolution of one channel a group': [map, make.convolution('conv', 3, 8, 1, 8)],
  'grouped convolution 1×1, stride 2': [map, make.convolution('conv', 1, 12, 2, 4)],
  normalisation: [map, make.normalisation('norm')],
  'normalisation of one pixel': [point, make.normalisation('norm')],
  relu: [map, make.relu('relu')],
  dropout: [map, make.dropout('dropout', 0.3)],
  'dropout of the largest rate': [map, make.dropout('dropout', 0.95)],
  // Behind a ReLU, as in the networks: the border of zeros is chosen among equals elsewhere.
  'max pooling': [map, make.relu('relu'), make.maxPool('pool')],
  'max pooling, odd map': [odd, make.relu('relu'), make.maxPool('pool')],
  'zero padding': [map, make.zeroPad('pad', 16, 1)],
  'zero padding, stride 2': [map, make.zeroPad('pad', 16, 2)],
  'zero padding, stride 2, odd map': [odd, make.zeroPad('pad', 12, 2)],
  'zero padding without new channels, stride 2': [map, make.zeroPad('pad', 8, 2)],
  average: [map, make.average('average')],
  'average and linear': [map, make.average('average'), make.linear('linear', 10)],
  'paths, summed': [map, make.paths('paths', 'sum', 3, [make.convolution('conv', 3, 6), make.normalisation('norm')])],
  'paths, concatenated': [
    map,
    make.paths('paths', 'concatenate', 4, [make.convolution('conv', 1, 3), make.convolution('conv2', 3, 3, 2)]),
  ],
  'one path': [map, make.paths('paths', 'sum', 1, [make.convolution('conv', 3, 6)])],
};

function trialOf(shape: Shape, makers: readonly Maker[], training: boolean): Trial {
  const steps: readonly Step[] = make.chain('layer', shape, makers);
  return new Trial({
    input: [batch, shape.height, shape.width, shape.channels],
    training,
    build: (building, input) => sequence(building, steps, input),
    reference: (input, options) => referenceSteps(steps, input, options),
  });
}

for (const [name, [shape, ...makers]] of Object.entries(cases)) {
  test(`${name}: gradients are those of eager differentiation and of finite differences`, (context) => {
    const trial = trialOf(shape, makers, true);
    try {
      const { what, error } = againstReference(trial);
      const difference = againstDifferences(trial);
      context.diagnostic(`${error.toExponential(1)} (${what}), differences ${difference.toExponential(1)}`);
      assert.ok(error <= 1e-5, `${what}: ${error}`);
      assert.ok(difference <= 1e-2, `finite differences: ${difference}`);
    } finally {
      trial.close();
    }
  });
}

test('evaluation normalises with the running statistics and drops nothing', () => {
  const trial = trialOf(map, [make.normalisation('norm'), make.relu('relu'), make.dropout('dropout', 0.5)], false);
  assert.ok(relativeError(trial.forward(), trial.runReference().output) <= 1e-6);
  trial.close();
});
