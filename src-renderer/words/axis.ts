/** Short words along an axis. Pure. */
import { say } from '../../src-main/shared/language.ts';

/** `40 %` for 0.4; a decimal only where it is needed. */
export const percentInWords = (share: number): string =>
  say('{percent} %', { percent: Number((share * 100).toFixed(1)) });

/** `2,000`. */
export const wholeInWords = (value: number): string => Math.round(value).toLocaleString('en-US');

/** At most three digits: `0.1`, `0.000123`, `20,000`, `1.5 M`. */
export function digitsInWords(value: number): string {
  const short = Number(value.toPrecision(3));
  if (Math.abs(short) >= 1e6) return `${(short / 1e6).toLocaleString('en-US')} M`;
  return Math.abs(short) >= 1e4 ? short.toLocaleString('en-US') : String(short);
}
