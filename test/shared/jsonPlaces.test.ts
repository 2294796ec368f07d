/** JSON with places: the same values as JSON.parse, the same refusals, and every place holds its value. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readPlaces } from '../../src-main/shared/jsonPlaces.ts';

test('what JSON.parse reads is read as the same, and the text at each place is its value', () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom(0, 2, '\t'), (text, indent) => {
      const pretty = JSON.stringify(JSON.parse(text), null, indent);
      const read = readPlaces(pretty);
      assert.ok(read.ok);
      assert.deepEqual(JSON.stringify(read.value), JSON.stringify(JSON.parse(pretty)));
      for (const { start, end } of read.places.values()) JSON.parse(pretty.slice(start, end));
    }),
  );
});

test('whatever JSON.parse refuses is refused', () => {
  const broken = fc.tuple(fc.json(), fc.nat(), fc.string()).map(([text, at, more]) => {
    const place = at % (text.length + 1);
    return text.slice(0, place) + more + text.slice(place);
  });
  const parses = (text: string) => {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  };
  fc.assert(fc.property(broken, (text) => assert.equal(readPlaces(text).ok, parses(text))));
});

test('a mistake is told with its line and column', () => {
  assert.deepEqual(readPlaces('{\n  "a": 1\n  "b": 2\n}'), {
    ok: false,
    at: 13,
    line: 3,
    column: 3,
    expected: '“,” or “}”',
    found: '“"”',
  });
});
