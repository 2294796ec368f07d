/** Which images are held out, and which are shown: pure functions of labels and seed. */
import type { Treatment } from '../shared/import.ts';
import type { FoundSplit } from './format.ts';

/** Numbers from 0 to 1 that a seed decides (splitmix32 by Steele, Lea and Flood's scheme). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

const byClass = (labels: Int32Array): Map<number, number[]> => {
  const lists = new Map<number, number[]>();
  labels.forEach((label, index) => {
    const list = lists.get(label) ?? [];
    lists.set(label, list);
    list.push(index);
  });
  return lists;
};

/** Indices of a share of every class, rising; a class with two images or more gives and keeps at least one. */
export function heldOut(labels: Int32Array, share: number, seed: number): Int32Array {
  const next = generator(seed);
  const taken: number[] = [];
  const lists = [...byClass(labels)].sort(([a], [b]) => a - b);
  for (const [, list] of lists) {
    if (list.length < 2) continue;
    const count = Math.min(list.length - 1, Math.max(1, Math.round(list.length * share)));
    for (let place = 0; place < count; place++) {
      const other = place + Math.floor(next() * (list.length - place));
      [list[place], list[other]] = [list[other] as number, list[place] as number];
      taken.push(list[place] as number);
    }
  }
  return Int32Array.from(taken).sort();
}

/** A split as it will be stored: which images of which found split. */
export interface PlannedSplit {
  readonly name: string;
  readonly from: string;
  readonly indices: Int32Array;
}

/** Training without a test split gives some of its images to one. */
export function planSplits(splits: readonly FoundSplit[], { holdOut, seed }: Treatment): PlannedSplit[] {
  const all = (split: FoundSplit) => Int32Array.from(split.labels, (_, index) => index);
  const training = splits.find(({ name }) => name === 'train');
  if (splits.some(({ name }) => name === 'test') || !training || holdOut === 0)
    return splits.map((split) => ({ name: split.name, from: split.name, indices: all(split) }));
  const test = heldOut(training.labels, holdOut, seed);
  const isTest = new Uint8Array(training.labels.length);
  for (const index of test) isTest[index] = 1;
  return [
    { name: 'train', from: 'train', indices: all(training).filter((index) => isTest[index] === 0) },
    ...splits
      .filter((split) => split !== training)
      .map((split) => ({ name: split.name, from: split.name, indices: all(split) })),
    { name: 'test', from: 'train', indices: test },
  ];
}

/** The first images of each class in turn, rising, at most `most`. */
export function shownIndices(labels: Int32Array, most: number): Int32Array {
  const lists = [...byClass(labels).values()];
  const taken: number[] = [];
  for (let round = 0; taken.length < most && lists.some((list) => list.length > round); round++)
    for (const list of lists) if (list.length > round && taken.length < most) taken.push(list[round] as number);
  return Int32Array.from(taken).sort();
}
