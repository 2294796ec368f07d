/**
 * Makes digits.bin.gz from the file digits.csv.gz of scikit-learn's package (sklearn/datasets/data/digits.csv.gz).
 *
 *   node resources/digits/make.mjs digits.csv.gz
 *
 * One record of 66 bytes an image: split (0 train, 1 test), class 0 to 9, then 64 values 0 to 16, row by row.
 * The test split is a fifth of every class, rounded: the images of a class whose position in the file has the
 * smallest SHA-256. It depends on nothing else, so everyone who makes it gets the same split.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';

const [source] = process.argv.slice(2);
if (!source) throw new Error('Name the file digits.csv.gz.');

const rows = gunzipSync(readFileSync(source))
  .toString('utf8')
  .trim()
  .split('\n')
  .map((line) => line.split(',').map(Number));
for (const row of rows) {
  const fits = row.length === 65 && row.every(Number.isInteger) && row.slice(0, 64).every((value) => value >= 0 && value <= 16);
  if (!fits) throw new Error(`Not a row of digits: ${row}`);
}

const rank = (index) => createHash('sha256').update(`digits ${index}`).digest('hex');
const test = new Set();
for (let digit = 0; digit < 10; digit++) {
  const members = rows.flatMap((row, index) => (row[64] === digit ? [index] : []));
  const ranked = members.sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  for (const index of ranked.slice(0, Math.round(members.length / 5))) test.add(index);
}

const records = Buffer.concat(rows.map((row, index) => Buffer.from([test.has(index) ? 1 : 0, row[64], ...row.slice(0, 64)])));
writeFileSync(new URL('digits.bin.gz', import.meta.url), gzipSync(records, { level: 9 }));
console.log(`${rows.length} images, ${test.size} of them for testing`);
