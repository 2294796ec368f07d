import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describe } from '../../../src-main/shared/network/cost.ts';
import { expand } from '../../../src-main/shared/network/expand.ts';
import { cifarResNet } from '../../../src-main/shared/network/families.ts';
import type { Survival } from '../../../src-main/shared/network/spec.ts';
import { survivals } from '../../../src-main/shared/network/survival.ts';

const numbers = (depth: number, survival: Survival) => {
  const { blocks, expectedDepth, expectedMacs } = describe(expand(cifarResNet(depth, { survival })));
  return { blocks, expectedDepth, expectedMacs: Math.round(expectedMacs) };
};

test('linear decay runs from the input to the last block over all blocks', () => {
  const probabilities = survivals(cifarResNet(110, { survival: { kind: 'linear', last: 0.5 } }));
  const rounded = [1, 18, 27, 36, 54].map((block) => Number(probabilities[block - 1]?.toFixed(6)));
  assert.deepEqual(rounded, [0.990741, 0.833333, 0.75, 0.666667, 0.5]);
});

test('expected depth and multiply-adds of ResNet-110 and its relatives are those of the paper’s rule', () => {
  assert.deepEqual(
    [
      numbers(110, { kind: 'linear', last: 0.5 }),
      numbers(110, { kind: 'linear', last: 0.2 }),
      numbers(110, { kind: 'linear', last: 0.8 }).expectedDepth,
      numbers(152, { kind: 'linear', last: 0.5 }).expectedDepth,
      numbers(1202, { kind: 'linear', last: 0.5 }).expectedDepth,
      numbers(110, { kind: 'always' }),
    ],
    [
      { blocks: 54, expectedDepth: 40.25, expectedMacs: 188_618_709 },
      { blocks: 54, expectedDepth: 32, expectedMacs: 150_057_327 },
      48.5,
      56,
      449.75,
      { blocks: 54, expectedDepth: 54, expectedMacs: 252_887_680 },
    ],
  );
});

test('uniform survival and a list mean what they say', () => {
  const uniform = cifarResNet(8, { survival: { kind: 'uniform', value: 0.75 } });
  const list = cifarResNet(8, { survival: { kind: 'list', values: [1, 0.5, 0.25] } });
  const survival = [uniform, list].map((spec) =>
    expand(spec).stages.flatMap(({ blocks }) => blocks.map((b) => b.survival)),
  );
  assert.deepEqual(
    [survival, describe(expand(uniform)).expectedDepth, describe(expand(list)).expectedDepth],
    [
      [
        [0.75, 0.75, 0.75],
        [1, 0.5, 0.25],
      ],
      2.25,
      1.75,
    ],
  );
});
