/** Finding by a few letters. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { matchOf, ranked } from '../../../src-renderer/words/search.ts';

const names = [
  'resnet20',
  'resnet110',
  'resnet110-sd',
  'wrn-16-4',
  'wrn-28-10',
  'wide-resnet50-2',
  'New run',
  'Save diagnostics…',
];
const found = (query: string) => ranked(query, names, (name) => name, 4);

test('the best answer comes first', () => {
  assert.equal(found('wrn28')[0], 'wrn-28-10');
  assert.equal(found('sd')[0], 'resnet110-sd');
  assert.equal(found('resnet110')[0], 'resnet110');
  assert.equal(found('new')[0], 'New run');
  assert.deepEqual(found('zebra'), []);
});

test('an empty query keeps the order', () => assert.deepEqual(found(' '), names.slice(0, 4)));

test('every piece of a text finds it, in capitals, too', () => {
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.nat(), fc.nat(), (name, a, b) => {
      const from = a % name.length;
      const piece = name.slice(from, from + 1 + (b % (name.length - from)));
      assert.notEqual(matchOf(piece.toUpperCase(), name), null);
    }),
  );
});
