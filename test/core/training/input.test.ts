import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseAugmentation } from '../../../src-main/core/batches/augment.ts';
import { choosePixels as showChoice } from '../../../src-main/core/batches/choose.ts';
import { Draws } from '../../../src-main/core/batches/random.ts';
import { Graph } from '../../../src-main/core/graph/graph.ts';
import { Session } from '../../../src-main/core/graph/session.ts';
import {
  choosePixels,
  cutOut,
  imageWords,
  scaleImages,
  scaling,
  unpackImages,
} from '../../../src-main/core/training/input.ts';
import { wordsOf } from '../../../src-main/core/training/session.ts';
import type { Shape } from '../../../src-main/shared/network/spec.ts';
import type { Augmentation, Recipe } from '../../../src-main/shared/recipe.ts';
import { engine, scratch } from '../network/engine.ts';
import { even } from '../network/values.ts';

const seed = 12;
const epoch = 3;
const mean = [120.5, 99.25, 130.125];
const deviation = [60.5, 58.75, 0];

interface Case {
  readonly shape: Shape;
  readonly augmentation: Augmentation;
  readonly normalisation: Recipe['normalisation'];
}

/** One image as the papers' programs would move it: pad, crop, mirror, scale, cut. */
function moved(pixels: Uint8Array, image: number, { shape, augmentation, normalisation }: Case): Float32Array {
  const { height, width, channels } = shape;
  const { crop, cropFill, flip, cutout } = augmentation;
  const draws = new Draws(seed, 'augmentation', epoch, image);
  const [top, left] = [draws.below(2 * crop + 1), draws.below(2 * crop + 1)];
  const mirrored = draws.below(2) === 1 && flip;
  const [centreRow, centreColumn] = [draws.below(height), draws.below(width)];

  const inside = (at: number, size: number) => at >= 0 && at < size;
  const mirror = (at: number, size: number): number =>
    at < 0 ? mirror(-at, size) : at >= size ? mirror(2 * size - 2 - at, size) : at;
  const padded = (row: number, column: number, channel: number): number => {
    const [y, x] = [row - crop, column - crop];
    if (cropFill === 'zero' && !(inside(y, height) && inside(x, width))) return 0;
    return pixels[(mirror(y, height) * width + mirror(x, width)) * channels + channel] as number;
  };
  const scaled = (value: number, channel: number): number => {
    if (normalisation === 'scale') return Math.fround((value - 127.5) * Math.fround(1 / 127.5));
    const own = deviation[channel] as number;
    return Math.fround(Math.fround(value - (mean[channel] as number)) * Math.fround(own > 0 ? 1 / own : 1));
  };
  const isCut = (row: number, column: number) =>
    cutout > 0 &&
    inside(row - centreRow + Math.floor(cutout / 2), cutout) &&
    inside(column - centreColumn + Math.floor(cutout / 2), cutout);

  const output = new Float32Array(height * width * channels);
  output.forEach((_, at) => {
    const [row, column, channel] = [
      Math.floor(at / channels / width),
      Math.floor(at / channels) % width,
      at % channels,
    ];
    const from = mirrored ? width - 1 - column : column;
    output[at] = isCut(row, column) ? 0 : scaled(padded(row + top, from + left, channel), channel);
  });
  return output;
}

const images = Int32Array.of(5, 0, 1_000_000, 17, 5, 3, 4, 2);

function inGraph(one: Case, pixels: Uint8Array): Float32Array {
  const { shape, augmentation, normalisation } = one;
  const { height, width } = shape;
  const count = images.length;
  const graph = new Graph();
  const words = graph.placeholder('words', 'int32', [imageWords(count, shape)]);
  const feeds = {
    rows: graph.placeholder('rows', 'int32', [count, height]),
    columns: graph.placeholder('columns', 'int32', [count, width]),
    cutRows: graph.placeholder('cutRows', 'int32', [count, height]),
    cutColumns: graph.placeholder('cutColumns', 'int32', [count, width]),
  };
  const chosen = choosePixels(graph, unpackImages(graph, words, count, shape), feeds);
  const scale = scaling(normalisation, mean.slice(0, shape.channels), deviation.slice(0, shape.channels));
  const scaled = scaleImages(graph, chosen, scale);
  const output = augmentation.cutout > 0 ? cutOut(graph, scaled, feeds.cutRows, feeds.cutColumns) : scaled;
  const session = new Session(engine.binding, graph, scratch);
  const choice = chooseAugmentation(images, height, width, augmentation, seed, epoch);
  const values = new Map([
    [words, wordsOf(pixels)],
    [feeds.rows, choice.rows],
    [feeds.columns, choice.columns],
  ]);
  if (choice.cutRows && choice.cutColumns)
    values.set(feeds.cutRows, choice.cutRows).set(feeds.cutColumns, choice.cutColumns);
  const [result] = session.run(values, [output]) as [Float32Array];
  session.close();
  // A cut-out pixel may be a negative zero.
  return result.map((value) => value + 0);
}

const square: Shape = { height: 8, width: 8, channels: 3 };
const cases: Readonly<Record<string, Case>> = {
  'a crop filled with zeros, mirrored': {
    shape: square,
    augmentation: { crop: 2, cropFill: 'zero', flip: true, cutout: 0 },
    normalisation: 'standardise',
  },
  'a reflected crop of grey images, 5×7': {
    shape: { height: 5, width: 7, channels: 1 },
    augmentation: { crop: 3, cropFill: 'reflect', flip: false, cutout: 0 },
    normalisation: 'scale',
  },
  'a crop wider than the image, reflected twice': {
    shape: { height: 3, width: 4, channels: 2 },
    augmentation: { crop: 6, cropFill: 'reflect', flip: true, cutout: 0 },
    normalisation: 'scale',
  },
  'an even cut-out': {
    shape: square,
    augmentation: { crop: 0, cropFill: 'zero', flip: false, cutout: 4 },
    normalisation: 'standardise',
  },
  'everything, with an odd cut-out': {
    shape: { height: 9, width: 7, channels: 3 },
    augmentation: { crop: 1, cropFill: 'reflect', flip: true, cutout: 3 },
    normalisation: 'standardise',
  },
  'a cut-out larger than the image': {
    shape: square,
    augmentation: { crop: 0, cropFill: 'zero', flip: true, cutout: 20 },
    normalisation: 'standardise',
  },
};

for (const [name, one] of Object.entries(cases)) {
  test(`${name}: the graph moves pixels exactly as told`, () => {
    const { height, width, channels } = one.shape;
    const size = height * width * channels;
    const pixels = Uint8Array.from(even(name, images.length * size, 0, 256));
    const wanted = Array.from(images, (image, at) => moved(pixels.subarray(at * size, (at + 1) * size), image, one));
    assert.deepEqual(
      [...inGraph(one, pixels)],
      wanted.flatMap((values) => [...values]).map((value) => value + 0),
    );
  });
}

test('images are shown as the graph trains on them; a cut-out is shown as the mean, which is 0 there', () => {
  const still: Augmentation = { crop: 0, cropFill: 'zero', flip: false, cutout: 0 };
  for (const [name, one] of Object.entries(cases)) {
    const { height, width, channels } = one.shape;
    const size = height * width * channels;
    const pixels = Uint8Array.from(even(name, images.length * size, 0, 256));
    const choice = chooseAugmentation(images, height, width, one.augmentation, seed, epoch);
    const shown = showChoice(pixels, one.shape, choice, mean);
    const trained = inGraph(one, pixels);
    // Shown pixels, scaled as they are: without a choice the graph only scales.
    const scaled = inGraph({ ...one, augmentation: still }, shown);
    const isCut = (at: number) => {
      const [image, row, column] = [
        Math.floor(at / size),
        Math.floor(at / channels / width) % height,
        Math.floor(at / channels) % width,
      ];
      return choice.cutRows?.[image * height + row] === 1 && choice.cutColumns?.[image * width + column] === 1;
    };
    const cut = Array.from(shown, (_, at) => isCut(at));
    assert.deepEqual(
      trained.map((value, at) => (cut[at] ? 0 : value)),
      scaled.map((value, at) => (cut[at] ? 0 : value)),
    );
    assert.ok(cut.every((is, at) => !is || (trained[at] === 0 && shown[at] === Math.round(mean[at % channels] ?? 0))));
  }
});

test('the choice for an image depends on seed, epoch and image alone', () => {
  const augmentation: Augmentation = { crop: 4, cropFill: 'zero', flip: true, cutout: 8 };
  const of = (image: number, place: readonly [number, number] = [seed, epoch]) =>
    JSON.stringify(chooseAugmentation(Int32Array.of(image), 32, 32, augmentation, ...place));
  const together = chooseAugmentation(images, 32, 32, augmentation, seed, epoch);
  const third = { ...together, rows: together.rows.slice(64, 96), columns: together.columns.slice(64, 96) };
  const alone = chooseAugmentation(images.slice(2, 3), 32, 32, augmentation, seed, epoch);
  assert.deepEqual([alone.rows, alone.columns], [third.rows, third.columns]);
  const distinct = [of(1), of(2), of(1, [seed, epoch + 1]), of(1, [seed + 1, epoch])];
  assert.equal(new Set(distinct).size, 4);
});

test('crops and mirrors are even: every offset and both sides come equally often', () => {
  const [count, crop] = [8100, 1];
  const all = Int32Array.from({ length: count }, (_, at) => at);
  const { rows, columns } = chooseAugmentation(all, 8, 8, { crop, cropFill: 'zero', flip: true, cutout: 0 }, 4, 1);
  const counts = new Map<string, number>();
  for (let at = 0; at < count; at += 1) {
    const mirrored = (columns[at * 8 + 3] as number) > (columns[at * 8 + 4] as number);
    const kind = [
      rows[at * 8 + 3],
      Math.min(columns[at * 8 + 3] as number, columns[at * 8 + 4] as number),
      mirrored,
    ].join();
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const fair = count / 18;
  const statistic = [...counts.values()].reduce((sum, found) => sum + (found - fair) ** 2 / fair, 0);
  assert.equal(counts.size, 18);
  // 17 degrees of freedom; 0.1 % of fair draws lie above 40.8.
  assert.ok(statistic < 40.8, `${statistic}`);
});
