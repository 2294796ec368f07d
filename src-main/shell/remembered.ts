/** What the window remembers between starts: where it was, and its theme. Nothing else is kept by the shell. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import {
  boolean,
  fallback,
  integer,
  maxValue,
  minValue,
  nullable,
  number,
  object,
  parse,
  picklist,
  pipe,
} from '../shared/schema.ts';
import type { InferOutput } from '../shared/schema.ts';

const pixels = pipe(number(), integer(), minValue(-100_000), maxValue(100_000));
const side = pipe(pixels, minValue(1));

export const themes = ['system', 'light', 'dark'] as const;
const rememberedSchema = object({
  bounds: fallback(nullable(object({ x: pixels, y: pixels, width: side, height: side })), null),
  maximized: fallback(boolean(), false),
  theme: fallback(picklist(themes), 'system'),
});
export type Remembered = InferOutput<typeof rememberedSchema>;
export type Bounds = NonNullable<Remembered['bounds']>;

const nothing: Remembered = { bounds: null, maximized: false, theme: 'system' };

/** What was remembered; the parts that cannot be read are as on the first start. */
export function recall(path: string): Remembered {
  try {
    return parse(rememberedSchema, JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return nothing;
  }
}

/** Writes beside and renames, so that the file is always whole. A full disk costs the window its place, no more. */
export function remember(path: string, remembered: Remembered): void {
  try {
    writeFileSync(`${path}.new`, JSON.stringify(remembered));
    renameSync(`${path}.new`, path);
  } catch (thrown) {
    console.error(`The window's place was not kept: ${String(thrown)}`);
  }
}

/** True where enough of the window's title bar lies on some display for a person to catch it. */
export function isReachable(bounds: Bounds, displays: readonly Bounds[]): boolean {
  return displays.some((display) => {
    const width = Math.min(bounds.x + bounds.width, display.x + display.width) - Math.max(bounds.x, display.x);
    return width >= 100 && bounds.y >= display.y - 8 && bounds.y < display.y + display.height - 40;
  });
}
