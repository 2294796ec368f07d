/** Short words along an axis. Pure. */

/** `40 %` for 0.4; a decimal only where it is needed. */
export const percentInWords = (share: number): string => `${Number((share * 100).toFixed(1))} %`;

/** `2,000`. */
export const wholeInWords = (value: number): string => Math.round(value).toLocaleString('en-US');

/** At most three digits: `0.1`, `0.000123`. */
export const digitsInWords = (value: number): string => String(Number(value.toPrecision(3)));
