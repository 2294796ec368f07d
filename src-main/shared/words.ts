/** Numbers, sizes, times and shares worded for people: the same in the window and on the command line. */
import { retell, say, spokenLanguage } from './language.ts';
import type { Sentence, Words } from './language.ts';

/** English and Chinese write digits alike. */
const thousands = (value: number, digits = 0) =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** Three significant digits with trailing zeros kept away: 0.27, 2.5, 41, 1,202. */
function short(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude >= 100) return thousands(value);
  return String(Number(value.toFixed(magnitude >= 10 ? 1 : 2)));
}

const scales: readonly (readonly [number, string])[] = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
];

/** A count with a unit's prefix: 272,474 → `0.27 M`, 40,813,184 → `40.8 M`, 950 → `950`. */
export function countInWords(count: number): string {
  // A tenth of a million reads better as a part of it: papers say 0.27 M.
  const scale = scales.find(([size]) => count >= size || (size === 1e6 && count >= 1e5));
  return scale ? `${short(count / scale[0])} ${scale[1]}` : thousands(count);
}

/** `0.27 M parameters`. */
export const parametersInWords = (count: number): string => say('{count} parameters', { count: countInWords(count) });

/** `40.8 M multiply-adds`. */
export const macsInWords = (count: number): string => say('{count} multiply-adds', { count: countInWords(count) });

/** Decimal units as disks are sold: `512 bytes`, `34 kB`, `1.2 GB`. */
export function bytesInWords(bytes: number): string {
  const scale = scales.find(([size]) => bytes >= size);
  return scale ? `${short(bytes / scale[0])} ${scale[1]}B` : say('{count} bytes', { count: thousands(bytes) });
}

/** MiB as drivers report them: `24 GiB`, `512 MiB`. */
export const mebibytesInWords = (mebibytes: number): string =>
  mebibytes >= 1024 ? `${short(mebibytes / 1024)} GiB` : `${thousands(mebibytes)} MiB`;

/** A share of 0 to 1 with one decimal: `93.4 %`. Never rounds up to 100 % what is not. */
export function shareInWords(share: number): string {
  const percent = Math.round(share * 1000) / 10;
  return say('{percent} %', { percent: (percent === 100 && share < 1 ? 99.9 : percent).toFixed(1) });
}

type Unit = '{count} s' | '{count} min' | '{count} h' | '{count} d';

/** Seconds: `0.2 s`, `42 s`, `1 min 5 s`, `1 h 12 min`, `3 d 4 h`. */
export function durationInWords(seconds: number): string {
  if (seconds < 9.95) return say('{count} s', { count: Number(Math.max(0, seconds).toFixed(1)) });
  const whole = Math.round(seconds);
  if (whole < 60) return say('{count} s', { count: whole });
  const two = (big: number, bigUnit: Unit, small: number, smallUnit: Unit) =>
    [say(bigUnit, { count: big }), ...(small > 0 ? [say(smallUnit, { count: small })] : [])].join(' ');
  if (whole < 3600) return two(Math.floor(whole / 60), '{count} min', whole % 60, '{count} s');
  const minutes = Math.round(whole / 60);
  if (minutes < 24 * 60) return two(Math.floor(minutes / 60), '{count} h', minutes % 60, '{count} min');
  const hours = Math.round(minutes / 60);
  return two(Math.floor(hours / 24), '{count} d', hours % 24, '{count} h');
}

/** Seconds of a training step: `182 ms`, `1.6 s`. */
export const stepTimeInWords = (seconds: number): string =>
  seconds < 1 ? say('{count} ms', { count: Number((seconds * 1000).toPrecision(3)) }) : durationInWords(seconds);

/** A loss with four significant digits: `0.1234`, `2.303`, `1.02e9`; `not a number` for null. */
export function lossInWords(loss: number | null): string {
  if (loss === null) return say('not a number');
  const short = Number(loss.toPrecision(4));
  return Math.abs(short) < 1e5 ? String(short) : short.toExponential().replace('+', '');
}

/** Images per second: `583 images/s`, `7.2 images/s`. */
export const speedInWords = (imagesPerSecond: number): string =>
  say('{count} images/s', {
    count: imagesPerSecond >= 10 ? thousands(Math.round(imagesPerSecond)) : short(imagesPerSecond),
  });

/** What the catalogue counts: `{count} epochs` → `epochs`. */
export type Plural = Sentence extends infer Each
  ? Each extends `{count} ${infer Noun}`
    ? Noun extends `${string}{${string}`
      ? never
      : Noun
    : never
  : never;
type Regular = Plural extends infer Each ? (Each extends `${infer Noun}s` ? Noun : never) : never;

/** `1 epoch`, `2 epochs`, `1.09 epochs`, `1,202 epochs`; the catalogue has the plural. */
export function counted(count: number, noun: Regular): string;
export function counted(count: number, noun: string, plural: Plural): string;
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return countedLoosely(count, noun, plural);
}

/** `counted`, for what another process counted. */
export function countedLoosely(count: number, noun: string, plural: string): string {
  const digits = count.toLocaleString('en-US', { maximumFractionDigits: 2 });
  // Chinese has no plural.
  if (count === 1 && spokenLanguage() === 'en') return `${digits} ${noun}`;
  return retell(`{count} ${plural}`, { count: digits });
}

/** Parts of a line one after the other: `finished, Digits`. */
export const joined = (parts: readonly string[]): string => parts.join(say(', '));

/** The split of a dataset by its name: the usual ones have words, others stay as they are called. */
export const splitInWords = (name: string): string =>
  ['train', 'validation', 'test'].includes(name) ? retell(name) : name;

/** A device by its name; that of a processor says how many threads it has. */
export function deviceInWords(name: string): string {
  const [, model, count] = /^(.*) \((\d+) threads\)$/.exec(name) ?? [];
  return model && count ? say('{model} ({count} threads)', { model, count }) : name;
}

/** `32 × 32 × 3`. */
export const shapeInWords = (shape: {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}): string => `${shape.height} × ${shape.width} × ${shape.channels}`;

/** Local date and time, minutes: `2026-11-24 04:05`. */
export function momentInWords(atMs: number): string {
  const at = new Date(atMs);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** What a phase of a run is called while it lasts. */
export const phases: Readonly<Record<string, Words>> = {
  loadingEngine: 'loading engine',
  readingData: 'reading data',
  buildingGraph: 'building graph',
  firstStep: 'first step',
  training: 'training',
  evaluating: 'evaluating',
  saving: 'saving',
};

/** The number of single-character edits between two words, transpositions counted once. */
function editDistance(from: string, to: string): number {
  let before: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1];
      let least = Math.min(
        (row[j] as number) + 1,
        (next[j - 1] as number) + 1,
        (row[j - 1] as number) + (same ? 0 : 1),
      );
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1])
        least = Math.min(least, (before[j - 2] as number) + 1);
      next.push(least);
    }
    [before, row] = [row, next];
  }
  return row[to.length] as number;
}

/** The names that someone who wrote `written` may have meant, nearest first, at most three; empty where none is near. */
export function nearNames(written: string, names: readonly string[]): string[] {
  const wanted = written.toLowerCase();
  const most = Math.max(1, Math.floor(wanted.length / 3));
  return names
    .map((name) => ({
      name,
      distance: editDistance(wanted, name.toLowerCase()),
      begins: wanted.length >= 3 && name.toLowerCase().startsWith(wanted),
    }))
    .filter(({ distance, begins }) => distance <= most || begins)
    .sort((a, b) => Number(b.begins) - Number(a.begins) || a.distance - b.distance)
    .slice(0, 3)
    .map(({ name }) => name);
}

/** A reason, as it stands behind a colon, as a sentence of its own. */
export const sentenceOf = (reason: string): string =>
  say('{sentence}.', { sentence: `${reason.charAt(0).toUpperCase()}${reason.slice(1).replace(/[.。]$/, '')}` });
