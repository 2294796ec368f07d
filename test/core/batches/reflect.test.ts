import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { chooseAugmentation } from '../../../src-main/core/batches/augment.ts';

interface Case {
  readonly side: number;
  readonly border: number;
  /** The source pixel that each place shows once the border is there. */
  readonly padded: readonly number[];
}

const { cases } = JSON.parse(readFileSync(new URL('../../reference/reflect.json', import.meta.url), 'utf8')) as {
  cases: readonly Case[];
};

for (const { side, border, padded } of cases)
  test(`every crop of ${side} pixels with a mirrored border of ${border} is a window of NumPy's`, () => {
    const count = 400 * (2 * border + 1);
    const images = Int32Array.from({ length: count }, (_, index) => index);
    const augmentation = { crop: border, cropFill: 'reflect', flip: true, cutout: 0 } as const;
    const { rows, columns } = chooseAugmentation(images, side, side, augmentation, 7, 1);
    const windows = Array.from({ length: 2 * border + 1 }, (_, from) => padded.slice(from, from + side));
    const upright = windows.map((window) => window.join());
    const mirrored = windows.map((window) => window.toReversed().join());
    const seen = (lists: Int32Array) =>
      new Set(Array.from(images, (image) => lists.subarray(image * side, (image + 1) * side).join()));
    // All windows come up, and nothing else.
    assert.deepEqual(seen(rows), new Set(upright));
    assert.deepEqual(seen(columns), new Set([...upright, ...mirrored]));
  });
