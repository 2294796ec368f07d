/** Addresses: every place has one, and it leads back there. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addressOf, placeOf, runSections } from '../../src-renderer/routes.ts';
import type { Place } from '../../src-renderer/routes.ts';

const id = fc.stringMatching(/^[a-z0-9]{1,12}$/);
const name = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }).filter((text) => text.trim() !== '');

const plain = { noNullPrototype: true };
const look = fc.dictionary(
  id.filter((key) => key !== 'runs'),
  fc.string({ minLength: 1, unit: 'grapheme' }),
  { minKeys: 1, maxKeys: 3, noNullPrototype: true },
);
const place: fc.Arbitrary<Place> = fc.oneof(
  fc.constantFrom<Place>({ screen: 'trash' }, { screen: 'engine' }, { screen: 'settings' }),
  fc.record({ screen: fc.constant('run' as const), run: id, section: fc.constantFrom(...runSections) }, plain),
  fc.record(
    { screen: fc.constant('compare' as const), runs: fc.array(id, { maxLength: 5 }), look },
    { ...plain, requiredKeys: ['screen', 'runs'] },
  ),
  fc.record({ screen: fc.constant('runs' as const), look }, { ...plain, requiredKeys: ['screen'] }),
  fc.record({ screen: fc.constant('design' as const), network: fc.option(name) }, plain),
  fc.record({ screen: fc.constant('data' as const), dataset: fc.option(name) }, plain),
);

test('an address leads back to its place', () => {
  fc.assert(fc.property(place, (there) => assert.deepEqual(placeOf(addressOf(there)), there)));
});

test('whatever is no address is the list of runs', () => {
  assert.deepEqual(
    ['', '#', '#/nowhere', '#/runs/', '#//x'].map((hash) => placeOf(hash).screen),
    ['runs', 'runs', 'runs', 'runs', 'runs'],
  );
  fc.assert(fc.property(fc.string(), (hash) => void addressOf(placeOf(hash))));
});

test('a link that someone wrote by hand keeps what it names', () => {
  assert.deepEqual(placeOf('#/compare?runs=a,b'), { screen: 'compare', runs: ['a', 'b'] });
  assert.deepEqual(placeOf('#/runs/ab12/log'), { screen: 'run', run: 'ab12', section: 'log' });
  assert.deepEqual(placeOf('#/design/100%'), { screen: 'design', network: '100%' });
});
