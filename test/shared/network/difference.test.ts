import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { check } from '../../../src-main/shared/network/check.ts';
import { planCost } from '../../../src-main/shared/network/cost.ts';
import { difference } from '../../../src-main/shared/network/difference.ts';
import { expand } from '../../../src-main/shared/network/expand.ts';
import * as make from '../../../src-main/shared/network/families.ts';
import type { Spec } from '../../../src-main/shared/network/spec.ts';
import { likelySpec } from './arbitrary.ts';

const between = (before: Spec, after: Spec) => difference(expand(before), expand(after));

/** `1 same, 2 added` for each stage. */
const summary = (before: Spec, after: Spec) =>
  between(before, after).stages.map(({ name, differences }) => {
    const changes = Map.groupBy(differences, ({ change }) => change);
    return `${name}: ${[...changes].map(([change, all]) => `${all.length} ${change}`).join(', ')}`;
  });

test('a deeper network has blocks added at the end of its stages', () => {
  const deeper = between(make.cifarResNet(20), make.cifarResNet(32));
  assert.deepEqual(
    [summary(make.cifarResNet(20), make.cifarResNet(32)), deeper.fields, deeper.parameters, deeper.macs],
    [
      ['stage1: 3 same, 2 added', 'stage2: 3 same, 2 added', 'stage3: 3 same, 2 added'],
      [],
      464_154 - 269_722,
      68_862_592 - 40_551_040,
    ],
  );
});

test('widening, narrowing, another shortcut and a missing stage are told apart', () => {
  const resnet = make.cifarResNet(14);
  const shorter = { ...resnet, stages: resnet.stages.slice(0, 2) };
  assert.deepEqual(
    [
      summary(make.wideResNet(16, 1), make.wideResNet(16, 2)),
      summary(make.wideResNet(16, 2), make.wideResNet(16, 1)).slice(0, 1),
      summary(resnet, { ...resnet, shortcut: 'B' }),
      between(resnet, { ...resnet, shortcut: 'B' }).fields,
      summary(resnet, shorter),
      summary(shorter, resnet),
    ],
    [
      ['stage1: 2 widened', 'stage2: 2 widened', 'stage3: 2 widened'],
      ['stage1: 2 narrowed'],
      ['stage1: 2 same', 'stage2: 1 changed, 1 same', 'stage3: 1 changed, 1 same'],
      [{ field: 'shortcut', before: 'A', after: 'B' }],
      ['stage1: 2 same', 'stage2: 2 same', 'stage3: 2 removed'],
      ['stage1: 2 same', 'stage2: 2 same', 'stage3: 2 added'],
    ],
  );
});

test('a network does not differ from itself, and two differ by the difference of their costs', () => {
  const fill = { input: { height: 64, width: 64, channels: 3 }, classes: 10 };
  fc.assert(
    fc.property(likelySpec, likelySpec, (one, other) => {
      fc.pre(check(one, fill).length === 0 && check(other, fill).length === 0);
      const [before, after] = [expand(one, fill), expand(other, fill)];
      const itself = difference(before, before);
      const changes = itself.stages.flatMap(({ differences }) => differences.map(({ change }) => change));
      assert.deepEqual([itself.fields, new Set(changes)], [[], new Set(['same'])]);
      const { parameters, macs } = difference(before, after);
      const [costBefore, costAfter] = [planCost(before), planCost(after)];
      assert.deepEqual(
        [costBefore.parameters + parameters, costBefore.macs + macs],
        [costAfter.parameters, costAfter.macs],
      );
    }),
    { numRuns: 100 },
  );
});
