/** Edits of a spec: laws over any spec and any sequence of edits, and what a person expects of each. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { check } from '../../../src-main/shared/network/check.ts';
import {
  addStage,
  blankSpec,
  duplicateStage,
  familyOf,
  insertStage,
  moveStage,
  removeStage,
  setStage,
  withBlockSurvival,
  withFamily,
  withLastSurvival,
  withSurvivalKind,
} from '../../../src-main/shared/network/edit.ts';
import { begin, change, redo, settle, undo } from '../../../src-main/shared/network/history.ts';
import { mend } from '../../../src-main/shared/network/mend.ts';
import { findPreset, presets } from '../../../src-main/shared/network/presets.ts';
import { specSchema } from '../../../src-main/shared/network/spec.ts';
import type { Spec } from '../../../src-main/shared/network/spec.ts';
import { blockCount, survivals } from '../../../src-main/shared/network/survival.ts';
import { is } from '../../../src-main/shared/schema.ts';
import { anySpec } from './arbitrary.ts';

type Edit = (spec: Spec) => Spec;
const place = fc.integer({ min: -1, max: 17 });
const number = fc.double({ min: -10, max: 10_000, noNaN: true });
const families = ['plain', 'resnet', 'stochasticDepth', 'preactivation', 'wide', 'resnext'] as const;

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.tuple(place, number).map(
    ([stage, blocks]) =>
      (spec: Spec) =>
        setStage(spec, stage, { blocks: blocks / 50 }),
  ),
  fc.tuple(place, number).map(
    ([stage, width]) =>
      (spec: Spec) =>
        setStage(spec, stage, { width }),
  ),
  place.map((stage) => (spec: Spec) => addStage(spec, stage)),
  place.map((stage) => (spec: Spec) => duplicateStage(spec, stage)),
  place.map((stage) => (spec: Spec) => removeStage(spec, stage)),
  fc.tuple(place, place).map(
    ([from, to]) =>
      (spec: Spec) =>
        moveStage(spec, from, to),
  ),
  place.map((at) => (spec: Spec) => insertStage(spec, at, { blocks: 2, width: 24, stride: 1 })),
  fc.constantFrom(...families).map((family) => (spec: Spec) => withFamily(spec, family)),
  fc.constantFrom('always', 'linear', 'uniform', 'list').map((kind) => (spec: Spec) => withSurvivalKind(spec, kind)),
  number.map((value) => (spec: Spec) => withLastSurvival(spec, value / 1000)),
  fc.tuple(place, number).map(
    ([block, value]) =>
      (spec: Spec) =>
        withBlockSurvival(spec, block, value / 1000),
  ),
);

const hasWholeList = ({ survival, ...spec }: Spec) =>
  survival.kind !== 'list' || survival.values.length === blockCount(spec);

test('after any edits a spec satisfies its schema, can be checked, and its list has one probability a block', () => {
  fc.assert(
    fc.property(anySpec.filter(hasWholeList), fc.array(edit, { maxLength: 12 }), (spec, edits) => {
      let edited = spec;
      for (const apply of edits) {
        edited = apply(edited);
        assert.ok(is(specSchema, edited));
        assert.ok(hasWholeList(edited));
        check(edited);
      }
    }),
  );
});

test('undo takes back every change, redo brings it again', () => {
  fc.assert(
    fc.property(anySpec, fc.array(edit, { maxLength: 12 }), (spec, edits) => {
      const states = [begin(spec)];
      for (const apply of edits) {
        const now = states.at(-1)!;
        const next = change(now, apply(now.present.document), 'edit');
        if (next !== now) states.push(next);
      }
      let history = states.at(-1)!;
      for (const state of states.toReversed()) {
        assert.equal(history.present.document, state.present.document);
        history = undo(history);
      }
      assert.equal(history.present.document, spec);
      for (const state of states) {
        assert.equal(history.present.document, state.present.document);
        history = redo(history);
      }
    }),
  );
});

test('a gesture is one step back, and two gestures are two', () => {
  let history = begin(0);
  for (const value of [1, 2, 3]) history = change(history, value, 'drag', 'end');
  history = change(settle(history), 4, 'drag', 'end');
  assert.deepEqual([undo(history).present.document, undo(undo(history)).present.document], [3, 0]);
});

test('a mend removes its problem, makes no further ones, and keeps the schema', () => {
  let mended = 0;
  fc.assert(
    fc.property(anySpec, (spec) => {
      for (const problem of check(spec)) {
        const way = mend(spec, problem);
        if (!way) continue;
        mended += 1;
        assert.ok(is(specSchema, way.spec));
        const left = check(way.spec);
        assert.ok(left.length < check(spec).length);
        assert.ok(!left.some((each) => each.where === problem.where && each.problem === problem.problem));
      }
    }),
  );
  assert.ok(mended > 50);
});

test('every preset is of the family it stands under', () => {
  const strangers = presets.filter(({ spec, family }) => familyOf(spec) !== family).map(({ name }) => name);
  // k = 1 is the thin end of the wide family and cannot be told from its parent by its numbers.
  assert.deepEqual(strangers, ['wrn-40-1']);
});

test('a blank network becomes a Wide ResNet with stochastic depth in six edits', () => {
  const wide = withFamily(setStage(blankSpec('mine'), 0, { blocks: 2 }), 'wide');
  const grown = withLastSurvival(addStage(addStage(wide, 0), 1), 0.5);
  assert.deepEqual(grown, {
    ...findPreset('wrn-16-4').spec,
    name: 'mine',
    survival: { kind: 'linear', last: 0.5 },
  });
});

test('drawing the end makes a line, drawing a block makes a list, and new blocks take their stage’s last probability', () => {
  const line = withLastSurvival(findPreset('resnet20').spec, 0.1);
  assert.deepEqual(line.survival, { kind: 'linear', last: 0.1 });
  const drawn = withBlockSurvival(line, 9, 0.7);
  const values = [...survivals(line).slice(0, 8), 0.7];
  assert.deepEqual(drawn.survival, { kind: 'list', values });
  const [first = 0, second = 0, third = 0, ...rest] = values;
  assert.deepEqual(setStage(drawn, 0, { blocks: 4 }).survival, {
    kind: 'list',
    values: [first, second, third, third, ...rest],
  });
  assert.deepEqual(removeStage(drawn, 0).survival, { kind: 'list', values: rest });
});
