import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { frontOf } from '../../../src-main/shared/run/front.ts';
import type { Place } from '../../../src-main/shared/run/front.ts';

const places = fc.array(fc.record({ x: fc.integer({ min: 0, max: 9 }), y: fc.integer({ min: 0, max: 9 }) }), {
  maxLength: 20,
});

test('the front is what nothing beats, each place of it once', () => {
  fc.assert(
    fc.property(places, fc.boolean(), (all, lowerY) => {
      const gain = (place: Place) => (lowerY ? -place.y : place.y);
      const beats = (a: Place, b: Place) => a.x <= b.x && gain(a) >= gain(b) && (a.x < b.x || gain(a) > gain(b));
      const unbeaten = all.filter((place) => !all.some((other) => beats(other, place)));
      const words = ({ x, y }: Place) => `${x} ${y}`;
      const front = frontOf(all, lowerY).map((index) => words(all[index]!));
      assert.deepEqual([...front].sort(), [...new Set(unbeaten.map(words))].sort());
    }),
  );
});
