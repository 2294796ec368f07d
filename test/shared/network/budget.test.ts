/** Networks of one budget: the papers' own, and laws. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measures, pathsOfOneBudget, solve } from '../../../src-main/shared/network/budget.ts';
import { expand } from '../../../src-main/shared/network/expand.ts';
import { designRules } from '../../../src-main/shared/network/designRules.ts';
import { wideResNet } from '../../../src-main/shared/network/families.ts';
import { findPreset } from '../../../src-main/shared/network/presets.ts';

const spec = (name: string) => findPreset(name).spec;

test('from ResNet-50 the paper’s 1×64d, 2×40d, 4×24d, 8×14d and 32×4d are found', () => {
  const found = pathsOfOneBudget(spec('resnet50'), [1, 2, 4, 8, 32]);
  assert.deepEqual(
    found.map(({ spec: { cardinality, pathWidth } }) => `${cardinality}×${pathWidth}d`),
    ['1×64d', '2×40d', '4×24d', '8×14d', '32×4d'],
  );
  assert.ok(found.every(({ error }) => Math.abs(error) < 0.025));
});

test('what a network was changed by is found again, in parameters and in multiply-adds', () => {
  for (const measure of Object.values(measures)) {
    const cost = (name: string) => measure(expand(spec(name)));
    assert.equal(solve(wideResNet(28, 1), 'widen', cost('wrn-28-10'), measure)?.value, 10);
    assert.equal(solve(spec('resnet20'), 'depth', cost('resnet110'), measure)?.spec.stages[0]?.blocks, 18);
    assert.equal(solve(spec('resnext29-8x64d'), 'cardinality', cost('resnext29-16x64d'), measure)?.value, 16);
  }
});

test('what cannot be solved for is said: a basic block has no paths', () => {
  assert.equal(solve(spec('resnet20'), 'cardinality', 1e12, measures.parameters)?.value, 1);
  assert.equal(
    solve({ ...spec('plain20'), survival: { kind: 'linear', last: 0.5 } }, 'depth', 1e6, measures.macs),
    null,
  );
});

test('a list of survival is drawn out along with the depth', () => {
  const short = {
    ...spec('resnet20'),
    survival: { kind: 'list' as const, values: [1, 1, 1, 0.8, 0.8, 0.8, 0.5, 0.5, 0.5] },
  };
  const long = solve(short, 'depth', measures.macs(expand(spec('resnet32'))), measures.macs);
  assert.deepEqual(long?.spec.survival, {
    kind: 'list',
    values: [1, 1, 1, 1, 1, 0.8, 0.8, 0.8, 0.8, 0.8, 0.5, 0.5, 0.5, 0.5, 0.5],
  });
});

test('the design rules hold for ResNet-110, which two numbers describe, and are broken where they are broken', () => {
  const kept = designRules(expand(spec('resnet110')));
  assert.deepEqual(
    [kept.rules.map(({ isKept }) => isKept), kept.numbers],
    [
      [true, true, true],
      ['blocks 18', 'width 16'],
    ],
  );
  const stages = [
    { blocks: 2, width: 16, stride: 1 as const },
    { blocks: 2, width: 48, stride: 2 as const },
    { blocks: 2, width: 64, stride: 1 as const },
  ];
  const broken = designRules(expand({ ...spec('resnet20'), stages }));
  assert.deepEqual(
    broken.rules.map(({ words }) => words),
    [
      'stages 2 and 3 share a map at widths 48 and 64',
      'stage 2 halves the map at 16 → 48 channels',
      'The dearest block costs 4 times the cheapest',
    ],
  );
});
