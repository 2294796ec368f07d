/** The built-in set `digits`: UCI's optical digits, 1,797 grey images of 8×8 (resources/digits/LICENSE.md). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { BuiltIn } from './builtIn.ts';
import { resourcesFolder } from './resources.ts';

/** Split, class and 64 values 0 to 16: the record that resources/digits/make.mjs writes. */
const recordBytes = 66;

/** The images of one split in the order of the file; values 0 to 16 are spread over 0 to 255. */
function readSplit(records: Uint8Array, split: 0 | 1): { pixels: Uint8Array; labels: Int32Array } {
  const pixels: number[] = [];
  const labels: number[] = [];
  for (let at = 0; at < records.length; at += recordBytes) {
    if (records[at] !== split) continue;
    labels.push(records[at + 1]!);
    for (const value of records.subarray(at + 2, at + recordBytes)) pixels.push(Math.round((value * 255) / 16));
  }
  return { pixels: Uint8Array.from(pixels), labels: Int32Array.from(labels) };
}

export const digits: BuiltIn = {
  matches: (id) => id === 'digits',
  head: (id) => ({
    builtInId: id,
    name: 'Digits',
    image: { height: 8, width: 8, channels: 1 },
    classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    mirrors: false,
    note: 'Optical Recognition of Handwritten Digits by E. Alpaydin and C. Kaynak, UCI Machine Learning Repository, CC BY 4.0. A fifth of every class is the test split.',
  }),
  splits: () => {
    const records = gunzipSync(readFileSync(join(resourcesFolder(), 'digits', 'digits.bin.gz')));
    const split = (name: string, mark: 0 | 1) => {
      const { pixels, labels } = readSplit(records, mark);
      return { name, pixels: [pixels], labels };
    };
    return [split('train', 0), split('test', 1)];
  },
};
