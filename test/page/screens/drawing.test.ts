/**
 * Blocks drawn from the plan, compared with the drawings in `golden`. After a change that is meant, and looked at,
 * `RESIDUA_WRITE_GOLDEN=1 npm test -- screens/drawing` writes them anew.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { expand } from '../../../src-main/shared/network/expand.ts';
import { findPreset } from '../../../src-main/shared/network/presets.ts';
import type { Spec } from '../../../src-main/shared/network/spec.ts';
import { drawBlock } from '../../../src-renderer/screens/design/drawing.ts';
import { figureSvg } from '../../../src-renderer/screens/design/figureSvg.ts';

const spec = (name: string, changes: Partial<Spec> = {}): Spec => ({ ...findPreset(name).spec, ...changes });
const resnext = (form: Spec['form']) => spec('resnext50-32x4d', { form });

/** Spec, stage and block, and the figure in words. */
const figures: Record<string, readonly [spec: Spec, stage: number, block: number, words: string]> = {
  basic: [spec('resnet20'), 0, 1, '16 → 3×3, 16 → 3×3, 16 → sum'],
  'basic-narrowing': [spec('resnet20'), 1, 0, '16 → 3×3, 32 → 3×3, 32 → sum with a padded shortcut'],
  bottleneck: [spec('resnet50'), 0, 1, '256 → 1×1, 64 → 3×3, 64 → 1×1, 256 → sum'],
  plain: [spec('plain20'), 0, 1, '16 → 3×3, 16 → 3×3, 16'],
  'stochastic-depth': [spec('resnet110-sd'), 1, 8, '32 → 3×3, 32 → 3×3, 32 → gate 0.75 → sum'],
  wide: [spec('wrn-28-10-dropout'), 0, 1, '160 → 3×3, 160 → dropout → 3×3, 160 → sum'],
  'preactivation-projection': [spec('wrn-16-4'), 1, 0, '64 → 3×3, 128 → 3×3, 128 → sum with a projected shortcut'],
  'resnext-a': [resnext('a'), 0, 1, '256 → 32 × (1×1, 4 → 3×3, 4 → 1×1, 256) → sum → sum'],
  'resnext-b': [resnext('b'), 0, 1, '256 → 32 × (1×1, 4 → 3×3, 4) → concatenate → 1×1, 256 → sum'],
  'resnext-c': [resnext('c'), 0, 1, '256 → 1×1, 128 → 3×3, 128, 32 groups → 1×1, 256 → sum'],
};

for (const [name, [network, stage, block, words]] of Object.entries(figures))
  test(`the figure ${name}`, () => {
    const drawing = drawBlock(expand(network).stages[stage]!.blocks[block]!);
    const file = new URL(`golden/${name}.svg`, import.meta.url);
    const svg = figureSvg(drawing);
    if (process.env['RESIDUA_WRITE_GOLDEN']) writeFileSync(file, svg);
    assert.equal(drawing.words, words);
    assert.equal(svg, readFileSync(file, 'utf8'));
  });

test('the forms of a block are made of the same parts, so that one moves into the other', () => {
  const keys = (form: Spec['form']) =>
    new Set(
      drawBlock(expand(resnext(form)).stages[0]!.blocks[1]!)
        .boxes.map(({ key }) => key)
        .filter((key) => key !== 'joined'),
    );
  const [a, b, c] = [keys('a'), keys('b'), keys('c')];
  const missing = (from: Set<string>, of: Set<string>) => [...of].filter((key) => !from.has(key));
  assert.deepEqual([missing(c, a), missing(c, b), missing(b, c)], [[], [], []]);
});

test('no two boxes that are seen lie over each other, in any form of any preset block', () => {
  for (const [network, stage, block] of Object.values(figures)) {
    const { boxes, width, height } = drawBlock(expand(network).stages[stage]!.blocks[block]!);
    const seen = boxes.filter(({ isHidden }) => !isHidden);
    for (const [index, one] of seen.entries()) {
      assert.ok(one.x >= 0 && one.x + one.width <= width && one.y + one.height <= height);
      for (const other of seen.slice(index + 1))
        assert.ok(
          one.x + one.width <= other.x ||
            other.x + other.width <= one.x ||
            one.y + one.height <= other.y ||
            other.y + other.height <= one.y,
          `${one.key} lies over ${other.key}`,
        );
    }
  }
});
