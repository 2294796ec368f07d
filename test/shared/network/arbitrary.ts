/** Specs for property tests: every combination of the designer's fields, small enough to expand by the hundred. */
import fc from 'fast-check';
import type { Spec } from '../../../src-main/shared/network/spec.ts';

const probability = fc.double({ min: 0, max: 1, noNaN: true });

const survival = fc.oneof(
  fc.constant({ kind: 'always' } as const),
  fc.record({ kind: fc.constant('linear' as const), last: probability }),
  fc.record({ kind: fc.constant('uniform' as const), value: probability }),
  fc.record({ kind: fc.constant('list' as const), values: fc.array(probability, { maxLength: 6 }) }),
);

const stage = fc.record({
  blocks: fc.integer({ min: 1, max: 3 }),
  width: fc.constantFrom(8, 16, 32, 48, 64),
  stride: fc.constantFrom(1 as const, 2 as const),
});

const input = fc.record({
  height: fc.integer({ min: 1, max: 64 }),
  width: fc.integer({ min: 1, max: 64 }),
  channels: fc.integer({ min: 1, max: 4 }),
});

/** Any spec that its schema accepts, whether it can be built or not. */
export const anySpec: fc.Arbitrary<Spec> = fc.record({
  name: fc.constant('any'),
  input: fc.option(input),
  classes: fc.option(fc.integer({ min: 1, max: 100 })),
  stem: fc.record({ kind: fc.constantFrom('cifar' as const, 'imagenet' as const), width: fc.constantFrom(8, 16, 64) }),
  stages: fc.array(stage, { minLength: 1, maxLength: 4 }),
  block: fc.constantFrom('basic' as const, 'bottleneck' as const, 'preactBasic' as const, 'preactBottleneck' as const),
  widen: fc.constantFrom(0.5, 1, 1.3, 1.5, 2),
  cardinality: fc.constantFrom(1, 2, 4),
  pathWidth: fc.constantFrom(2, 4, 14, 64),
  form: fc.constantFrom('a' as const, 'b' as const, 'c' as const),
  shortcut: fc.constantFrom('A' as const, 'B' as const, 'C' as const, 'none' as const),
  strideIn: fc.constantFrom('reduce' as const, 'spatial' as const),
  dropout: fc.record({
    rate: fc.constantFrom(0, 0.3),
    place: fc.constantFrom('between' as const, 'afterReLU' as const),
  }),
  survival,
  zeroLastScale: fc.boolean(),
});

/** Mends the fields that most often contradict each other, so that most specs can be built. */
export const likelySpec: fc.Arbitrary<Spec> = anySpec.map((spec) => {
  const bottleneck = spec.block === 'bottleneck' || spec.block === 'preactBottleneck';
  const blocks = spec.stages.reduce((sum, { blocks }) => sum + blocks, 0);
  const cardinality = bottleneck ? spec.cardinality : 1;
  const { survival } = spec;
  return {
    ...spec,
    input: null,
    widen: spec.widen === 1.3 ? 1 : spec.widen,
    cardinality,
    pathWidth: bottleneck ? Math.max(14, spec.pathWidth) : 64,
    form: cardinality > 1 ? spec.form : 'c',
    zeroLastScale: spec.zeroLastScale && spec.shortcut !== 'none' && !spec.block.startsWith('preact'),
    survival:
      spec.shortcut === 'none'
        ? { kind: 'always' }
        : survival.kind === 'list'
          ? { kind: 'list', values: Array.from({ length: blocks }, (_, index) => survival.values[index] ?? 0.5) }
          : survival,
  };
});
