/** Looks at every image of a dataset: class balance, colours, equal images. */
import { createHash } from 'node:crypto';
import type { Place, Survey } from '../../shared/dataset.ts';
import type { OpenDataset } from './reader.ts';
import { ChannelStatistics } from './statistics.ts';

/** Bytes that are looked at before other work has its turn. */
const sliceBytes = 2 * 1024 * 1024;
const mostExamples = 50;
const mostInGroup = 12;

interface Seen extends Place {
  readonly label: number;
}

/** Images by the SHA-256 of their bytes; only those that come twice are kept as groups. */
class Duplicates {
  /** First image of each content: the place of its split, its index. */
  readonly #first = new Map<string, readonly [split: number, index: number]>();
  readonly #groups = new Map<string, Seen[]>();
  readonly #splits: readonly string[];
  readonly #labels: readonly Int32Array[];

  constructor(splits: readonly string[], labels: readonly Int32Array[]) {
    this.#splits = splits;
    this.#labels = labels;
  }

  add(pixels: Uint8Array, split: number, index: number): void {
    // 128 of its bits: two different images of a billion meet with a chance of one in 10²⁰.
    const hash = createHash('sha256').update(pixels).digest('hex').slice(0, 32);
    const first = this.#first.get(hash);
    if (!first) {
      this.#first.set(hash, [split, index]);
      return;
    }
    const group = this.#groups.get(hash) ?? [this.#seen(...first)];
    this.#groups.set(hash, group);
    group.push(this.#seen(split, index));
  }

  result(): Survey['duplicates'] {
    const groups = [...this.#groups.values()];
    const inSplit = (group: readonly Seen[], split: string) => group.filter((image) => image.split === split).length;
    const contradicts = (group: readonly Seen[]) => group.some(({ label }) => label !== group[0]?.label);
    const spans = (group: readonly Seen[]) => new Set(group.map(({ split }) => split)).size > 1;
    const weight = (group: readonly Seen[]) => (contradicts(group) ? 2 : 0) + (spans(group) ? 1 : 0);
    const pairs = this.#splits.flatMap((a, place) => this.#splits.slice(place + 1).map((b) => [a, b] as const));
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    return {
      within: this.#splits.map((split) => ({
        split,
        images: sum(groups.map((group) => Math.max(0, inSplit(group, split) - 1))),
      })),
      between: pairs.map(([a, b]) => ({
        splits: [a, b],
        images: sum(groups.map((group) => (inSplit(group, a) > 0 ? inSplit(group, b) : 0))),
      })),
      contradictions: groups.filter(contradicts).length,
      groups: groups.length,
      examples: [...groups]
        .sort((a, b) => weight(b) - weight(a))
        .slice(0, mostExamples)
        .map((group) => group.slice(0, mostInGroup)),
    };
  }

  #seen(split: number, index: number): Seen {
    return { split: this.#splits[split]!, index, label: this.#labels[split]![index]! };
  }
}

/** Reads everything once, in slices between which other work goes on. Fails with `data.damaged`. */
export async function surveyDataset(open: OpenDataset): Promise<Survey> {
  const { image, classes, splits } = open.dataset;
  const names = splits.map(({ name }) => name);
  const labels = names.map((name) => open.labels(name));
  const imageBytes = image.height * image.width * image.channels;
  const perSlice = Math.max(1, Math.floor(sliceBytes / imageBytes));
  const colours = new ChannelStatistics(image.channels);
  const duplicates = new Duplicates(names, labels);
  const coloured = names.includes('train') ? 'train' : names[0];
  const buffer = new Uint8Array(perSlice * imageBytes);
  for (const [place, { name, images }] of splits.entries())
    for (let from = 0; from < images; from += perSlice) {
      const count = Math.min(perSlice, images - from);
      await open.readAhead(
        name,
        Int32Array.from({ length: count }, (_, at) => from + at),
        buffer,
      );
      if (name === coloured) colours.add(buffer.subarray(0, count * imageBytes));
      for (let at = 0; at < count; at++)
        duplicates.add(buffer.subarray(at * imageBytes, (at + 1) * imageBytes), place, from + at);
      await new Promise(setImmediate);
    }
  return {
    balance: names.map((split, place) => ({ split, images: counts(labels[place]!, classes.length) })),
    histogram: colours.histogram(),
    duplicates: duplicates.result(),
  };
}

function counts(labels: Int32Array, classes: number): number[] {
  const images = new Array<number>(classes).fill(0);
  for (const label of labels) images[label] = (images[label] ?? 0) + 1;
  return images;
}
