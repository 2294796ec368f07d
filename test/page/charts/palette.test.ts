/** Colours of runs: told apart by colour and marker, readable in both themes. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { colourOf, colours, markerOf, markers } from '../../../src-renderer/charts/palette.ts';

const css = readFileSync(new URL('../../../src-renderer/style/tokens.css', import.meta.url), 'utf8');

/** Colours of one theme by their property. */
function theme(name: 'light' | 'dark'): Map<string, string> {
  const block = css.split(`[data-theme='${name}'] {`)[1]?.split('}')[0] ?? '';
  return new Map(
    [...block.matchAll(/(--[\w-]+): (#[0-9a-f]{6});/g)].map(([, key, colour]) => [key as string, colour as string]),
  );
}

/** Relative luminance of WCAG 2.2. */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

for (const name of ['light', 'dark'] as const) {
  const colour = (property: string) => theme(name).get(property) as string;

  test(`${name}: every ink is readable on every ground (4.5 : 1)`, () => {
    const poor = ['--ink', '--ink-2', '--ink-3', '--accent', '--good', '--warn', '--bad'].flatMap((ink) =>
      ['--panel', '--ground', '--sunken']
        .map((ground) => ({ ink, ground, ratio: Number(contrast(colour(ink), colour(ground)).toFixed(2)) }))
        .filter(({ ratio }) => ratio < 4.5),
    );
    assert.deepEqual(poor, []);
    assert.ok(contrast(colour('--on-accent'), colour('--accent')) >= 4.5);
    assert.ok(contrast(colour('--accent'), colour('--accent-soft')) >= 4.5);
  });

  test(`${name}: lines of runs and borders of fields stand out from the panel (3 : 1)`, () => {
    const properties = [...Array.from({ length: colours }, (_, place) => colourOf(place)), '--edge'];
    assert.deepEqual(
      properties.filter((property) => contrast(colour(property), colour('--panel')) < 3),
      [],
    );
  });
}

test('as many runs as there are colours and markers look different', () => {
  const looks = Array.from({ length: colours * markers.length }, (_, place) => `${colourOf(place)} ${markerOf(place)}`);
  assert.equal(new Set(looks).size, looks.length);
  assert.equal(colourOf(colours), colourOf(0));
});
