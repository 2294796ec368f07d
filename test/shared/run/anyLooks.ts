/** Looks into blocks for property tests. */
import fc from 'fast-check';
import type { Looks } from '../../../src-main/shared/run/looks.ts';

/** Looks of some blocks with every kind of value. */
export const anyLooks = (least = 0): fc.Arbitrary<Looks> =>
  fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: least, max: 200 })).chain(([blocks, rows]) =>
    fc.record({
      blocks: fc.constant(blocks),
      steps: fc
        .array(fc.integer({ min: 1, max: 1000 }), { minLength: rows, maxLength: rows })
        .map((gaps) => Float64Array.from(gaps).map((_, at) => gaps.slice(0, at + 1).reduce((a, b) => a + b, 0))),
      counted: fc.int32Array({ minLength: rows, maxLength: rows, min: 0, max: 1000 }),
      gradientNorm: fc.float32Array({ minLength: rows * blocks, maxLength: rows * blocks, min: 0, max: 1000 }),
      ratio: fc.float32Array({ minLength: rows * blocks, maxLength: rows * blocks, min: 0, max: 1000 }),
      computed: fc.int32Array({ minLength: rows * blocks, maxLength: rows * blocks, min: 0, max: 1000 }),
    }),
  ) as fc.Arbitrary<Looks>;

/** Lists instead of typed arrays, in which NaN equals NaN. */
export const plain = (looks: Looks) =>
  Object.fromEntries(
    Object.entries(looks).map(([name, value]) => [name, typeof value === 'number' ? value : [...value]]),
  );
