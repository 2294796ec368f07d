/** What the window remembers between starts: where it was, its theme and language, the data folder. Nothing else is kept. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { languages } from '../shared/language.ts';
import {
  boolean,
  fallback,
  integer,
  maxLength,
  maxValue,
  minLength,
  minValue,
  nullable,
  number,
  object,
  parse,
  picklist,
  pipe,
  string,
} from '../shared/schema.ts';
import type { InferOutput } from '../shared/schema.ts';

const pixels = pipe(number(), integer(), minValue(-100_000), maxValue(100_000));
const side = pipe(pixels, minValue(1));

export const themes = ['system', 'light', 'dark'] as const;
const rememberedSchema = object({
  bounds: fallback(nullable(object({ x: pixels, y: pixels, width: side, height: side })), null),
  maximized: fallback(boolean(), false),
  theme: fallback(picklist(themes), 'system'),
  /** As it was chosen in the settings; null: the usual one. */
  dataFolder: fallback(nullable(pipe(string(), minLength(1), maxLength(4096))), null),
  /** A chosen data folder that a history was seen in. */
  usedFolder: fallback(nullable(pipe(string(), minLength(1), maxLength(4096))), null),
  /** Null until the page has said it once. */
  language: fallback(nullable(picklist(languages)), null),
});
export type Remembered = InferOutput<typeof rememberedSchema>;
export type Bounds = NonNullable<Remembered['bounds']>;

const nothing: Remembered = {
  bounds: null,
  maximized: false,
  theme: 'system',
  dataFolder: null,
  usedFolder: null,
  language: null,
};

/** What was remembered; the parts that cannot be read are as on the first start. */
export function recall(path: string): Remembered {
  try {
    return parse(rememberedSchema, JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return nothing;
  }
}

/** Writes beside and renames, so that the file is always whole. @returns whether it was kept. */
export function remember(path: string, remembered: Remembered): boolean {
  try {
    writeFileSync(`${path}.new`, JSON.stringify(remembered));
    renameSync(`${path}.new`, path);
    return true;
  } catch (thrown) {
    console.error(`What the window remembers was not kept: ${String(thrown)}`);
    return false;
  }
}

/** True where enough of the window's title bar lies on some display for a person to catch it. */
export function isReachable(bounds: Bounds, displays: readonly Bounds[]): boolean {
  return displays.some((display) => {
    const width = Math.min(bounds.x + bounds.width, display.x + display.width) - Math.max(bounds.x, display.x);
    return width >= 100 && bounds.y >= display.y - 8 && bounds.y < display.y + display.height - 40;
  });
}
